// SPDX-License-Identifier: GPL-2.0-only
/*
 * Can a damaged snapshot do harm? The input is what stands behind the fingerprint, which is made to
 * fit, so that the fuzzer gets past it. What is accepted must be written back byte by byte.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "config/snapshot.h"
#include "config/sources.h"
#include "util/buf.h"
#include "util/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_accepted(struct sources *s, const struct buf *given)
{
	autofree void *bytes = NULL;
	struct err err = {0};
	const char *text;
	size_t len;
	int r;

	r = sources_snapshot(s, &bytes, &len, &err);
	assert(!r && len == given->len && !memcmp(bytes, given->data, len));
	sources_env(s, "HOME");
	r = sources_read(s, "/f", &text, &len, &err);
	assert(r ? r == -ENOENT : text[len] == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t hash = snapshot_fnv(SNAPSHOT_FNV_START, data, size);
	autodestroy(sources_free) struct sources *s = NULL;
	autobuf struct buf b = {0};
	struct err err = {0};

	buf_puts(&b, "CLAWSRC1");
	for (int shift = 0; shift < 64; shift += 8)
		buf_putc(&b, (char)(hash >> shift));
	buf_add(&b, data, size);
	s = sources_from_snapshot(b.data, b.len, &err);
	assert(s ? !err.code : err.code == EINVAL);
	if (s)
		check_accepted(s, &b);
	return 0;
}
