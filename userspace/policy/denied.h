/* SPDX-License-Identifier: GPL-2.0-only */
/* From tool verdicts and the clawbpf block to what the kernel refuses: exec, binaries, binds. */
#ifndef CLAWBPF_POLICY_DENIED_H
#define CLAWBPF_POLICY_DENIED_H

#include "config/config.h"
#include "policy/policy.h"

/* Fills exec_denied, binaries and blocked; tools, agent and sandboxed must be there. */
int denied_fill(struct policy *p, const struct config *c, struct err *err);

#endif
