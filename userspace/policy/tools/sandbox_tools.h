/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two lists of the sandbox's tool policy, as the programs themselves make them: chosen,
 * expanded, completed. Of dialects that have lists of their own.
 */
#ifndef CLAWBPF_POLICY_SANDBOX_TOOLS_H
#define CLAWBPF_POLICY_SANDBOX_TOOLS_H

#include "policy/tools/patterns.h"

struct sandbox_entry {
	char *text; /* owned, in its normal form; groups are expanded */
	struct source source;
};

struct sandbox_list {
	struct sandbox_entry *items; /* owned */
	size_t count;
	const char *from; /* "agent", "global", "default" */
	const char *key;  /* which key of that level: "allow", "alsoAllow", "deny" */
	struct source source;
};

struct sandbox_tools {
	struct sandbox_list allow, deny;
	bool limited; /* otherwise the allow list is no limit, though it may be there */
};

/* Start with `struct sandbox_tools t = {0}`. agent may be NULL. -ENOMEM. */
int sandbox_tools_make(const struct config *c, const struct dialect *d,
		       const struct agent_settings *agent, struct sandbox_tools *ret);
void sandbox_tools_clear(struct sandbox_tools *t);
/* What these two lists alone say of a tool, by any of its names. */
bool sandbox_tools_allow(const struct sandbox_tools *t, const struct dialect *d, const char *tool);

#endif
