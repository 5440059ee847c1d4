/* SPDX-License-Identifier: GPL-2.0-only */
/* What a product's rules for commands on the host come to for an agent, to be printed. */
#ifndef CLAWBPF_POLICY_EXEC_VIEW_H
#define CLAWBPF_POLICY_EXEC_VIEW_H

#include "policy/command/exec_call.h"

struct exec_entry_view {
	const char *pattern; /* borrowed from the file */
	char *note; /* owned: what it allows or does not, against its looks; NULL: nothing */
};

struct exec_view {
	struct node *file;       /* owned: exec-approvals.json; NULL: there is none */
	char *problem;           /* owned: why it cannot be believed; NULL: it can */
	enum exec_host host;     /* where a command of the session runs */
	bool unchecked;          /* on the host, and none of the rules is looked at */
	struct exec_rules rules; /* of the gateway: the stricter of tools.exec and the file */
	const char *note;        /* static: what the product does not see in any command; or NULL */
	struct exec_entry_view *entries; /* owned: the allowlist */
	size_t count;
};

/* agent NULL: not in the roster. -ENOMEM. */
int exec_view_fill(const struct config *c, const struct agent_settings *agent, bool sandboxed,
		   struct exec_view *ret);
void exec_view_clear(struct exec_view *v);

#endif
