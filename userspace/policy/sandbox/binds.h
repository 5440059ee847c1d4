/* SPDX-License-Identifier: GPL-2.0-only */
/* Which directories may never be mounted into a sandbox, and does the config try to? */
#ifndef CLAWBPF_POLICY_BINDS_H
#define CLAWBPF_POLICY_BINDS_H

#include "policy/dialect/dialect.h"
#include "policy/origin.h"

/* What is blocked for every sandbox, whatever the config says. NULL-ended, canonical. */
extern const char *const blocked_defaults[];

/*
 * Refuses a config whose own bind mounts a sandbox of this agent (NULL: of one that is not in the
 * roster) could not have: the source is blocked, lies below something blocked, or contains it. By
 * the text alone: what a session gets does not depend on what lies on the disk.
 */
int binds_check(const struct config *c, const struct agent_settings *agent, struct err *err);
/* The same for every agent that could be sandboxed, and through symlinks: for the config as a
 * whole. */
int binds_check_all(const struct config *c, const struct dialect *d, struct err *err);

/* One bind by itself, by its text alone: what is blocked for everybody. */
int bind_check(const struct config *c, const struct setting *bind, struct err *err);

#endif
