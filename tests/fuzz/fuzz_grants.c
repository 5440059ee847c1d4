// SPDX-License-Identifier: GPL-2.0-only
/*
 * Can a damaged approvals.json do harm? What is accepted must be written as a text that is accepted
 * again, and means the same: each grant is found, by what it is for and by nothing else.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "session/grants_text.h"
#include "util/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_found(const struct grants *g)
{
	for (size_t i = 0; i < g->count; i++) {
		struct approval other = g->items[i].what;
		const struct grant *found = grants_find(g, &other);
		size_t ends = 0;

		for (size_t j = 0; j < other.argv_len; j++)
			ends += !other.argv[j];
		assert(ends == other.argc);
		assert(other.argc && other.argv_len && !other.argv[other.argv_len - 1]);
		assert(found && found <= &g->items[i]);
		assert(!memcmp(found->what.argv, other.argv, other.argv_len));
		other.uid++;
		found = grants_find(g, &other);
		assert(!found || found->what.uid == other.uid);
		other.uid--;
		other.argv[0] ^= 1;
		found = grants_find(g, &other);
		assert(!found || found->what.argv[0] == other.argv[0]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct grants g autodestroy(grants_clear) = {0}, back autodestroy(grants_clear) = {0};
	autobuf struct buf text = {0}, again = {0};
	autofree char *copy = strndup((const char *)data, size);
	struct err err = {0};
	int r = grants_from_text(copy, strlen(copy), &g, &err);

	assert(r ? err.code == -r && err.message[0] : !err.code);
	if (r)
		return 0;
	check_found(&g);
	grants_to_text(&g, &text);
	assert(!text.failed);
	buf_add(&text, "", 1); /* the NUL behind it */
	assert(!grants_from_text(text.data, text.len - 1, &back, &err));
	assert(back.count == g.count);
	grants_to_text(&back, &again);
	assert(again.len == text.len - 1 && !memcmp(again.data, text.data, again.len));
	return 0;
}
