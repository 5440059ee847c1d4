// SPDX-License-Identifier: GPL-2.0-only
/* Who is in which session, and what leads to it? */
#include "session/census.h"

#include <errno.h>
#include <string.h>

#include "kernel/containers.h"
#include "kernel/iterate.h"
#include "kernel/maps.h"
#include "kernel/sessions.h"
#include "util/cleanup.h"

static int by_session(const void *a, const void *b)
{
	const struct session_use *x = a, *y = b;

	return (x->session > y->session) - (x->session < y->session);
}

static struct session_use *use_of(const struct census *c, u32 session)
{
	struct session_use key = {.session = session};

	if (!c->count)
		return NULL;
	return bsearch(&key, c->items, c->count, sizeof(*c->items), by_session);
}

static int sessions_list(const struct kernel *k, struct census *c, struct err *err)
{
	u32 id, *last = NULL;
	size_t room = 0;

	for (; session_next(k, last, &id); last = &id) {
		if (c->count == room) {
			struct session_use *items;

			room = room ? 2 * room : 64;
			items = reallocarray(c->items, room, sizeof(*items));
			if (!items)
				return err_set(err, ENOMEM, "out of memory");
			c->items = items;
		}
		c->items[c->count++] = (struct session_use){.session = id};
	}
	if (c->count)
		qsort(c->items, c->count, sizeof(*c->items), by_session);
	return 0;
}

static int processes_count(const struct kernel *k, struct census *c, struct err *err)
{
	autofree struct labelled_task *tasks = NULL;
	size_t count = 0;
	int r = iterate_tasks(k, &tasks, &count, err);

	for (size_t i = 0; !r && i < count; i++) {
		struct session_use *use = use_of(c, tasks[i].session);

		if (use)
			use->processes += tasks[i].pid == tasks[i].tgid;
	}
	return r;
}

static void cgroups_count(const struct kernel *k, struct census *c)
{
	struct cgroup_entry entry;
	u64 id, *last = NULL;

	for (; cgroup_entry_next(k, last, &id, &entry); last = &id) {
		struct session_use *use = use_of(c, entry.session);

		if (use)
			use->cgroups++;
	}
}

static void containers_count(const struct kernel *k, struct census *c)
{
	char ids[2][CONTAINER_ID_LEN + 1];
	const char *last = NULL;
	u32 session;

	for (size_t i = 0; container_next(k, last, ids[i]); i = !i) {
		struct session_use *use = NULL;

		last = ids[i];
		if (container_find(k, last, &session))
			use = use_of(c, session);
		if (use)
			use->containers++;
	}
}

int census_take(const struct kernel *k, struct census *ret, struct err *err)
{
	struct census c autodestroy(census_clear) = {0};
	int r = k->few ? err_set(err, EINVAL, "a census takes all maps")
		       : sessions_list(k, &c, err);

	if (!r)
		r = processes_count(k, &c, err);
	if (r)
		return r;
	cgroups_count(k, &c);
	containers_count(k, &c);
	*ret = c;
	c = (struct census){0};
	return 0;
}

void census_clear(struct census *c)
{
	free(c->items);
	*c = (struct census){0};
}

const struct session_use *census_find(const struct census *c, u32 session)
{
	return use_of(c, session);
}

bool session_is_over(const struct session_use *use)
{
	return !use->processes && !use->cgroups && !use->containers;
}

bool census_goes_on(const struct census *c, u32 session)
{
	const struct session_use *use = use_of(c, session);

	return use && !session_is_over(use);
}
