/* SPDX-License-Identifier: GPL-2.0-only */
/* The map of approvals, typed. Whoever changes it holds LOCK_APPROVALS. */
#ifndef CLAWBPF_KERNEL_APPROVALS_H
#define CLAWBPF_KERNEL_APPROVALS_H

#include "abi/approval.h"
#include "kernel/kernel.h"

/* -ENOENT: there is none of that number. */
int approval_read(const struct kernel *k, u64 id, struct approval *ret, struct err *err);
int approval_write(struct kernel *k, u64 id, const struct approval *a, struct err *err);
/* The same, of a number that is not taken: -EEXIST. -ENOSPC: no room. */
int approval_add(struct kernel *k, u64 id, const struct approval *a, struct err *err);
int approval_remove(struct kernel *k, u64 id, struct err *err);
/* The number behind `id`; false after the last. Start with NULL. */
bool approval_next(const struct kernel *k, const u64 *id, u64 *ret_next);

#endif
