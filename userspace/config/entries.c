// SPDX-License-Identifier: GPL-2.0-only
/* What stands under names that the user chose: filled one by one, then found by name. */
#include "config/entries.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/cleanup.h"

void *entries_add(struct entries *e, size_t size)
{
	char *items = e->items;

	if (!(e->count & (e->count - 1))) { /* grows at powers of two */
		items = reallocarray(items, e->count ? e->count * 2 : 1, size);
		if (!items)
			return NULL;
		e->items = items;
	}
	items += e->count++ * size;
	memset(items, 0, size);
	return items;
}

struct entry *entries_at(const struct entries *e, size_t size, size_t i)
{
	return (struct entry *)((char *)e->items + i * size);
}

struct order_key {
	const char *name;
	size_t index;
};

static int by_index(const struct order_key *x, const struct order_key *y)
{
	return (x->index > y->index) - (x->index < y->index);
}

static int by_name_and_index(const void *a, const void *b)
{
	const struct order_key *x = a, *y = b;
	int r = strcmp(x->name, y->name);

	return r ? r : by_index(x, y);
}

static int by_folded_name_and_index(const void *a, const void *b)
{
	const struct order_key *x = a, *y = b;
	int r = strcasecmp(x->name, y->name);

	return r ? r : by_index(x, y);
}

static size_t *sorted(struct order_key *keys, size_t count, size_t *order,
		      int (*compare)(const void *, const void *))
{
	size_t *grown = reallocarray(order, count + 1, sizeof(*order));

	if (!grown)
		return NULL;
	qsort(keys, count, sizeof(*keys), compare);
	for (size_t i = 0; i < count; i++)
		grown[i] = keys[i].index;
	return grown;
}

int entries_sort(struct entries *e, size_t size)
{
	autofree struct order_key *keys = calloc(e->count + 1, sizeof(*keys));
	size_t *order;

	if (!keys)
		return -ENOMEM;
	for (size_t i = 0; i < e->count; i++)
		keys[i] = (struct order_key){.name = entries_at(e, size, i)->name, .index = i};
	order = sorted(keys, e->count, e->order, by_name_and_index);
	if (!order)
		return -ENOMEM;
	e->order = order;
	order = sorted(keys, e->count, e->folded, by_folded_name_and_index);
	if (!order)
		return -ENOMEM;
	e->folded = order;
	return 0;
}

static const void *find(const struct entries *e, const size_t *order, const char *name, size_t size,
			int (*compare)(const char *, const char *))
{
	size_t low = 0, high = order ? e->count : 0;

	while (low < high) { /* the first of equal names */
		size_t middle = low + (high - low) / 2;

		if (compare(entries_at(e, size, order[middle])->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (!order || low == e->count || compare(entries_at(e, size, order[low])->name, name))
		return NULL;
	return entries_at(e, size, order[low]);
}

const void *entries_find(const struct entries *e, const char *name, size_t size)
{
	return find(e, e->order, name, size, strcmp);
}

const void *entries_find_folded(const struct entries *e, const char *name, size_t size)
{
	return find(e, e->folded, name, size, strcasecmp);
}

const struct agent_settings *config_find_agent(const struct config *c, const char *id)
{
	return entries_find(&c->agents, id, sizeof(struct agent_settings));
}

const struct claw_settings *config_find_claw_agent(const struct config *c, const char *id)
{
	return entries_find(&c->claw_agents, id, sizeof(struct claw_settings));
}
