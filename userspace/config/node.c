// SPDX-License-Identifier: GPL-2.0-only
/* A config document as a tree: making, finding, copying and freeing its values. */
#include "config/node.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"

static const char *const type_names[] = {
	[NODE_NULL] = "null",       [NODE_BOOL] = "true or false", [NODE_NUMBER] = "a number",
	[NODE_STRING] = "a string", [NODE_ARRAY] = "an array",     [NODE_OBJECT] = "an object",
};

const char *node_type_name(enum node_type type)
{
	return type_names[type];
}

static struct node *object_find(const struct node *object, const char *key, size_t len)
{
	struct member *m;

	if (!object || object->type != NODE_OBJECT)
		return NULL;
	node_for_each_member (object, m)
		if (m->key_len == len && !memcmp(m->key, key, len))
			return m->value;
	return NULL;
}

struct node *node_get(const struct node *object, const char *key)
{
	return object_find(object, key, strlen(key));
}

struct node *node_find(const struct node *root, const char *path)
{
	struct node *n;

	for (;;) {
		size_t len = strcspn(path, ".");

		n = object_find(root, path, len);
		if (!n || !path[len])
			return n;
		root = n;
		path += len + 1;
	}
}

struct node *node_new(enum node_type type, struct pos pos)
{
	struct node *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->type = type;
	n->pos = pos;
	if (type == NODE_STRING) {
		n->string.bytes = calloc(1, 1);
		if (!n->string.bytes)
			node_free(&n);
	}
	return n;
}

/* A copy with a NUL behind it; the bytes themselves may hold NULs. */
static char *bytes_copy(const char *bytes, size_t len)
{
	char *copy = malloc(len + 1);

	if (!copy)
		return NULL;
	if (len)
		memcpy(copy, bytes, len);
	copy[len] = '\0';
	return copy;
}

struct node *node_string(const char *bytes, size_t len, struct pos pos)
{
	struct node *n = node_new(NODE_NULL, pos);

	if (!n)
		return NULL;
	n->string.bytes = bytes_copy(bytes, len);
	if (!n->string.bytes) {
		node_free(&n);
		return NULL;
	}
	n->type = NODE_STRING;
	n->string.len = len;
	return n;
}

/* Room for one more of `count` elements; there is always room up to the next power of two. */
static void *array_grow(void *elements, size_t count, size_t size)
{
	if (count & (count - 1))
		return elements;
	return reallocarray(elements, count ? 2 * count : 1, size);
}

int node_array_add(struct node *array, struct node **value)
{
	void *items = array_grow(array->array.items, array->array.count, sizeof(*value));

	if (!items)
		return -ENOMEM;
	array->array.items = items;
	array->array.items[array->array.count++] = TAKE_PTR(*value);
	return 0;
}

int node_object_add(struct node *object, const char *key, size_t key_len, struct pos key_pos,
		    struct node **value)
{
	autofree char *copy = bytes_copy(key, key_len);
	void *members;

	if (!copy)
		return -ENOMEM;
	members = array_grow(object->object.members, object->object.count, sizeof(struct member));
	if (!members)
		return -ENOMEM;
	object->object.members = members;
	object->object.members[object->object.count++] = (struct member){
		.key = TAKE_PTR(copy),
		.key_len = key_len,
		.pos = key_pos,
		.value = TAKE_PTR(*value),
	};
	return 0;
}

void node_object_remove(struct node *object, size_t index)
{
	struct member *m = &object->object.members[index];

	free(m->key);
	node_free(&m->value);
	object->object.count--;
	memmove(m, m + 1, (object->object.count - index) * sizeof(*m));
}

static int array_copy(struct node *to, const struct node *from)
{
	struct node *item;

	node_for_each_item (from, item) {
		autonode struct node *copy = node_copy(item);

		if (!copy || node_array_add(to, &copy))
			return -ENOMEM;
	}
	return 0;
}

static int object_copy(struct node *to, const struct node *from)
{
	struct member *m;

	node_for_each_member (from, m) {
		autonode struct node *copy = node_copy(m->value);

		if (!copy || node_object_add(to, m->key, m->key_len, m->pos, &copy))
			return -ENOMEM;
	}
	return 0;
}

struct node *node_copy(const struct node *n)
{
	autonode struct node *copy = NULL;

	if (n->type == NODE_STRING)
		return node_string(n->string.bytes, n->string.len, n->pos);
	copy = node_new(n->type, n->pos);
	if (!copy)
		return NULL;
	if (n->type == NODE_BOOL)
		copy->boolean = n->boolean;
	else if (n->type == NODE_NUMBER)
		copy->number = n->number;
	else if (n->type == NODE_ARRAY && array_copy(copy, n))
		return NULL;
	else if (n->type == NODE_OBJECT && object_copy(copy, n))
		return NULL;
	return TAKE_PTR(copy);
}

void node_free(struct node **n)
{
	struct node *gone = *n;

	*n = NULL;
	if (!gone)
		return;
	if (gone->type == NODE_STRING) {
		free(gone->string.bytes);
	} else if (gone->type == NODE_ARRAY) {
		for (size_t i = 0; i < gone->array.count; i++)
			node_free(&gone->array.items[i]);
		free(gone->array.items);
	} else if (gone->type == NODE_OBJECT) {
		for (size_t i = 0; i < gone->object.count; i++) {
			free(gone->object.members[i].key);
			node_free(&gone->object.members[i].value);
		}
		free(gone->object.members);
	}
	free(gone);
}
