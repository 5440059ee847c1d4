/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a person wants to know of a session beyond what the kernel is told: the profile, the lists
 * that apply, who may elevate. Computed once, printed as text or as JSON. Everything is borrowed
 * from the config and the policy.
 */
#ifndef CLAWBPF_POLICY_VIEW_H
#define CLAWBPF_POLICY_VIEW_H

#include "policy/dialect/dialect.h"
#include "policy/origin.h"
#include "policy/sandbox/sandbox.h"
#include "policy/key/session_key.h"

/* A list with where it comes from: "agent", "global" or "default". */
struct list_view {
	const char *from;
	const char *key;
	const struct setting_list *list; /* NULL: a default, in `defaults` */
	const char *const
		*defaults; /* NULL-ended; NULL: nothing, which limits and denies nothing */
};

/* One thing that keeps a sender or a command from being elevated. */
struct gate {
	const char *name; /* static: "enabled", "allowFrom" */
	const char *key;
};

#define GATES_MAX 4

struct elevated_view {
	bool enabled;
	struct source enabled_source;
	const struct setting_list *patterns; /* may be empty */
	bool approval;                       /* somebody is asked first */
	struct source approval_source;
	const char *channel; /* of the session; NULL: none in its key */
	/* Senders by provider, everybody's and the agent's; may be empty. struct list_entry. */
	const struct entries *allow_from, *agent_allow_from;
	struct gate gates[GATES_MAX];
	size_t gate_count;
	char *channel_key; /* owned: "tools.elevated.allowFrom.telegram" */
};

struct session_view {
	const struct dialect *dialect;
	const struct agent_settings *agent; /* NULL: not in the roster */
	struct session_key key;
	char *main_key; /* owned */
	struct sandbox sandbox;
	const char *workspace_root;
	const struct setting *profile; /* NULL: none, every tool */
	struct list_view sandbox_allow;
	struct list_view sandbox_deny[2]; /* everybody's and the agent's; count says how many */
	size_t sandbox_deny_count;
	struct elevated_view elevated;
};

int session_view_fill(const struct config *c, const struct policy *p, struct session_view *ret,
		      struct err *err);
void session_view_clear(struct session_view *v);

/*
 * Deny lists of tool policy that apply whether sandboxed or not: everybody's, the agent's, its
 * group's, those of subagents. The array is owned by the caller. NULL: out of memory.
 */
const struct setting_list **view_denies(const struct config *c, const struct session_view *v,
					size_t *ret_count);
/* The keys that would change something for this session: "agents.defaults.sandbox.mode=off", ... */
int view_fix_keys(const struct session_view *v, char ***ret);
void view_fix_keys_free(char ***keys);

#endif
