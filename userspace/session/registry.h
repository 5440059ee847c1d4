/* SPDX-License-Identifier: GPL-2.0-only */
/* The sessions that are there: how they come, who is in them, how they go. */
#ifndef CLAWBPF_SESSION_REGISTRY_H
#define CLAWBPF_SESSION_REGISTRY_H

#include <sys/types.h>

#include "config/document.h"
#include "kernel/kernel.h"

/* How the cgroup of a run is named, by the session's number; what tells runs apart comes behind. */
#define RUN_CGROUP "session-%u-run-"

/*
 * Registers a session by its key, or finds it, and gives it its policy. The caller holds
 * LOCK_CHANGE. *ret_key: the canonical key, owned by the caller; may be NULL.
 */
int registry_add(struct kernel *k, const char *key, u32 *ret_id, char **ret_key, struct err *err);

/* The same for who has read what is enforced: `d` is that. */
int registry_add_by(struct kernel *k, const struct document *d, const char *key, u32 *ret_id,
		    char **ret_key, struct err *err);

/*
 * The same for one of which all is known: its canonical key, its agent, a policy in the kernel, and
 * *id: the number that it had once, where it is looked for first. -ENOSPC also when there would be
 * room if those that are over went. Few of the kernel's maps will do.
 */
int registry_add_known(struct kernel *k, const char *key, const char *agent, u64 policy, u32 *id,
		       struct err *err);

/*
 * A session for what is some agent's, but of no session that is known: it has no policy, and so may
 * do nothing.
 */
int registry_add_unknown(struct kernel *k, const char *name, u32 *ret_id, struct err *err);
/* The session of the agent's own process tree. */
int registry_add_gateway(struct kernel *k, u32 *ret_id, struct err *err);
/* The session of a browser's container; key: SESSION_BROWSER and its session's. As registry_add_by.
 */
int registry_add_browser(struct kernel *k, const struct document *d, const char *key, u32 *ret_id,
			 char **ret_key, struct err *err);
/* The session of what was approved to run outside of this one's sandbox; key: canonical. */
int registry_add_elevated(struct kernel *k, const char *key, const char *agent, u32 *ret_id,
			  struct err *err);
/* Attaches what entries with these flags need. */
int registry_prepare(struct kernel *k, unsigned int flags, struct err *err);

/* Whoever is in the cgroup or below it joins the session, now and later. `flags`: enum entry_flags.
 */
int registry_add_cgroup(struct kernel *k, u32 session, const char *path, unsigned int flags,
			struct err *err);
/* The same for one that was made a moment ago: nobody is in it. */
int registry_add_new_cgroup(struct kernel *k, u32 session, u64 cgroup, unsigned int flags,
			    struct err *err);
/* The same for one approved command. Nobody may be in it yet. */
int registry_add_cgroup_elevated(struct kernel *k, u32 session, u64 cgroup, u64 approval,
				 struct err *err);
/* What it is in has used the approval. */
int registry_claimed(struct kernel *k, u64 cgroup, struct err *err);
/* Nobody is in that cgroup, nor will be. The trail has it when what was approved for it never ran.
 */
int registry_run_ends(struct kernel *k, u64 cgroup, struct err *err);
/* What runs that were killed have left goes. Not while somebody changes something. */
int registry_reap(struct kernel *k, struct err *err);
/* The process and all that descend from it join. *ret_count: how many tasks more than it there
 * were.
 */
int registry_add_process(struct kernel *k, u32 session, pid_t pid, enum label_phase phase,
			 unsigned int *ret_count, struct err *err);

/* Nothing leads into the session any more: no cgroup, no container. Who is in it stays in it. */
int registry_close(struct kernel *k, u32 session, struct err *err);
/* Sends SIGKILL to all processes of the session, until there is none. */
int registry_kill(struct kernel *k, u32 session, struct err *err);
/* Forgets a session that nobody is in and nothing leads to; -EBUSY otherwise. Its number goes when
 * its events are in the log: before, it has to mean something. */
int registry_remove(struct kernel *k, u32 session, struct err *err);
/* Forgets all sessions that are over, and the cgroups of runs that were killed. The caller holds
 * LOCK_CHANGE: whoever makes a cgroup and does not hold it yet does, too. */
int registry_sweep(struct kernel *k, struct err *err);

/* What waits in the ring goes into the log. 0 also when somebody else is about it. */
int registry_drain(struct kernel *k, struct err *err);

#endif
