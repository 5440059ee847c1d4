/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tool policy of one session: its layers in order, and what they say of each tool. A tool is
 * refused when any layer denies it by name, or when any layer that has a limit leaves it out.
 */
#ifndef CLAWBPF_POLICY_TOOLS_H
#define CLAWBPF_POLICY_TOOLS_H

#include "policy/tools/patterns.h"
#include "policy/sandbox/sandbox.h"
#include "policy/key/session_store.h"

struct tool_rules {
	struct patterns allow; /* meaningful only when limited */
	struct patterns deny;
	bool limited;
	struct source limit; /* what to name when a tool is left out: the profile, the allow list */
	bool dropped;        /* enforced here, but the program itself does not look at it */
};

struct tool_layers {
	const struct dialect *dialect;
	struct tool_rules *rules; /* owned */
	size_t count, cap;
};

/* What the layers of a session depend on. */
struct tool_context {
	const struct config *config;
	const struct dialect *dialect;
	const struct agent_settings *agent; /* NULL: not in the roster */
	const struct agent_settings *owner; /* whose sandbox it is; mostly the same one */
	const struct session_key *session;
	/* Of a subagent: the group chat it was spawned in; NULL: none. */
	const struct session_key *spawner;
	bool any_group; /* which one, if any, could not be told: all groups count */
	const struct stored_session *stored;
	bool spawned;       /* it has what subagents have */
	double spawn_depth; /* how many spawned each other, up to this one */
	bool sandboxed;
	const struct sandbox *sandbox; /* NULL: workspace access is not looked at */
	const char
		*provider; /* "openai" or "openai/gpt-5.2"; NULL: not known, its layers are out */
};

int tool_layers_build(const struct tool_context *ctx, struct tool_layers *ret, struct err *err);
void tool_layers_clear(struct tool_layers *l);

struct tool_answer {
	bool allowed;
	bool by_name;
	struct source source; /* borrowed from the layers */
};

/* Of one tool in its normal form. */
struct tool_answer tool_layers_ask(const struct tool_layers *l, const char *tool);
/* What the program itself answers, where it is laxer than what is enforced. */
bool tool_layers_product_allows(const struct tool_layers *l, const char *tool);
/* All tools the dialect has or the layers name, in that order. Owned, NULL-ended; NULL: no memory.
 */
char **tool_layers_names(const struct tool_layers *l);
void tool_names_free(char ***names);

/* The lists of the sandbox tool policy that apply to an agent: its own, else everybody's. */
const struct setting_list *sandbox_allow_list(const struct config *c,
					      const struct agent_settings *agent);

#endif
