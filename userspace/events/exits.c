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

/* What runs in a process. */
struct running {
	u64 exec_id; /* 0: nothing that is known */
	u64 boot_ns;
	u32 pid, ppid, session;
};

struct exits {
	size_t sets; /* a power of two */
	u8 *next;    /* of each set: which entry gives way */
	struct entry *entries;
	struct running *running; /* by pid, one for each set: who comes later, stays */
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
	e->running = calloc(e->sets, sizeof(*e->running));
	if (!e->next || !e->entries || !e->running)
		exits_free(&e);
	return e;
}

void exits_free(struct exits **e)
{
	if (!*e)
		return;
	free((*e)->next);
	free((*e)->entries);
	free((*e)->running);
	free(*e);
	*e = NULL;
}

static size_t set_of(const struct exits *e, u64 exec_id)
{
	return (exec_id * 0x9e3779b97f4a7c15ull >> 32) & (e->sets - 1);
}

static void entry_put(struct exits *e, u64 exec_id, const struct outcome *outcome)
{
	size_t set = set_of(e, exec_id);

	if (!exec_id)
		return;
	e->entries[set * WAYS + e->next[set]] = (struct entry){exec_id, *outcome, false};
	e->next[set] = (u8)((e->next[set] + 1) % WAYS);
}

void exits_note(struct exits *e, const struct record *r)
{
	struct running *before = &e->running[r->pid & (e->sets - 1)];

	if (r->type == RECORD_EXIT) {
		entry_put(e, r->exec_id, &r->outcome);
		if (before->exec_id == r->exec_id)
			before->exec_id = 0;
		return;
	}
	/* The same number may be another process by now, when the exit between was lost. */
	if (before->exec_id && before->pid == r->pid && before->ppid == r->ppid &&
	    before->session == r->session_id && before->boot_ns <= r->boot_ns) {
		struct outcome replaced = {.replaced = true,
					   .duration_ns = r->boot_ns - before->boot_ns};

		entry_put(e, before->exec_id, &replaced);
	}
	*before = (struct running){r->exec_id, r->boot_ns, r->pid, r->ppid, r->session_id};
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
