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
	struct pos pos; /* of the key */
	struct node *value; /* owned */
};

/* NULL when the node is no object or has no such key. Borrowed. */
struct node *node_get(const struct node *object, const char *key);
/* By a dotted path of object keys, "agents.defaults.sandbox.mode". NULL = not there. Borrowed. */
struct node *node_find(const struct node *root, const char *path);
/* "an object", "a string": for messages. */
const char *node_type_name(enum node_type type);
struct node *node_copy(const struct node *n);
void node_free(struct node **n);

#define node_for_each_item(n, item)                                                                \
	for (size_t i_##item = 0; i_##item < (n)->array.count &&                                   \
				  ((item) = (n)->array.items[i_##item], 1);                        \
	     i_##item++)
#define node_for_each_member(n, m)                                                                 \
	for ((m) = (n)->object.members; (m) < (n)->object.members + (n)->object.count; (m)++)

#endif
