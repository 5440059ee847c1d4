/* SPDX-License-Identifier: GPL-2.0-only */
/* How much a cgroup may have. */
#ifndef CLAWBPF_SESSION_LIMITS_H
#define CLAWBPF_SESSION_LIMITS_H

#include "policy/sandbox/box.h"

/*
 * Memory, swap, processors and processes as the sandbox says, for a cgroup that cgroup_create made.
 * A limit that cannot be set is an error: without it the session must not start.
 */
int limits_apply(const char *cgroup, const struct box *b, struct err *err);

#endif
