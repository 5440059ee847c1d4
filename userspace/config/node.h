/* SPDX-License-Identifier: GPL-2.0-only */
/* A config document as a tree: every value knows the file, line and column it came from. */
#ifndef CLAWBPF_CONFIG_NODE_H
#define CLAWBPF_CONFIG_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

enum node_type { NODE_NULL, NODE_BOOL, NODE_NUMBER, NODE_STRING, NODE_ARRAY, NODE_OBJECT };

struct node {
	enum node_type type;
	struct pos pos;
	union {
		bool boolean;
		double number;
		struct {
			char *bytes; /* owned, valid UTF-8, NUL-terminated; may hold NUL bytes */
			size_t len;
		} string;
		struct {
			struct node **items; /* owned */
			size_t count;
		} array;
		struct {
			struct member *members; /* owned, in the order of the text */
			size_t count;
		} object;
	};
};

struct member {
	char *key; /* owned, NUL-terminated UTF-8 */
	size_t key_len;
	struct pos pos;     /* of the key */
	struct node *value; /* owned */
};

/* NULL when the node is no object or has no such key. Borrowed. */
struct node *node_get(const struct node *object, const char *key);
/* By a dotted path of object keys, "agents.defaults.sandbox.mode". NULL = not there. Borrowed. */
struct node *node_find(const struct node *root, const char *path);
/* "an object", "a string": for messages. */
const char *node_type_name(enum node_type type);
/* NULL: out of memory. Positions are copied too. */
struct node *node_copy(const struct node *n);
/* Recurses once a level: whoever makes trees from input limits their depth to NODE_MAX_DEPTH. */
void node_free(struct node **n);
#define autonode __attribute__((cleanup(node_free)))

/* The deepest nesting of arrays and objects in a document, what it includes counted in. */
#define NODE_MAX_DEPTH 128

/*
 * Building. Arrays and objects grow by doubling: change their count only to make it smaller.
 * node_new: an empty value of that type (null, false, 0, "", [], {}); NULL: out of memory.
 * node_string makes a copy of the bytes. The adders take *value over (and set it to NULL) when they
 * succeed and return -ENOMEM otherwise; node_object_add looks for no duplicate.
 */
struct node *node_new(enum node_type type, struct pos pos);
struct node *node_string(const char *bytes, size_t len, struct pos pos);
int node_array_add(struct node *array, struct node **value);
int node_object_add(struct node *object, const char *key, size_t key_len, struct pos key_pos,
		    struct node **value);
/* Takes a member out of its object, with its value. */
void node_object_remove(struct node *object, size_t index);

#define node_for_each_item(n, item)                                                                \
	for (size_t i_##item = 0;                                                                  \
	     i_##item < (n)->array.count && ((item) = (n)->array.items[i_##item], 1); i_##item++)
#define node_for_each_member(n, m)                                                                 \
	for (size_t i_##m = 0;                                                                     \
	     i_##m < (n)->object.count && ((m) = &(n)->object.members[i_##m], 1); i_##m++)

#endif
