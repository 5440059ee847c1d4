/* SPDX-License-Identifier: GPL-2.0-only */
/* The small maps, typed: state, cgroups, labels, counts. */
#ifndef CLAWBPF_KERNEL_MAPS_H
#define CLAWBPF_KERNEL_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "abi/hook.h"
#include "kernel/kernel.h"

int state_read(const struct kernel *k, struct state *ret, struct err *err);
int state_write(struct kernel *k, const struct state *state, struct err *err);

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
