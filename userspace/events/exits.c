// SPDX-License-Identifier: GPL-2.0-only
/* How did that exec end? */
#include "events/exits.h"

#include <stdlib.h>

#define EXITS_MAX (1u << 19) /* 20 MB */
#define EXITS_MIN (1u << 8)
#define WAYS      8 /* entries that an id may be in */

struct entry {
	u64 exec_id; /* 0: free */
	struct outcome outcome;
	bool joined;
};

struct exits {
	size_t sets; /* a power of two */
	u8 *next;    /* of each set: which entry gives way */
	struct entry *entries;
};

struct exits *exits_new(size_t expected)
{
	struct exits *e = calloc(1, sizeof(*e));
	size_t room = EXITS_MIN;

	if (!e)
		return NULL;
	while (room < EXITS_MAX && room < 2 * expected)
		room *= 2;
	e->sets = room / WAYS;
	e->next = calloc(e->sets, sizeof(*e->next));
	e->entries = calloc(room, sizeof(*e->entries));
	if (!e->next || !e->entries)
		exits_free(&e);
	return e;
}

void exits_free(struct exits **e)
{
	if (!*e)
		return;
	free((*e)->next);
	free((*e)->entries);
	free(*e);
	*e = NULL;
}

static size_t set_of(const struct exits *e, u64 exec_id)
{
	return (exec_id * 0x9e3779b97f4a7c15ull >> 32) & (e->sets - 1);
}

void exits_put(struct exits *e, u64 exec_id, const struct outcome *outcome)
{
	size_t set = set_of(e, exec_id);

	if (!exec_id)
		return;
	e->entries[set * WAYS + e->next[set]] = (struct entry){exec_id, *outcome, false};
	e->next[set] = (u8)((e->next[set] + 1) % WAYS);
}

static struct entry *entry_find(const struct exits *e, u64 exec_id)
{
	struct entry *entries = e->entries + set_of(e, exec_id) * WAYS;

	for (int i = 0; exec_id && i < WAYS; i++) {
		if (entries[i].exec_id == exec_id)
			return &entries[i];
	}
	return NULL;
}

const struct outcome *exits_join(struct exits *e, u64 exec_id)
{
	struct entry *entry = entry_find(e, exec_id);

	if (!entry)
		return NULL;
	entry->joined = true;
	return &entry->outcome;
}

bool exits_joined(const struct exits *e, u64 exec_id)
{
	const struct entry *entry = entry_find(e, exec_id);

	return entry && entry->joined;
}
