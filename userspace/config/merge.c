// SPDX-License-Identifier: GPL-2.0-only
/* Two config values for one place: what do they make together? */
#include "config/merge.h"

#include <errno.h>

#include "config/members.h"
#include "util/cleanup.h"

static int join_merged(struct member *first, struct member *again, void *arg)
{
	(void)arg;
	first->pos = again->pos;
	return merge_later(&first->value, &again->value);
}

static int merge_arrays(struct node *into, struct node *later)
{
	for (size_t i = 0; i < later->array.count; i++)
		if (node_array_add(into, &later->array.items[i]))
			return -ENOMEM;
	return 0;
}

static int merge_objects(struct node *into, struct node *later)
{
	struct member *m;

	node_for_each_member (later, m)
		if (node_object_add(into, m->key, m->key_len, m->pos, &m->value))
			return -ENOMEM;
	return members_unite(into, join_merged, NULL);
}

int merge_later(struct node **into, struct node **later)
{
	autonode struct node *over = TAKE_PTR(*later);
	bool same = (*into)->type == over->type;

	if (same && over->type == NODE_ARRAY) {
		(*into)->pos = over->pos;
		return merge_arrays(*into, over);
	}
	if (same && over->type == NODE_OBJECT) {
		(*into)->pos = over->pos;
		return merge_objects(*into, over);
	}
	node_free(into);
	*into = TAKE_PTR(over);
	return 0;
}
