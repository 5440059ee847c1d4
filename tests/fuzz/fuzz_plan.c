// SPDX-License-Identifier: GPL-2.0-only
/*
 * Can a damaged plan do harm? The input is what stands behind the stamp and the session that it is
 * for, which are made to fit. What is accepted can be written, and is accepted again as the same.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "session/plan_bytes.h"
#include "util/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SESSION "agent:main:main"

static const struct plan_stamp stamp = {.generation = 1, .kernel = 2};

static void put_head(struct buf *b)
{
	const unsigned long long len = sizeof(SESSION);

	buf_add(b, &stamp, sizeof(stamp));
	buf_add(b, &len, sizeof(len));
	buf_add(b, SESSION, sizeof(SESSION));
}

static void check_accepted(const struct plan *p)
{
	struct plan *back autoplan = NULL;
	autobuf struct buf bytes = {0}, again = {0};

	assert(p->key && p->agent);
	assert(!p->box || (p->box->folder && p->box->workspace && p->box->workdir));
	for (size_t i = 0; p->box && i < p->box->mount_count; i++)
		assert(p->box->mounts[i].host && p->box->mounts[i].container);
	plan_encode(&bytes, &stamp, SESSION, p);
	back = plan_decode(bytes.data, bytes.len, &stamp, SESSION);
	assert(back);
	plan_encode(&again, &stamp, SESSION, back);
	assert(again.len == bytes.len && !memcmp(again.data, bytes.data, again.len));
	assert(!plan_decode(bytes.data, bytes.len - 1, &stamp, SESSION));
	assert(!plan_decode(bytes.data, bytes.len, &stamp, SESSION "x"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan *p autoplan = NULL;
	autobuf struct buf b = {0};
	autofree char *exact = NULL;

	put_head(&b);
	buf_add(&b, data, size);
	exact = malloc(b.len); /* a look beyond its end is seen */
	assert(exact);
	memcpy(exact, b.data, b.len);
	p = plan_decode(exact, b.len, &stamp, SESSION);
	if (p)
		check_accepted(p);
	return 0;
}
