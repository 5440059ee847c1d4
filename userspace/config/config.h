/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A config document as plain data: what each known key says, and where it says it. Nothing is
 * resolved here: no defaults, no overrides, no groups. Strings are owned copies, places are not
 * (pos.file lives as long as the sources).
 */
#ifndef CLAWBPF_CONFIG_CONFIG_H
#define CLAWBPF_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "config/node.h"
#include "config/sources.h"
#include "util/err.h"
#include "util/warnings.h"

/* Ways to read it: indexes of words_dialect. */
enum { DIALECT_NATIVE, DIALECT_CLAWDBOT, DIALECT_OPENCLAW, DIALECT_COUNT };

/* One value. key NULL: the document does not have it. */
struct setting {
	char *key; /* owned key path: "agents.list[2].sandbox.mode" */
	struct pos pos;
	char *text;    /* owned: a string as written; a number or boolean as text */
	double number; /* of a number */
	bool flag;     /* of a boolean */
	int word;      /* of a string with allowed values: its index among them */
};

/* A list of strings. key NULL: the document does not have it; it may also be there and empty. */
struct setting_list {
	char *key;
	struct pos pos;
	struct setting *items; /* owned */
	size_t count;
};

/*
 * What stands under names that the user chose: each item is a struct that starts with a struct
 * entry. key NULL: the document does not have it.
 */
struct entries {
	char *key;
	struct pos pos;
	void *items; /* owned; the comment beside the field says of which type */
	size_t count;
	size_t *order;  /* owned: indexes by name, for entries_find; NULL: none */
	size_t *folded; /* owned: the same by name in any case */
};

struct entry {
	char *name; /* owned */
	char *key;  /* owned key path of the entry: "tools.byProvider.openai" */
	struct pos pos;
};

struct list_entry {
	struct entry entry;
	struct setting_list list;
};

struct setting_entry {
	struct entry entry;
	struct setting setting;
};

/* One layer of tool policy. */
struct tool_layer {
	char *key; /* "channels.telegram.groups.-1.tools"; NULL: not there, or of tools itself */
	struct pos pos;
	struct setting profile;
	struct setting_list allow, deny, also_allow;
};

struct tool_layer_entry {
	struct entry entry;
	struct tool_layer layer;
};

struct elevated_settings {
	struct setting enabled;
	struct entries allow_from;    /* struct list_entry, by provider */
	struct setting_list patterns; /* commands that may leave the sandbox */
	struct setting require_approval;
};

struct exec_settings {
	struct setting host, security, ask, mode, node;
	struct setting timeout; /* seconds */
	struct setting_list safe_bins, safe_bin_trusted_dirs, path_prepend;
	struct setting strict_inline_eval;
};

struct tools_settings {
	char *key; /* "tools", "agents.list[1].tools"; NULL: not there */
	struct pos pos;
	struct tool_layer layer;
	struct entries by_provider; /* struct tool_layer_entry */
	struct entries by_sender;   /* struct tool_layer_entry */
	struct tool_layer sandbox;  /* tools.sandbox.tools */
	struct tool_layer subagents;
	struct elevated_settings elevated;
	struct exec_settings exec;
	struct setting fs_workspace_only;
};

struct docker_settings {
	struct setting image, container_prefix, workdir, network, user;
	struct setting read_only_root;
	struct setting seccomp_profile, apparmor_profile, gpus;
	struct setting pids_limit, cpus, memory, memory_swap;
	struct setting_list tmpfs, cap_drop, dns, extra_hosts, binds, setup_command;
	struct entries env, ulimits; /* struct setting_entry */
	struct setting allow_reserved_targets, allow_external_sources, allow_namespace_join;
};

struct browser_settings {
	struct setting enabled, image, container_prefix, network, headless, no_vnc, host_control;
	struct setting auto_start, auto_start_timeout, cdp_port, vnc_port, no_vnc_port;
	struct setting cdp_source_range;
	struct setting_list binds;
};

struct sandbox_settings {
	char *key; /* "agents.defaults.sandbox"; NULL: not there */
	struct pos pos;
	struct setting mode, scope, per_session, access, root, backend, session_tools;
	struct setting_list binds; /* sandbox.binds; docker.binds stands beside it, both count */
	struct docker_settings docker;
	struct browser_settings browser;
	struct setting prune_idle_hours, prune_max_age_days;
};

struct agent_settings {
	struct entry entry; /* name: the normalised id */
	struct setting id;  /* as written */
	struct setting is_default;
	struct setting workspace;
	struct sandbox_settings sandbox;
	struct tools_settings tools;
};

struct group_settings {
	struct entry entry;
	struct tool_layer tools;
	struct entries by_sender; /* struct tool_layer_entry */
	struct entries channels;  /* struct group_settings; of a guild only */
};

struct account_settings {
	struct entry entry;
	struct entries groups, channels, guilds; /* struct group_settings */
};

struct channel_settings {
	struct entry entry;
	struct entries groups, channels, guilds; /* struct group_settings */
	struct entries accounts;                 /* struct account_settings */
};

struct session_settings {
	struct setting scope, dm_scope, main_key, store;
	struct entries identity_links; /* struct list_entry */
};

/* Our own block, for everybody or for one agent. */
struct claw_settings {
	struct entry entry; /* name: the normalised agent id; unused for everybody */
	struct setting mode;
	struct setting_list deny_binaries; /* names, canonical paths, "sha256:" + lower-case hex */
	struct setting_list blocked_sources; /* canonical paths */
	struct entries tool_binaries;        /* struct list_entry, by tool */
};

/* Who said by which dialect a config is read. */
enum dialect_reason {
	DIALECT_BY_DEFAULT,
	DIALECT_BY_FILE_NAME,
	DIALECT_BY_KEY,    /* clawbpf.dialect */
	DIALECT_BY_OPTION, /* --dialect */
	DIALECT_AS_LOADED, /* what is enforced stays what it was */
};

struct config {
	const char *file; /* of the document's root; borrowed */
	int speaks;       /* index of words_dialect */
	enum dialect_reason speaks_because;
	bool eager_channels;                    /* the product was told to load its channels */
	char *home, *state_dir;                 /* owned */
	struct session_stores *stores;          /* owned: session_stores_begin; NULL: none stay */
	struct pos claw_pos;                    /* of the clawbpf block; line 0: none */
	struct warnings foreign[DIALECT_COUNT]; /* keys that the product does not take */
	struct sandbox_settings sandbox;        /* agents.defaults.sandbox */
	struct setting workspace;               /* agents.defaults.workspace */
	struct setting elevated_default;
	struct setting max_spawn_depth; /* agents.defaults.subagents.maxSpawnDepth */
	struct setting ownership;
	struct entries agents; /* struct agent_settings, from agents.list or agents.entries */
	struct tools_settings tools;
	struct session_settings session;
	/* What session.mainKey comes to: the programs' loaders put "main" there. Borrowed. */
	const char *main_key;
	struct entries channels; /* struct channel_settings */
	struct setting dialect;
	struct claw_settings claw;
	struct setting gateway;               /* index of words_gateway */
	struct setting_list gateway_programs; /* names, canonical paths */
	struct setting approval_timeout;      /* seconds */
	struct entries claw_agents;           /* struct claw_settings */
};

/*
 * Checks the tree against everything that is known about the keys and copies it. The first thing
 * that is wrong is the error; what is odd but harmless goes to w, which may be NULL. `s` is asked
 * for HOME when a blocked bind source starts with "~"; NULL: there is none.
 */
int config_decode(const struct node *root, struct sources *s, struct config **ret,
		  struct warnings *w, struct err *err);
/* The same by a dialect that was chosen: see choice.h. */
struct dialect_choice;
int config_decode_as(const struct node *root, struct sources *s,
		     const struct dialect_choice *choice, struct config **ret, struct warnings *w,
		     struct err *err);
void config_free(struct config **c);

/* By normalised id. NULL = not in the roster. Borrowed. */
const struct agent_settings *config_find_agent(const struct config *c, const char *id);
/* What clawbpf.agents says of an agent. NULL = nothing. Borrowed. */
const struct claw_settings *config_find_claw_agent(const struct config *c, const char *id);

/* The first entry of that name; NULL = none. `size` is the size of one item. Borrowed. */
const void *entries_find(const struct entries *e, const char *name, size_t size);
/* The same, in whatever case the name is written. */
const void *entries_find_folded(const struct entries *e, const char *name, size_t size);

/*
 * The id that an agent is known by: trimmed, lower case, everything but a-z 0-9 _ - turned into one
 * '-', at most 64 characters, "main" when nothing is left. NULL: out of memory. Owned by the
 * caller.
 */
char *agent_id_normalize(const char *text, size_t len);

#endif
