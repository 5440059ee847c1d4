// SPDX-License-Identifier: GPL-2.0-only
/*
 * Do files that include each other and name variables, in any way, crash or hang what reads them?
 * The input holds up to ten files, "/0" to "/9", with bytes 0xff between them; A and B are
 * variables, and no other is set. Nothing touches the disk.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/include.h"
#include "config/snapshot.h"
#include "util/buf.h"
#include "util/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FILES 10

static void add(struct records *list, enum record_kind kind, const char *name, const void *bytes,
		size_t len)
{
	char *copy = calloc(1, len + 1);
	struct record *rec;

	assert(copy);
	if (len)
		memcpy(copy, bytes, len);
	rec = records_add(list, kind, name, &copy, len);
	assert(rec);
}

static void add_files(struct records *list, const uint8_t *data, size_t size)
{
	for (char name[] = "/0"; name[1] < '0' + FILES; name[1]++) {
		const uint8_t *end = size ? memchr(data, 0xff, size) : NULL;
		size_t len = end ? (size_t)(end - data) : size;

		add(list, RECORD_FILE, name, data, len);
		if (!end)
			return;
		data += len + 1;
		size -= len + 1;
	}
}

static void check_depth(const struct node *n, unsigned int depth)
{
	struct node *item;
	struct member *m;

	assert(depth <= NODE_MAX_DEPTH);
	if (n->type == NODE_ARRAY)
		node_for_each_item (n, item)
			check_depth(item, depth + 1);
	if (n->type == NODE_OBJECT)
		node_for_each_member (n, m)
			check_depth(m->value, depth + 1);
}

static void read_config(struct sources *s, enum env_missing missing)
{
	autowarnings struct warnings w = {0};
	autonode struct node *root = NULL;
	struct err err = {0};
	int r = config_read(s, sources_root(s), missing, &root, &w, &err);

	assert(r ? !root && err.code == -r && err.message[0] : root && !err.code);
	if (r)
		return;
	assert(root->type == NODE_OBJECT);
	check_depth(root, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autodestroy(sources_free) struct sources *s = NULL;
	autobuf struct buf snapshot = {0};
	struct records list = {0};
	struct err err = {0};

	add_files(&list, data, size);
	add(&list, RECORD_ENV, "A", "value", 5);
	add(&list, RECORD_ENV, "B", "\xff${A}", 5);
	add(&list, RECORD_ENV, "HOME", "/", 1);
	snapshot_encode(&list, &snapshot);
	records_free(&list);
	s = sources_from_snapshot(snapshot.data, snapshot.len, &err);
	assert(s);
	read_config(s, ENV_MISSING_ERROR);
	read_config(s, ENV_MISSING_KEEP);
	return 0;
}
