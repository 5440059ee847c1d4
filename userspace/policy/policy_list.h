/* SPDX-License-Identifier: GPL-2.0-only */
/* The policies of several sessions. */
#ifndef CLAWBPF_POLICY_POLICY_LIST_H
#define CLAWBPF_POLICY_POLICY_LIST_H

#include "config/config.h"
#include "policy/policy.h"
#include "util/seen.h"

struct policy_list {
	struct policy **items; /* owned */
	size_t count, cap;
	struct seen seen; /* by session key */
};

/* Adds the policy of a session, unless it is there. */
int policy_list_add(struct policy_list *list, const struct config *c, const char *session_key,
		    struct err *err);
/* Adds those of all sessions that the config lets expect. */
int policy_list_add_expected(struct policy_list *list, const struct config *c, struct err *err);
/* Sessions of one agent stand together, agents in the order in which they came. -ENOMEM. */
int policy_list_group(struct policy_list *list, struct err *err);
void policy_list_clear(struct policy_list *list);

#define autopolicies __attribute__((cleanup(policy_list_clear)))

#endif
