// SPDX-License-Identifier: GPL-2.0-only
/* How does clawdbot 2026.1.24 read a config? Tables. */
#include "policy/dialect/dialect.h"

#include <stddef.h>

/* clang-format off: a table is read by its columns */
static const char *const tools[] = {
	"read",          "write",          "edit",           "apply_patch",   "exec",
	"process",       "browser",        "canvas",         "nodes",         "cron",
	"message",       "gateway",        "agents_list",    "sessions_list", "sessions_history",
	"sessions_send", "sessions_spawn", "session_status", "memory_search", "memory_get",
	"web_search",    "web_fetch",      "image",          "tts",           NULL};

static const struct tool_set groups[] = {
	{"group:memory", TOOLS("memory_search", "memory_get")},
	{"group:web", TOOLS("web_search", "web_fetch")},
	{"group:fs", TOOLS("read", "write", "edit", "apply_patch")},
	{"group:runtime", TOOLS("exec", "process")},
	{"group:sessions", TOOLS("sessions_list", "sessions_history", "sessions_send",
				 "sessions_spawn", "session_status")},
	{"group:ui", TOOLS("browser", "canvas")},
	{"group:automation", TOOLS("cron", "gateway")},
	{"group:messaging", TOOLS("message")},
	{"group:nodes", TOOLS("nodes")},
	{"group:clawdbot",
	 TOOLS("browser", "canvas", "nodes", "cron", "message", "gateway", "agents_list",
	       "sessions_list", "sessions_history", "sessions_send", "sessions_spawn",
	       "session_status", "memory_search", "memory_get", "web_search", "web_fetch",
	       "image")},
	{NULL, NULL}};

static const struct tool_set profiles[] = {
	{"minimal", TOOLS("session_status")},
	{"coding", TOOLS("read", "write", "edit", "apply_patch", "exec", "process", "sessions_list",
			 "sessions_history", "sessions_send", "sessions_spawn", "session_status",
			 "memory_search", "memory_get", "image")},
	{"messaging",
	 TOOLS("message", "sessions_list", "sessions_history", "sessions_send", "session_status")},
	{"full", NULL},
	{NULL, NULL}};

static const struct tool_alias aliases[] = {
	{"bash", "exec"}, {"apply-patch", "apply_patch"}, {NULL, NULL}};
/* clang-format on */

const struct dialect dialect_clawdbot = {
	.name = "clawdbot",
	.flags = DIALECT_PRODUCT | DIALECT_DROPS_FOREIGN_LISTS | DIALECT_SANDBOX_EMPTY_LIMITS |
		 DIALECT_SANDBOX_NO_ALIAS | DIALECT_LOOSE_KEYS | DIALECT_EXEC_UNCHECKED |
		 DIALECT_EXEC_LIST_LOOSE | DIALECT_PROVIDER_LAST | DIALECT_NO_SENDERS |
		 DIALECT_STORE_IS_JSON,
	.tools = tools,
	.tools_on_demand = TOOLS("apply_patch", "image"),
	.profiles = profiles,
	.groups = groups,
	.aliases = aliases,
	.patch_with = "exec",
	.sandbox_allow = TOOLS("exec", "process", "read", "write", "edit", "apply_patch", "image",
			       "sessions_list", "sessions_history", "sessions_send",
			       "sessions_spawn", "session_status"),
	.sandbox_deny = TOOLS("browser", "canvas", "nodes", "cron", "gateway", "telegram",
			      "whatsapp", "discord", "googlechat", "slack", "signal", "imessage"),
	.image_tool = "image",
	.subagent_deny = TOOLS("sessions_list", "sessions_history", "sessions_send",
			       "sessions_spawn", "gateway", "agents_list", "whatsapp_login",
			       "session_status", "cron", "memory_search", "memory_get"),
	.unlisted_readonly = TOOLS("write", "edit", "apply_patch"),
	.mode = SANDBOX_OFF,
	.scope = SCOPE_AGENT,
	.access = WORKSPACE_NONE,
	.network = "none",
	.workspace_root = "~/.clawdbot/sandboxes",
	.image = "clawdbot-sandbox:bookworm-slim",
	.container_prefix = "clawdbot-sbx-",
	.timeout_seconds = 1800,
	.approval_seconds = 120,
	.agents_key = "agents.list[]",
	.program = "clawdbot",
	.version = "2026.1.24",
	.docs_url = "https://docs.clawd.bot/sandbox",
	.workspace = "clawd",
	.direct_word = "dm",
	.chat_channels = TOOLS("telegram", "whatsapp", "discord", "googlechat", "slack", "signal",
			       "imessage"),
};
