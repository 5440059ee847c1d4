/* SPDX-License-Identifier: GPL-2.0-only */
/* Questions that a BPF iterator answers: who is in a session, and what does the kernel call a file?
 */
#ifndef CLAWBPF_KERNEL_ITERATE_H
#define CLAWBPF_KERNEL_ITERATE_H

#include <stddef.h>

#include "kernel/kernel.h"

struct labelled_task {
	u32 session, pid, tgid, phase; /* in the initial pid namespace; enum label_phase */
	u32 entered;                   /* it had no label before */
	u32 flags;                     /* enum label_flags */
	u64 entry;                     /* id of the cgroup that it came in by */
};

/*
 * Labels every task without a label that is in a registered cgroup, or whose process or parent has
 * one, and lists all that have one. The list is owned by the caller.
 */
int iterate_tasks(const struct kernel *k, struct labelled_task **ret, size_t *ret_count,
		  struct err *err);

/* The same for those of whom the kernel says that they may have missed theirs: else it does
 * nothing.
 */
int iterate_missed(const struct kernel *k, struct err *err);

struct file_identity {
	u64 dev, ino; /* as the hooks see them: stat(2) tells another device on overlay and btrfs */
	u32 fd, zero;
};

/* Of each of these open descriptors of ours. */
int iterate_files(const struct kernel *k, const int *fds, size_t count, struct file_identity *ret,
		  struct err *err);

#endif
