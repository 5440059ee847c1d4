/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How one program reads the config: tables and a few flags. The resolver knows no dialect by name;
 * to add one, write a dialect_NAME.c and name it in dialect.c.
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

/* For the tables of tools. */
#define TOOLS(...)                                                                                 \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

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
	/* A program that exists: `explain` answers in its words first. */
	DIALECT_PRODUCT = 1u << 3,
	/* alsoAllow adds to the profile, or to the sandbox's list. */
	DIALECT_ALSO_ALLOW = 1u << 4,
	/* The program drops an allow list that names no built-in tool: all tools stay. */
	DIALECT_DROPS_FOREIGN_LISTS = 1u << 5,
	/* An empty sandbox allow list is a limit, not the lack of one. */
	DIALECT_SANDBOX_EMPTY_LIMITS = 1u << 6,
	/* What the sandbox's allow list names is taken out of the default deny list. */
	DIALECT_ALLOW_CLEARS_DEFAULT_DENY = 1u << 7,
	/* The sandbox's lists know a tool by its first name only. */
	DIALECT_SANDBOX_NO_ALIAS = 1u << 8,
	/* Only "agent" in lower case begins a key, and its empty parts do not count. */
	DIALECT_LOOSE_KEYS = 1u << 9,
	/* Its explain looks at the session as the gateway does. */
	DIALECT_EXPLAIN_AS_RUN = 1u << 10,
	/* Sandboxes are one for each workspace folder too; names are hashed by SHA-256, not SHA-1.
	 */
	DIALECT_SCOPE_HAS_WORKSPACE = 1u << 11,
	/* Plain senders match numbers and addresses only; a name needs its "name:". */
	DIALECT_SENDERS_TYPED = 1u << 12,
	/* Without tools.exec.host exec runs on the host, and tools.exec.security is not asked. */
	DIALECT_EXEC_UNCHECKED = 1u << 13,
	/* A variable that is not set stays in the text as it is written. */
	DIALECT_ENV_KEPT = 1u << 14,
	/* Its exec allowlist is asked as exec_match_loose.c has it. */
	DIALECT_EXEC_LIST_LOOSE = 1u << 15,
	/* Unless something is said, exec runs wherever the session is, and nobody is asked. */
	DIALECT_EXEC_RUNS = 1u << 16,
	/* It refuses bind mounts by a list of its own: see product_binds.h. */
	DIALECT_CHECKS_BINDS = 1u << 17,
	/* A topic is part of a group's id: "-100:topic:7", which falls back on "-100". */
	DIALECT_TOPIC_IN_GROUP = 1u << 18,
	/* The last of equal provider names counts; a model with a slash has its provider in it. */
	DIALECT_PROVIDER_LAST = 1u << 19,
	/* Keys are in lower case, but for ids whose case the channel needs. */
	DIALECT_OPAQUE_IDS = 1u << 20,
	/* The program knows no toolsBySender. */
	DIALECT_NO_SENDERS = 1u << 21,
	/* Commands are elevated by tools.elevated.patterns. */
	DIALECT_PATTERNS = 1u << 22,
	/* Its store of sessions is a JSON file. */
	DIALECT_STORE_IS_JSON = 1u << 23,
	/* It is a database, which also says who has to have a sandbox, and for whom it is off. */
	DIALECT_STORE_IS_SQLITE = 1u << 24,
};

struct dialect {
	const char *name;
	unsigned int flags;
	const char *const *tools;           /* built in, in the order they are shown; NULL-ended */
	const char *const *tools_on_demand; /* those of them that a run mostly does without */
	const struct tool_set *profiles;
	const struct tool_set *groups;
	const struct tool_alias *aliases; /* ended by a row without `written` */
	/* What one tool can do another can: a deny of `name` takes `tools` along. */
	const struct tool_set *companions;
	/* An allow of `patch_with` allows apply_patch too. NULL: it does not. */
	const char *patch_with;
	/* When the config has no list of its own. NULL: no limit, nothing denied. */
	const char *const *sandbox_allow, *const *sandbox_deny;
	const char *image_tool; /* which every sandbox list gets unless it denies it; NULL: none */
	const char *const *subagent_deny;
	/* Those that lie as deep as max_spawn_depth may have no subagents: NULL: the same. */
	const char *const *subagent_leaf_deny;
	unsigned int max_spawn_depth;         /* unless the config says one */
	const char *const *unlisted_readonly; /* not there in a sandbox that may only read */
	enum sandbox_mode mode;               /* defaults */
	enum sandbox_scope scope;
	enum workspace_access access;
	const char *network;
	const char *workspace_root;
	const char *image, *container_prefix;
	int timeout_seconds;              /* of a command */
	int approval_seconds;             /* until a command that nobody approved is denied */
	const char *agents_key;           /* "agents.list[]": what a fix-it key calls any agent */
	const char *program;              /* "openclaw" */
	const char *workspace;            /* of the default agent, below the home */
	const char *const *chat_channels; /* what may stand before a sender's address */
	const char *direct_word;          /* what stands before a person in a session key */
	/* Of products only. */
	const char *version;
	const char *docs_url;
};

extern const struct dialect dialect_native, dialect_clawdbot, dialect_openclaw;

/* The one that was chosen when the config was read. */
const struct dialect *dialect_of(const struct config *c);
/* By its index among words_dialect. */
const struct dialect *dialect_at(int index);
/* The set of that name; NULL = none. */
const struct tool_set *tool_set_find(const struct tool_set *sets, const char *name);
/* Is it one of the dialect's own tools? By its normal name. */
bool tool_is_known(const struct dialect *d, const char *name);
/* Would a run have it without being told more than to run? */
bool tool_is_registered(const struct dialect *d, const char *name);

#endif
