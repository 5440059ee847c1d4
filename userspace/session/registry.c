// SPDX-License-Identifier: GPL-2.0-only
/* The sessions that are there: how they come, who is in them, how they go. */
#include "session/registry.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "events/log.h"
#include "events/trail.h"
#include "kernel/apply.h"
#include "kernel/containers.h"
#include "kernel/iterate.h"
#include "kernel/maps.h"
#include "kernel/program.h"
#include "kernel/ring.h"
#include "policy/container/container_owner.h"
#include "policy/key/session_store.h"
#include "session/census.h"
#include "session/cgroup.h"
#include "session/enforce.h"
#include "util/cleanup.h"

/* Sessions that are gone, but whose events wait. */
#define RETIRED_MAX 32

static struct session session_of(const char *key, const char *agent)
{
	struct session session = {0};
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	session.created_ns = (u64)now.tv_sec * 1000000000ull + (u64)now.tv_nsec;
	snprintf(session.key, sizeof(session.key), "%s", key);
	snprintf(session.agent, sizeof(session.agent), "%s", agent);
	return session;
}

static int session_make(struct kernel *k, const struct session_key *key, u32 *ret_id,
			struct err *err)
{
	const struct session session = session_of(key->text, key->agent);
	struct err ignored;
	int r = session_add(k, &session, ret_id, err);

	/* Where a session's last process was in none of its cgroups, nobody saw the end. */
	if (r == -ENOSPC && !registry_sweep(k, &ignored) && !registry_drain(k, &ignored))
		r = session_add(k, &session, ret_id, err);
	return r;
}

/* Finds it, or makes it; with its policy, also when who made it was killed before it had one, and
 * with `again` the policy that it gets now. */
static int session_enter(struct kernel *k, const struct session_key *key, bool again, u32 *ret_id,
			 struct err *err)
{
	struct policy_head head;
	struct session session;
	struct err ignored;
	bool made;
	u32 id;
	int r = 0;

	made = session_find(k, key->text, &id, &session, &ignored) != 0;
	if (made)
		r = session_make(k, key, &id, err);
	if (r)
		return r;
	if (made || again || image_head(k, id, &head, &ignored))
		r = enforce_session(k, id, key->text, err);
	if (r && made)
		session_remove(k, id, &ignored);
	if (!r)
		*ret_id = id;
	return r;
}

int registry_add(struct kernel *k, const char *text, u32 *ret_id, char **ret_key, struct err *err)
{
	struct session_key key autodestroy(session_key_clear) = {0};
	struct document *d autodocument = NULL;
	int r;

	if (!strncmp(text, SESSION_RESERVED, strlen(SESSION_RESERVED)))
		return err_set(err, EINVAL, "\"%s\" is no session's key: it is a name of ours",
			       text);
	r = enforced_document(k, &d, NULL, err);
	if (!r)
		r = session_key_parse(d->config, text, &key, err);
	if (!r)
		r = session_enter(k, &key, session_stored_changes(d->config, &key), ret_id, err);
	if (!r && ret_key)
		*ret_key = TAKE_PTR(key.text);
	return r;
}

int registry_add_known(struct kernel *k, const char *key, const char *agent, u64 policy, u32 *id,
		       struct err *err)
{
	struct session session;
	struct err ignored;
	int r;

	if (session_has_number(k, *id, key) || !session_find(k, key, id, &session, &ignored))
		return 0;
	session = session_of(key, agent);
	r = session_add(k, &session, id, err);
	if (r)
		return r;
	r = image_assign(k, *id, policy, err);
	if (r)
		session_remove(k, *id, &ignored);
	return r;
}

int registry_add_unknown(struct kernel *k, const char *name, u32 *ret_id, struct err *err)
{
	char key[SESSION_KEY_LEN];
	struct session_key unknown = {.text = key, .agent = (char *)""};
	struct session session;
	struct err ignored;

	snprintf(key, sizeof(key), SESSION_RESERVED "unknown:%s", name);
	if (!session_find(k, key, ret_id, &session, &ignored))
		return 0;
	return session_make(k, &unknown, ret_id, err);
}

/* A session of ours, by its own name. */
static int add_reserved(struct kernel *k, char *name, const char *agent, u32 *ret_id,
			struct err *err)
{
	const struct session_key key = {.text = name, .agent = (char *)agent};

	return session_enter(k, &key, false, ret_id, err);
}

int registry_add_gateway(struct kernel *k, u32 *ret_id, struct err *err)
{
	return add_reserved(k, (char *)SESSION_GATEWAY, "", ret_id, err);
}

int registry_add_browser(struct kernel *k, const char *text, u32 *ret_id, char **ret_key,
			 struct err *err)
{
	struct session_key key autodestroy(session_key_clear) = {0};
	struct document *d autodocument = NULL;
	char name[SESSION_KEY_LEN];
	int r = enforced_document(k, &d, NULL, err);

	if (!r)
		r = session_key_parse(d->config, text + strlen(SESSION_BROWSER), &key, err);
	if (r)
		return r;
	if (snprintf(name, sizeof(name), SESSION_BROWSER "%s", key.text) >= (int)sizeof(name))
		return err_set(err, ENAMETOOLONG, "the session's key is too long for a browser's");
	*ret_key = strdup(name);
	return *ret_key ? add_reserved(k, name, key.agent, ret_id, err)
			: err_set(err, ENOMEM, "out of memory");
}

int registry_add_elevated(struct kernel *k, const char *key, const char *agent, u32 *ret_id,
			  struct err *err)
{
	char name[SESSION_KEY_LEN];
	int len = snprintf(name, sizeof(name), SESSION_ELEVATED "%s", key);

	if (len < 0 || (size_t)len >= sizeof(name))
		return err_set(err, ENAMETOOLONG, "the session's key is too long to be elevated");
	return add_reserved(k, name, agent, ret_id, err);
}

/* A container runtime sets up under rules of its own, which have their own programs. */
int registry_prepare(struct kernel *k, unsigned int flags, struct err *err)
{
	int r;

	if (!(flags & ENTRY_CONTAINER))
		return 0;
	r = kernel_attach(k, NEED_SETUP, err);
	if (!r && k->link[program_find("claw_loopback")] < 0)
		r = err_set(err, ENOTSUP,
			    "this kernel has no \"__do_loopback\" to look at: what a container "
			    "runtime mounts could not be judged");
	return r;
}

/*
 * Everybody who was there before: threads, children, who is in the cgroup. A task that is labelled
 * while it forks may have a child without a label: so again, until nobody new is found.
 */
static int labels_complete(struct kernel *k, unsigned int *ret_count, struct err *err)
{
	size_t count, entered = 1;
	int r = 0;

	*ret_count = 0;
	while (!r && entered) {
		autofree struct labelled_task *tasks = NULL;

		r = iterate_tasks(k, &tasks, &count, err);
		entered = 0;
		for (size_t i = 0; !r && i < count; i++)
			entered += tasks[i].entered;
		*ret_count += (unsigned int)entered;
	}
	return r;
}

int registry_add_cgroup(struct kernel *k, u32 session, const char *path, unsigned int flags,
			struct err *err)
{
	struct cgroup_entry entry = {.session = session, .flags = flags};
	unsigned int entered;
	u64 id;
	int r = cgroup_id(path, &id, err);

	if (!r)
		r = registry_prepare(k, flags, err);
	/* Somebody is in it already: the first program was executed before we came. */
	if (!r && cgroup_populated(path))
		entry.first_program = FIRST_PROGRAM_DONE;
	if (!r)
		r = cgroup_entry_write(k, id, &entry, err);
	/* From here on whoever enters is labelled; now those who are in it. */
	return r ? r : labels_complete(k, &entered, err);
}

int registry_add_new_cgroup(struct kernel *k, u32 session, u64 cgroup, unsigned int flags,
			    struct err *err)
{
	const struct cgroup_entry entry = {.session = session, .flags = flags};
	int r = registry_prepare(k, flags, err);

	return r ? r : cgroup_entry_write(k, cgroup, &entry, err);
}

int registry_add_cgroup_elevated(struct kernel *k, u32 session, u64 cgroup, u64 approval,
				 struct err *err)
{
	const struct cgroup_entry entry = {
		.session = session, .flags = ENTRY_ELEVATED, .approval = approval};

	return cgroup_entry_write(k, cgroup, &entry, err);
}

int registry_add_process(struct kernel *k, u32 session, pid_t pid, enum label_phase phase,
			 unsigned int *ret_count, struct err *err)
{
	struct label label = {.session = session, .phase = (u16)phase};
	int r;

	if (pid == 1)
		return err_set(err, EINVAL, "process 1 runs the whole machine, and is no session");
	r = label_write(k, pid, &label, err);
	if (r == -EEXIST)
		return err_set(err, EEXIST, "the process %d is in a session already", (int)pid);
	return r ? r : labels_complete(k, ret_count, err);
}

/* --- who is there, and the end -----------------------------------------------------------------
 */

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
	struct cgroup_entry entry;
	u64 id, *last = NULL;
	int r = 0;

	while (!r && cgroup_entry_next(k, last, &id, &entry)) {
		last = &id;
		if (entry.session != session)
			continue;
		r = cgroup_entry_remove(k, id, err);
		last = NULL; /* the one to go on from is gone */
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
	cgroup_remove_empty(runs); /* a run that was killed leaves its own behind */
	return 0;
}

int registry_remove(struct kernel *k, u32 session, struct err *err)
{
	struct census census autodestroy(census_clear) = {0};
	const struct session_use *use;
	int r = census_take(k, &census, err);

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
	int r = census_take(k, &census, err);

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
