/* SPDX-License-Identifier: GPL-2.0-only */
/* The small maps, typed: state, sessions, cgroups, labels, counts. */
#ifndef CLAWBPF_KERNEL_MAPS_H
#define CLAWBPF_KERNEL_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "abi/hook.h"
#include "kernel/kernel.h"

int state_read(const struct kernel *k, struct state *ret, struct err *err);
int state_write(struct kernel *k, const struct state *state, struct err *err);

/* -ENOENT: no session of that id, of that key. */
int session_read(const struct kernel *k, u32 id, struct session *ret, struct err *err);
/* Is there one of this key, and has it this number? */
bool session_has_number(const struct kernel *k, u32 id, const char *key);
int session_find(const struct kernel *k, const char *key, u32 *ret_id, struct session *ret,
		 struct err *err);
/* Ids count up from 1; the lowest free one is taken. -ENOSPC: the map is full. */
int session_add(struct kernel *k, const struct session *session, u32 *ret_id, struct err *err);
int session_remove(struct kernel *k, u32 id, struct err *err);
/*
 * It is gone for all but session_read: events that wait in the ring have its number, and
 * session_add takes it for the same key alone. Whoever has emptied the ring removes those that were
 * gone before.
 */
int session_retire(struct kernel *k, u32 id, struct err *err);
void session_remove_retired(struct kernel *k, u32 id);
size_t session_retired(const struct kernel *k, u32 *ret_ids, size_t room);
/* What was executed and refused in it. */
int session_counts_read(const struct kernel *k, u32 id, struct session_counts *ret,
			struct err *err);
/* The id behind `id`; false after the last. Start with NULL. */
bool session_next(const struct kernel *k, const u32 *id, u32 *ret_next);

int cgroup_entry_write(struct kernel *k, u64 cgroup, const struct cgroup_entry *entry,
		       struct err *err);
/* -ENOENT: that cgroup is not registered. */
bool cgroup_entry_find(const struct kernel *k, u64 cgroup, struct cgroup_entry *ret);
int cgroup_entry_remove(struct kernel *k, u64 cgroup, struct err *err);
bool cgroup_entry_next(const struct kernel *k, const u64 *cgroup, u64 *ret_next,
		       struct cgroup_entry *ret);

/* Labels the process; -EEXIST: it has a label, which is never replaced. */
int label_write(struct kernel *k, pid_t pid, const struct label *label, struct err *err);
/* -ENOENT: it is in no session. */
int label_read(const struct kernel *k, pid_t pid, struct label *ret, struct err *err);

/* Summed over all processors. */
int hook_stats_read(const struct kernel *k, enum claw_hook hook, struct hook_stats *ret,
		    struct err *err);
int counter_read(const struct kernel *k, enum counter which, u64 *ret, struct err *err);

#endif
