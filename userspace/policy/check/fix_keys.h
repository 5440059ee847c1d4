/* SPDX-License-Identifier: GPL-2.0-only */
/* Which keys would change something for a session? */
#ifndef CLAWBPF_POLICY_FIX_KEYS_H
#define CLAWBPF_POLICY_FIX_KEYS_H

#include "policy/dialect/dialect.h"

/*
 * "agents.defaults.sandbox.mode=off", ..., as the dialect names them. channel_key may be NULL.
 * *ret is owned by the caller, NULL-ended. -ENOMEM.
 */
int fix_keys_make(const struct dialect *d, enum sandbox_mode mode, const char *channel_key,
		  char ***ret);
void fix_keys_free(char ***keys);

#endif
