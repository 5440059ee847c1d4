// SPDX-License-Identifier: GPL-2.0-only
/* How does the system of the handbook read a config? Tables. */
#include "policy/dialect/dialect.h"

#include <stddef.h>

/* clang-format off: a table is read by its columns */
/*
 * Profiles, and the groups from fs to messaging, are the handbook's tables on sandboxing and
 * execution security; the groups after them are those that only its page on sandbox, tool policy
 * and elevated has. `bash` is another name for exec.
 */

static const char *const native_tools[] = {"read",
					   "write",
					   "edit",
					   "apply_patch",
					   "exec",
					   "process",
					   "browser",
					   "canvas",
					   "web_search",
					   "web_fetch",
					   "image",
					   "tts",
					   "message",
					   "cron",
					   "gateway",
					   "nodes",
					   "agents_list",
					   "sessions_list",
					   "sessions_history",
					   "sessions_send",
					   "sessions_spawn",
					   "session_status",
					   "memory_search",
					   "memory_get",
					   NULL};

static const struct tool_set native_profiles[] = {
	{"full", NULL},
	{"coding", TOOLS("read", "write", "edit", "exec", "browser")},
	{"messaging", TOOLS("message", "web_search", "web_fetch")},
	{"minimal", TOOLS("web_search")},
	{NULL, NULL}};

static const struct tool_set native_groups[] = {
	{"group:fs", TOOLS("read", "write", "edit")},
	{"group:runtime", TOOLS("exec")},
	{"group:automation", TOOLS("cron", "gateway", "sessions_spawn", "sessions_send")},
	{"group:browser", TOOLS("browser")},
	{"group:network", TOOLS("web_fetch", "web_search")},
	{"group:media", TOOLS("image", "tts")},
	{"group:messaging", TOOLS("message")},
	{"group:sessions", TOOLS("sessions_list", "sessions_history", "sessions_send",
				 "sessions_spawn", "session_status")},
	{"group:memory", TOOLS("memory_search", "memory_get")},
	{"group:ui", TOOLS("browser", "canvas")},
	{"group:nodes", TOOLS("nodes")},
	{"group:clawdbot", native_tools},
	{NULL, NULL}};

static const struct tool_alias native_aliases[] = {
	{"bash", "exec"}, {"apply-patch", "apply_patch"}, {NULL, NULL}};

/*
 * `process` runs what exec starts, and group:runtime names all three on one page and exec alone on
 * the other; apply_patch writes files. Denying one and leaving the other would deny nothing.
 */
static const struct tool_set native_companions[] = {{"exec", TOOLS("process")},
						    {"process", TOOLS("exec")},
						    {"write", TOOLS("apply_patch")},
						    {"edit", TOOLS("apply_patch")},
						    {NULL, NULL}};

const struct dialect dialect_native = {
	.name = "native",
	.flags = DIALECT_ALLOW_WIDENS | DIALECT_SANDBOX_DENY_ADDS | DIALECT_AGENTS_KNOWN |
		 DIALECT_PATTERNS,
	.tools = native_tools,
	.profiles = native_profiles,
	.groups = native_groups,
	.aliases = native_aliases,
	.companions = native_companions,
	.mode = SANDBOX_OFF,
	.scope = SCOPE_SESSION,
	.access = WORKSPACE_NONE,
	.network = "none",
	.workspace_root = "~/.openclaw/sandboxes",
	.timeout_seconds = 60,
	.approval_seconds = 120,
	.agents_key = "agents.list[]",
	.program = "openclaw",
	.image = "openclaw-sandbox:bookworm-slim",
	.container_prefix = "openclaw-sbx-",
	.workspace = ".openclaw/workspace",
	.direct_word = "direct",
};
/* clang-format on */
