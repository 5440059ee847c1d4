/* SPDX-License-Identifier: GPL-2.0-only */
/* From a config and a session key to what that session may do. */
#ifndef CLAWBPF_POLICY_RESOLVE_H
#define CLAWBPF_POLICY_RESOLVE_H

#include "config/config.h"
#include "policy/policy.h"

/*
 * Errors: a malformed key, an agent that is not in the roster, a bind mount of the config that a
 * sandbox of this session could not have. pos.file of the origins lives as long as the sources.
 */
int policy_resolve(const struct config *c, const char *session_key, struct policy **ret,
		   struct err *err);

/*
 * What is wrong in the whole config, whichever session comes: all that policy_resolve would refuse
 * for any agent. To be called once when a file is checked or loaded.
 */
int policy_check(const struct config *c, struct err *err);

#endif
