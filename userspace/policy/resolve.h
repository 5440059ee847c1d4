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
 * The same while the agent talks to one model provider, "openai" or "openai/gpt-5.2":
 * tools.byProvider counts too. Nothing below the agent knows the provider, so this is for
 * explaining, not for loading.
 */
int policy_resolve_for(const struct config *c, const char *session_key, const char *provider,
		       struct policy **ret, struct err *err);

/*
 * What is wrong in the whole config, whichever session comes: bind mounts that lead to something
 * blocked, through symlinks too. To be called once when a file is checked or loaded.
 */
int policy_check(const struct config *c, struct err *err);

#endif
