// SPDX-License-Identifier: GPL-2.0-only
/* How do sessions end, and when are they forgotten? */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "events/log.h"
#include "events/trail.h"
#include "kernel/apply.h"
#include "kernel/containers.h"
#include "kernel/iterate.h"
#include "kernel/lock.h"
#include "kernel/maps.h"
#include "kernel/ring.h"
#include "kernel/sessions.h"
#include "session/approvals.h"
#include "session/census.h"
#include "session/cgroup.h"
#include "session/registry.h"
#include "util/cleanup.h"

/* Sessions that are gone, but whose events wait. */
#define RETIRED_MAX 32

static int containers_forget(struct kernel *k, u32 session, struct err *err)
{
	char id[CONTAINER_ID_LEN + 1], next[CONTAINER_ID_LEN + 1];
	bool more = container_next(k, NULL, next);
	u32 whose;
	int r = 0;

	while (!r && more) {
		memcpy(id, next, sizeof(id));
		more = container_next(k, id, next);
		if (container_find(k, id, &whose) && whose == session)
			r = container_remove(k, id, err);
	}
	return r;
}

int registry_close(struct kernel *k, u32 session, struct err *err)
{
	struct cgroup_entry entry, entry_next;
	u64 id, next;
	bool more = cgroup_entry_next(k, NULL, &next, &entry_next);
	int r = 0;

	while (!r && more) {
		id = next;
		entry = entry_next;
		/* Before this one goes: nothing goes on from what is gone. */
		more = cgroup_entry_next(k, &id, &next, &entry_next);
		if (entry.session == session)
			r = cgroup_entry_remove(k, id, err);
	}
	return r ? r : containers_forget(k, session, err);
}

int registry_kill(struct kernel *k, u32 session, struct err *err)
{
	for (int i = 0; i < 100; i++) {
		autofree struct labelled_task *tasks = NULL;
		size_t count, alive = 0;
		int r = iterate_tasks(k, &tasks, &count, err);

		if (r)
			return r;
		for (size_t j = 0; j < count; j++) {
			if (tasks[j].session == session && tasks[j].pid == tasks[j].tgid)
				alive += kill((pid_t)tasks[j].pid, SIGKILL) == 0;
		}
		if (!alive)
			return 0;
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	}
	return err_set(err, EBUSY, "some processes of the session do not end");
}

int registry_drain(struct kernel *k, struct err *err)
{
	struct ring *ring autoring = NULL;
	struct log *log autodestroy(log_free) = NULL;
	struct trail trail;
	int r = ring_open(k, &ring, err);

	if (r == -EBUSY) {
		*err = (struct err){0};
		return 0;
	}
	if (!r)
		r = log_open(&log, NULL, err);
	if (r)
		return r;
	trail_start(&trail, ring_source(ring), log);
	r = trail_drain(&trail, 0, err);
	if (!r)
		r = trail_end(&trail, err);
	return r;
}

/* Emptying the ring is dear, and somebody may be about it anyhow. */
static int drain_if_due(struct kernel *k, struct err *err)
{
	u32 retired[RETIRED_MAX];

	return ring_is_filling(k) || session_retired(k, retired, RETIRED_MAX) == RETIRED_MAX
		       ? registry_drain(k, err)
		       : 0;
}

int registry_run_ends(struct kernel *k, u64 cgroup, struct err *err)
{
	struct cgroup_entry entry;
	int r = 0;

	if (!cgroup_entry_find(k, cgroup, &entry))
		return 0;
	if (entry.flags & ENTRY_ELEVATED)
		r = approval_run_ends(k, cgroup, &entry, err);
	return r ? r : cgroup_entry_remove(k, cgroup, err);
}

/* What runs that were killed have left: nobody is in it, nor will ever be. */
static int runs_forget(struct kernel *k, struct err *err)
{
	struct cgroup_entry entry, entry_next;
	u64 id, next;
	bool more = cgroup_entry_next(k, NULL, &next, &entry_next);
	int r = 0;

	while (!r && more) {
		id = next;
		entry = entry_next;
		more = cgroup_entry_next(k, &id, &next, &entry_next);
		if (entry.flags & ENTRY_RUN && cgroup_reap(id))
			r = registry_run_ends(k, id, err);
	}
	return r;
}

int registry_reap(struct kernel *k, struct err *err)
{
	autoclose int lock = -1;
	int r = lock_try(LOCK_CHANGE, &lock, err);

	if (r == -EBUSY) {
		*err = (struct err){0};
		return 0;
	}
	return r ? r : runs_forget(k, err);
}

/* Nobody is in it. */
static int session_forget(struct kernel *k, u32 session, struct err *err)
{
	char runs[32];
	int r = image_unassign(k, session, err);

	if (!r)
		r = session_retire(k, session, err);
	if (r)
		return r;
	snprintf(runs, sizeof(runs), RUN_CGROUP, session);
	cgroup_remove_empty(runs); /* of who was killed before he had it registered */
	return 0;
}

int registry_remove(struct kernel *k, u32 session, struct err *err)
{
	struct census census autodestroy(census_clear) = {0};
	const struct session_use *use;
	int r = runs_forget(k, err);

	if (!r)
		r = census_take(k, &census, err);
	if (r)
		return r;
	use = census_find(&census, session);
	if (use && !session_is_over(use)) {
		err_set(err, EBUSY,
			"%u processes are in the session, %u cgroups and %u containers lead to it",
			use->processes, use->cgroups, use->containers);
		return err_fix(err, "end them first, or use --kill");
	}
	r = drain_if_due(k, err);
	return r ? r : session_forget(k, session, err);
}

int registry_sweep(struct kernel *k, struct err *err)
{
	struct census census autodestroy(census_clear) = {0};
	bool drained = false;
	int r = runs_forget(k, err);

	if (!r)
		r = census_take(k, &census, err);
	for (size_t i = 0; !r && i < census.count; i++) {
		if (!session_is_over(&census.items[i]))
			continue;
		if (!drained)
			r = drain_if_due(k, err);
		drained = true;
		if (!r)
			r = session_forget(k, census.items[i].session, err);
	}
	return r;
}
