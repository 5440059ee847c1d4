/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How one program reads the config: tables and a few flags. The resolver knows no dialect by name;
 * to add one, add its tables to dialect.c.
 */
#ifndef CLAWBPF_POLICY_DIALECT_H
#define CLAWBPF_POLICY_DIALECT_H

#include <stdbool.h>

#include "config/config.h"
#include "policy/policy.h"

/* A name and the tools it stands for. tools NULL: no limit. Ended by a row without a name. */
struct tool_set {
	const char *name;
	const char *const *tools; /* NULL-ended */
};

#define GROUP_PREFIX "group:"

struct tool_alias {
	const char *written, *meant;
};

enum dialect_flags {
	/* allow gives back what the profile leaves out; otherwise each layer only takes away. */
	DIALECT_ALLOW_WIDENS = 1u << 0,
	/* An agent's sandbox deny list stands beside the global one; otherwise it replaces it. */
	DIALECT_SANDBOX_DENY_ADDS = 1u << 1,
	/* Naming an agent that is not in the roster is an error. */
	DIALECT_AGENTS_KNOWN = 1u << 2,
};

struct dialect {
	const char *name;
	unsigned int flags;
	const char *const *tools; /* built in, in the order they are shown; NULL-ended */
	const struct tool_set *profiles;
	const struct tool_set *groups;
	const struct tool_alias *aliases; /* ended by a row without `written` */
	/* What one tool can do another can: a deny of `name` takes `tools` along. */
	const struct tool_set *companions;
	/* When the config has no list of its own. NULL: no limit, nothing denied. */
	const char *const *sandbox_allow, *const *sandbox_deny;
	const char *const *subagent_deny;
	enum sandbox_mode mode; /* defaults */
	enum sandbox_scope scope;
	enum workspace_access access;
	const char *network;
	const char *workspace_root;
	int timeout_seconds;    /* of a command */
	const char *agents_key; /* "agents.list[]": what a fix-it key calls any agent */
	const char *program;    /* "openclaw" */
};

extern const struct dialect dialect_native;

/* The one that the config asks for, else native. */
const struct dialect *dialect_of(const struct config *c);
/* The set of that name; NULL = none. */
const struct tool_set *tool_set_find(const struct tool_set *sets, const char *name);

#endif
