// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two members of one object have the same key: what becomes of them?
 *
 * They are found by sorting, so that an object of a million keys, chosen to hurt or not, takes no
 * more than n log n steps.
 */
#include "config/members.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/utf8.h"

/* Characters of a key that a message shows. */
#define KEY_SHOWN 60

static int compare_keys(const struct member *a, const struct member *b)
{
	size_t shorter = a->key_len < b->key_len ? a->key_len : b->key_len;
	int order = memcmp(a->key, b->key, shorter);

	return order ? order : (a->key_len > b->key_len) - (a->key_len < b->key_len);
}

/* By key; members of one key by their place in the object. */
static int compare(const void *left, const void *right)
{
	const struct member *a = *(struct member *const *)left;
	const struct member *b = *(struct member *const *)right;
	int order = compare_keys(a, b);

	return order ? order : (a > b) - (a < b);
}

static void close_gaps(struct node *object)
{
	size_t kept = 0;

	for (size_t i = 0; i < object->object.count; i++)
		if (object->object.members[i].key)
			object->object.members[kept++] = object->object.members[i];
	object->object.count = kept;
}

int members_unite(struct node *object, member_join *join, void *arg)
{
	autofree struct member **sorted = NULL;
	size_t count = object->object.count;
	struct member *first;
	int r = 0;

	if (count < 2)
		return 0;
	sorted = reallocarray(NULL, count, sizeof(*sorted));
	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		sorted[i] = &object->object.members[i];
	qsort(sorted, count, sizeof(*sorted), compare);
	first = sorted[0];
	for (size_t i = 1; i < count && !r; i++) {
		struct member *again = sorted[i];

		if (compare_keys(first, again)) {
			first = again;
			continue;
		}
		r = join(first, again, arg);
		node_free(&again->value);
		free(again->key);
		again->key = NULL; /* a gap */
	}
	close_gaps(object);
	return r;
}

static int join_last(struct member *first, struct member *again, void *arg)
{
	autobuf struct buf key = {0};
	struct warnings *w = arg;

	utf8_quote(&key, again->key, again->key_len, KEY_SHOWN);
	warnings_add(w, again->pos,
		     "the key %s was given before, at line %u, column %u: the last one counts",
		     key.failed ? "" : key.data, first->pos.line, first->pos.column);
	node_free(&first->value);
	first->value = TAKE_PTR(again->value);
	first->pos = again->pos;
	return 0;
}

int members_drop_duplicates(struct node *object, struct warnings *w)
{
	return members_unite(object, join_last, w);
}
