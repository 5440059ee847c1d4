/* SPDX-License-Identifier: GPL-2.0-only */
/* May this sender have commands run outside of the sandbox? By the rules of the products. */
#ifndef CLAWBPF_POLICY_ELEVATED_H
#define CLAWBPF_POLICY_ELEVATED_H

#include "policy/dialect/dialect.h"

/* Who wrote the message that is answered. Any of them may be NULL. */
struct sender {
	const char *id, *name, *username, *tag, *e164, *from, *to;
	const char *chat_type; /* "direct", "group", ... */
};

#define ELEVATED_GATES_MAX 4

struct elevated_gate {
	const char *name; /* static: "provider", "enabled", "allowFrom" */
	char *key;        /* owned */
};

struct elevated_answer {
	bool enabled, allowed;
	struct elevated_gate gates[ELEVATED_GATES_MAX]; /* those that are shut, in order */
	size_t count;
};

/* The agent's own, else everybody's. */
const struct setting_list *elevated_patterns(const struct config *c,
					     const struct agent_settings *agent);
/* agent may be NULL: not in the roster. -ENOMEM. */
int elevated_ask(const struct config *c, const struct agent_settings *agent, const char *provider,
		 const struct sender *sender, struct elevated_answer *ret);
void elevated_clear(struct elevated_answer *a);

#endif
