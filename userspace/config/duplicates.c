// SPDX-License-Identifier: GPL-2.0-only
/*
 * A key given twice in one object: which value counts?
 *
 * Found by sorting, so that an object of a million keys, chosen to hurt or not, takes no more than
 * n log n steps.
 */
#include "config/duplicates.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/utf8.h"

#define KEY_SHOWN 60

static int compare_keys(const struct member *a, const struct member *b)
{
	size_t shorter = a->key_len < b->key_len ? a->key_len : b->key_len;
	int order = memcmp(a->key, b->key, shorter);

	return order ? order : (a->key_len > b->key_len) - (a->key_len < b->key_len);
}

/* By key; members of one key by their place in the text. */
static int compare(const void *left, const void *right)
{
	const struct member *a = *(struct member *const *)left;
	const struct member *b = *(struct member *const *)right;
	int order = compare_keys(a, b);

	return order ? order : (a > b) - (a < b);
}

static void warn(const struct member *before, const struct member *again, struct warnings *w)
{
	autobuf struct buf key = {0};

	utf8_quote(&key, again->key, again->key_len, KEY_SHOWN);
	warnings_add(w, again->pos,
		     "the key %s was given before, at line %u, column %u: the last one counts",
		     key.failed ? "" : key.data, before->pos.line, before->pos.column);
}

/* `first` takes the value of the later one, which becomes a gap: a member without a key. */
static void replace(struct member *first, struct member *again)
{
	node_free(&first->value);
	first->value = TAKE_PTR(again->value);
	first->pos = again->pos;
	free(again->key);
	again->key = NULL;
}

static void close_gaps(struct node *object)
{
	size_t kept = 0;

	for (size_t i = 0; i < object->object.count; i++)
		if (object->object.members[i].key)
			object->object.members[kept++] = object->object.members[i];
	object->object.count = kept;
}

int duplicates_drop(struct node *object, struct warnings *w)
{
	size_t count = object->object.count, found = 0;
	autofree struct member **sorted = NULL;
	struct member *first;

	if (count < 2)
		return 0;
	sorted = reallocarray(NULL, count, sizeof(*sorted));
	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		sorted[i] = &object->object.members[i];
	qsort(sorted, count, sizeof(*sorted), compare);
	first = sorted[0];
	for (size_t i = 1; i < count; i++) {
		if (compare_keys(first, sorted[i])) {
			first = sorted[i];
			continue;
		}
		warn(first, sorted[i], w);
		replace(first, sorted[i]);
		found++;
	}
	if (found)
		close_gaps(object);
	return 0;
}
