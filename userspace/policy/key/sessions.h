/* SPDX-License-Identifier: GPL-2.0-only */
/* Which sessions does a config let us expect? */
#ifndef CLAWBPF_POLICY_SESSIONS_H
#define CLAWBPF_POLICY_SESSIONS_H

#include "config/config.h"

/*
 * For each agent its main session; for the default agent every group that channels.<channel>.groups
 * or an account of the channel names; and for an agent without such a group "agent:<id>:group",
 * which stands for any session that is not the main one. In the order of the config, without
 * doubles. *ret_keys is NULL-ended; free it with session_list_free.
 */
int policy_list_sessions(const struct config *c, char ***ret_keys, size_t *ret_count,
			 struct err *err);
void session_list_free(char ***keys);

#endif
