// SPDX-License-Identifier: GPL-2.0-only
/* Which keys exist, what may stand there, and where it is kept? */
#include "config/schema.h"

#include "config/checks.h"
#include "util/cleanup.h"

static const char *const words_session_tools[] = {"spawned", "all", NULL};

/* clang-format off: a table is read by its columns */
#define ROW(key, kind, of, member, ...)                                                            \
	{                                                                                          \
		.name = (key), .type = FIELD_##kind, .offset = offsetof(of, member), ##__VA_ARGS__ \
	}
#define SKIP(key)                                                                                  \
	{                                                                                          \
		.name = (key), .type = FIELD_IGNORED                                               \
	}
#define SCHEMA(table, how, ...)                                                                    \
	{                                                                                          \
		.fields = (table), .count = ARRAY_SIZE(table), .unknown = (how), ##__VA_ARGS__     \
	}

/* --- sandbox ------------------------------------------------------------------------------- */

static const struct field docker_fields[] = {
#define D(key, kind, member, ...) ROW(key, kind, struct docker_settings, member, ##__VA_ARGS__)
	D("image", TEXT, image),
	D("containerPrefix", TEXT, container_prefix),
	D("workdir", TEXT, workdir),
	D("readOnlyRoot", BOOL, read_only_root),
	D("tmpfs", LIST, tmpfs),
	D("network", TEXT, network),
	D("user", TEXT, user),
	D("capDrop", LIST, cap_drop),
	D("env", ENTRIES, env, .each = FIELD_SCALAR),
	D("setupCommand", LINES, setup_command),
	D("pidsLimit", NUMBER, pids_limit, .min = 1),
	D("memory", SCALAR, memory),
	D("memorySwap", SCALAR, memory_swap),
	D("cpus", NUMBER, cpus),
	D("gpus", TEXT, gpus, .not_in = NOT_IN_CLAWDBOT),
	D("ulimits", ENTRIES, ulimits, .each = FIELD_ULIMIT),
	D("seccompProfile", TEXT, seccomp_profile),
	D("apparmorProfile", TEXT, apparmor_profile),
	D("dns", LIST, dns),
	D("extraHosts", LIST, extra_hosts),
	D("binds", LIST, binds),
	D("dangerouslyAllowReservedContainerTargets", BOOL, allow_reserved_targets,
	  .not_in = NOT_IN_CLAWDBOT),
	D("dangerouslyAllowExternalBindSources", BOOL, allow_external_sources,
	  .not_in = NOT_IN_CLAWDBOT),
	D("dangerouslyAllowContainerNamespaceJoin", BOOL, allow_namespace_join,
	  .not_in = NOT_IN_CLAWDBOT),
};
static const struct schema docker_schema = SCHEMA(docker_fields, UNKNOWN_REFUSED);

static const struct field browser_fields[] = {
#define B(key, kind, member, ...) ROW(key, kind, struct browser_settings, member, ##__VA_ARGS__)
	B("enabled", BOOL, enabled),
	B("image", TEXT, image),
	B("containerPrefix", TEXT, container_prefix),
	B("network", TEXT, network, .not_in = NOT_IN_CLAWDBOT),
	B("cdpPort", NUMBER, cdp_port, .min = 1),
	B("cdpSourceRange", TEXT, cdp_source_range, .not_in = NOT_IN_CLAWDBOT),
	B("vncPort", NUMBER, vnc_port, .min = 1),
	B("noVncPort", NUMBER, no_vnc_port, .min = 1),
	B("headless", BOOL, headless),
	B("enableNoVnc", BOOL, no_vnc, .not_in = NOT_IN_OPENCLAW),
	B("noVncEnabled", BOOL, no_vnc, .not_in = NOT_IN_CLAWDBOT),
	B("allowHostControl", BOOL, host_control),
	B("autoStart", BOOL, auto_start),
	B("autoStartTimeoutMs", NUMBER, auto_start_timeout, .min = 1),
	B("binds", LIST, binds, .not_in = NOT_IN_CLAWDBOT),
	SKIP("allowedControlUrls"),
	SKIP("allowedControlHosts"),
	SKIP("allowedControlPorts"),
};
static const struct schema browser_schema = SCHEMA(browser_fields, UNKNOWN_REFUSED);

static const struct field prune_fields[] = {
	ROW("idleHours", NUMBER, struct sandbox_settings, prune_idle_hours),
	ROW("maxAgeDays", NUMBER, struct sandbox_settings, prune_max_age_days),
};
static const struct schema prune_schema = SCHEMA(prune_fields, UNKNOWN_REFUSED);

static const struct field sandbox_fields[] = {
#define S(key, kind, member, ...) ROW(key, kind, struct sandbox_settings, member, ##__VA_ARGS__)
	S("mode", WORD, mode, .words = words_sandbox_mode),
	S("scope", WORD, scope, .words = words_sandbox_scope),
	S("perSession", BOOL, per_session, .not_in = NOT_IN_OPENCLAW),
	S("workspaceAccess", WORD, access, .words = words_workspace_access),
	S("workspace", WORD, access, .words = words_workspace_access, .instead = "workspaceAccess",
	  .not_in = NOT_IN_PRODUCTS),
	S("workspaceRoot", TEXT, root),
	S("backend", TEXT, backend, .not_in = NOT_IN_CLAWDBOT),
	S("sessionToolsVisibility", WORD, session_tools, .words = words_session_tools),
	S("binds", LIST, binds, .not_in = NOT_IN_PRODUCTS),
	S("docker", OBJECT, docker, .schema = &docker_schema),
	S("browser", OBJECT, browser, .schema = &browser_schema),
	{.name = "prune", .type = FIELD_OBJECT, .schema = &prune_schema},
	{.name = "ssh", .type = FIELD_IGNORED, .not_in = NOT_IN_CLAWDBOT},
};
static const struct schema sandbox_schema = SCHEMA(sandbox_fields, UNKNOWN_REFUSED, .placed = true);

/* --- tools ---------------------------------------------------------------------------------- */

#define L(key, kind, member, ...) ROW(key, kind, struct tool_layer, member, ##__VA_ARGS__)
#define LISTS                                                                                      \
	L("allow", LIST, allow), L("alsoAllow", LIST, also_allow, .not_in = NOT_IN_CLAWDBOT),      \
		L("deny", LIST, deny)

static const struct field layer_fields[] = {LISTS};
static const struct schema layer_schema = SCHEMA(
	layer_fields, UNKNOWN_REFUSED, .size = sizeof(struct tool_layer_entry), .placed = true);

static const struct field provider_fields[] = {L("profile", WORD, profile, .words = words_profile),
					       LISTS};
static const struct schema provider_schema = SCHEMA(
	provider_fields, UNKNOWN_REFUSED, .size = sizeof(struct tool_layer_entry), .placed = true);

static const struct field tools_inner_fields[] = {
	{.name = "tools", .type = FIELD_OBJECT, .schema = &layer_schema},
};
static const struct schema tools_inner_schema = SCHEMA(tools_inner_fields, UNKNOWN_REFUSED);

static const struct field elevated_fields[] = {
#define E(key, kind, member, ...) ROW(key, kind, struct elevated_settings, member, ##__VA_ARGS__)
	E("enabled", BOOL, enabled),
	E("allowFrom", ENTRIES, allow_from, .each = FIELD_SENDERS),
	E("patterns", LIST, patterns, .not_in = NOT_IN_PRODUCTS),
	E("requireApproval", BOOL, require_approval, .not_in = NOT_IN_PRODUCTS),
};
static const struct schema elevated_schema = SCHEMA(elevated_fields, UNKNOWN_REFUSED);

static const struct field exec_fields[] = {
#define X(key, kind, member, ...) ROW(key, kind, struct exec_settings, member, ##__VA_ARGS__)
	X("host", WORD, host, .words = words_exec_host),
	X("security", WORD, security, .words = words_exec_security),
	X("ask", WORD, ask, .words = words_exec_ask),
	X("mode", WORD, mode, .words = words_exec_mode, .not_in = NOT_IN_CLAWDBOT),
	X("node", TEXT, node),
	X("timeoutSec", NUMBER, timeout, .not_in = NOT_IN_OPENCLAW),
	X("timeoutSeconds", NUMBER, timeout, .not_in = NOT_IN_CLAWDBOT),
	X("pathPrepend", LIST, path_prepend),
	X("safeBins", LIST, safe_bins),
	X("safeBinTrustedDirs", LIST, safe_bin_trusted_dirs, .not_in = NOT_IN_CLAWDBOT),
	X("strictInlineEval", BOOL, strict_inline_eval, .not_in = NOT_IN_CLAWDBOT),
	SKIP("safeBinProfiles"),
	SKIP("applyPatch"),
	SKIP("backgroundMs"),
	SKIP("cleanupMs"),
	SKIP("notifyOnExit"),
	SKIP("notifyOnExitEmptySuccess"),
	SKIP("commandHighlighting"),
	SKIP("reviewer"),
	SKIP("approvalRunningNoticeMs"),
};
static const struct schema exec_schema =
	SCHEMA(exec_fields, UNKNOWN_WARNED, .products = &keys_of_exec);

static const struct field fs_fields[] = {
	ROW("workspaceOnly", BOOL, struct tools_settings, fs_workspace_only),
};
static const struct schema fs_schema = SCHEMA(fs_fields, UNKNOWN_REFUSED);

static const struct field tools_fields[] = {
#define T(key, kind, member, ...) ROW(key, kind, struct tools_settings, member, ##__VA_ARGS__)
	T("profile", WORD, layer.profile, .words = words_profile),
	T("allow", LIST, layer.allow),
	T("alsoAllow", LIST, layer.also_allow, .not_in = NOT_IN_CLAWDBOT),
	T("deny", LIST, layer.deny),
	T("byProvider", ENTRIES, by_provider, .each = FIELD_OBJECT, .schema = &provider_schema),
	T("toolsBySender", ENTRIES, by_sender, .each = FIELD_OBJECT, .schema = &layer_schema,
	  .not_in = NOT_IN_CLAWDBOT, .trimmed = true),
	T("sandbox", OBJECT, sandbox, .schema = &tools_inner_schema),
	T("subagents", OBJECT, subagents, .schema = &tools_inner_schema),
	T("elevated", OBJECT, elevated, .schema = &elevated_schema),
	T("exec", OBJECT, exec, .schema = &exec_schema),
	{.name = "fs", .type = FIELD_OBJECT, .schema = &fs_schema, .not_in = NOT_IN_CLAWDBOT},
	SKIP("web"),
	SKIP("media"),
	SKIP("links"),
	SKIP("message"),
	SKIP("agentToAgent"),
	SKIP("sessions"),
	SKIP("sessions_spawn"),
	SKIP("loopDetection"),
	SKIP("toolSearch"),
	SKIP("codeMode"),
	SKIP("swarm"),
	SKIP("experimental"),
	SKIP("audio"),
	SKIP("image"),
};
static const struct schema tools_schema =
	SCHEMA(tools_fields, UNKNOWN_WARNED, .placed = true, .products = &keys_of_tools);
static const struct schema agent_tools_schema =
	SCHEMA(tools_fields, UNKNOWN_WARNED, .placed = true, .products = &keys_of_agent_tools);

/* --- agents --------------------------------------------------------------------------------- */

static const struct field agent_fields[] = {
#define A(key, kind, member, ...) ROW(key, kind, struct agent_settings, member, ##__VA_ARGS__)
	A("id", TEXT, id),
	A("default", BOOL, is_default),
	A("workspace", TEXT, workspace),
	A("sandbox", OBJECT, sandbox, .schema = &sandbox_schema),
	A("tools", OBJECT, tools, .schema = &agent_tools_schema),
	SKIP("name"),
	SKIP("description"),
	SKIP("agentDir"),
	SKIP("model"),
	SKIP("models"),
	SKIP("skills"),
	SKIP("identity"),
	SKIP("groupChat"),
	SKIP("subagents"),
	SKIP("memory"),
	SKIP("memorySearch"),
	SKIP("heartbeat"),
	SKIP("humanDelay"),
	SKIP("params"),
	SKIP("runtime"),
	SKIP("plugins"),
	SKIP("tts"),
};
const struct schema agent_schema =
	SCHEMA(agent_fields, UNKNOWN_GUARDED, .size = sizeof(struct agent_settings),
	       .products = &keys_of_agent);

#define C(key, kind, member, ...) ROW(key, kind, struct config, member, ##__VA_ARGS__)

static const struct field spawn_fields[] = {C("maxSpawnDepth", NUMBER, max_spawn_depth)};
static const struct schema spawn_schema = SCHEMA(spawn_fields, UNKNOWN_GUARDED);

static const struct field defaults_fields[] = {
	C("sandbox", OBJECT, sandbox, .schema = &sandbox_schema),
	C("workspace", TEXT, workspace),
	C("elevatedDefault", WORD, elevated_default, .words = words_elevated),
	{.name = "tools",
	 .type = FIELD_REFUSED,
	 .hint = "no program reads it: tool policy for everybody is the top-level \"tools\""},
	SKIP("model"),
	SKIP("models"),
	{.name = "subagents", .type = FIELD_OBJECT, .schema = &spawn_schema},
	SKIP("skills"),
	SKIP("memorySearch"),
};
static const struct schema defaults_schema =
	SCHEMA(defaults_fields, UNKNOWN_GUARDED, .products = &keys_of_defaults);

static const struct field agents_fields[] = {
	{.name = "defaults", .type = FIELD_OBJECT, .schema = &defaults_schema},
	C("list", ROSTER, agents, .schema = &agent_schema),
	C("entries", ENTRIES, agents, .each = FIELD_OBJECT, .schema = &agent_schema,
	  .not_in = NOT_IN_CLAWDBOT),
	C("ownership", TEXT, ownership, .not_in = NOT_IN_CLAWDBOT),
	{.name = "sandbox", .type = FIELD_REFUSED, .hint = "it belongs in agents.defaults.sandbox"},
};
static const struct schema agents_schema =
	SCHEMA(agents_fields, UNKNOWN_GUARDED, .products = &keys_of_agents);

/* --- channels and sessions ------------------------------------------------------------------ */

#define GROUP                                                                                      \
	ROW("tools", OBJECT, struct group_settings, tools, .schema = &layer_schema),               \
		ROW("toolsBySender", ENTRIES, struct group_settings, by_sender,                    \
		    .each = FIELD_OBJECT, .schema = &layer_schema, .not_in = NOT_IN_CLAWDBOT,      \
		    .trimmed = true)
#define EACH(key, of, member, item)                                                                \
	ROW(key, ENTRIES, of, member, .each = FIELD_OBJECT, .schema = &(item), .lenient = true)
static const struct field group_fields[] = {GROUP};
static const struct schema group_schema =
	SCHEMA(group_fields, UNKNOWN_GUARDED, .size = sizeof(struct group_settings));
static const struct field guild_fields[] = {
	GROUP, EACH("channels", struct group_settings, channels, group_schema)};
static const struct schema guild_schema =
	SCHEMA(guild_fields, UNKNOWN_GUARDED, .size = sizeof(struct group_settings));

/* Some programs call the groups of a channel its channels, or have guilds around them. */
#define GROUPS(of)                                                                                 \
	EACH("groups", of, groups, group_schema), EACH("channels", of, channels, group_schema),    \
		EACH("guilds", of, guilds, guild_schema)

static const struct field account_fields[] = {GROUPS(struct account_settings)};
static const struct schema account_schema =
	SCHEMA(account_fields, UNKNOWN_GUARDED, .size = sizeof(struct account_settings));

static const struct field channel_fields[] = {
	GROUPS(struct channel_settings),
	EACH("accounts", struct channel_settings, accounts, account_schema),
	SKIP("account"),
};
static const struct schema channel_schema =
	SCHEMA(channel_fields, UNKNOWN_GUARDED, .size = sizeof(struct channel_settings));

static const struct field session_fields[] = {
	C("scope", WORD, session.scope, .words = words_session_scope),
	C("dmScope", WORD, session.dm_scope, .words = words_dm_scope),
	C("mainKey", TEXT, session.main_key),
	C("store", TEXT, session.store),
	C("identityLinks", ENTRIES, session.identity_links, .each = FIELD_SENDERS),
};
static const struct schema session_schema =
	SCHEMA(session_fields, UNKNOWN_GUARDED, .products = &keys_of_session);

/* --- our own block -------------------------------------------------------------------------- */

#define CLAW_FIELDS(of, in)                                                                        \
	ROW("mode", WORD, of, in mode, .words = words_claw_mode),                                  \
		ROW("denyBinaries", LIST, of, in deny_binaries, .check = check_binary),            \
		ROW("toolBinaries", ENTRIES, of, in tool_binaries, .each = FIELD_LIST,             \
		    .check = check_binary),                                                        \
		ROW("blockedBindSources", LIST, of, in blocked_sources,                            \
		    .check = check_blocked_source)

static const struct field claw_agent_fields[] = {CLAW_FIELDS(struct claw_settings, )};
const struct schema claw_agent_schema =
	SCHEMA(claw_agent_fields, UNKNOWN_REFUSED, .size = sizeof(struct claw_settings));

static const struct field claw_fields[] = {
	C("dialect", WORD, dialect, .words = words_dialect),
	CLAW_FIELDS(struct config, claw.),
	C("gateway", WORD, gateway, .words = words_gateway),
	C("gatewayPrograms", LIST, gateway_programs, .check = check_program),
	C("approvalTimeout", NUMBER, approval_timeout, .min = 1),
	C("agents", ENTRIES, claw_agents, .each = FIELD_OBJECT, .schema = &claw_agent_schema),
};
static const struct schema claw_schema = SCHEMA(claw_fields, UNKNOWN_REFUSED);

/* --- the document --------------------------------------------------------------------------- */

static const struct field config_fields[] = {
	{.name = "agents", .type = FIELD_OBJECT, .schema = &agents_schema},
	C("tools", OBJECT, tools, .schema = &tools_schema),
	{.name = "session", .type = FIELD_OBJECT, .schema = &session_schema},
	C("channels", ENTRIES, channels, .each = FIELD_OBJECT, .schema = &channel_schema,
	  .lenient = true),
	{.name = "clawbpf", .type = FIELD_OBJECT, .schema = &claw_schema},
	{.name = "sandbox", .type = FIELD_REFUSED, .hint = "it belongs in agents.defaults.sandbox"},
	{.name = "routing", .type = FIELD_IGNORED, .not_in = NOT_IN_PRODUCTS},
	SKIP("$schema"),
	SKIP("meta"),
	SKIP("env"),
	SKIP("wizard"),
	SKIP("diagnostics"),
	SKIP("logging"),
	SKIP("update"),
	SKIP("browser"),
	SKIP("ui"),
	SKIP("auth"),
	SKIP("models"),
	SKIP("nodeHost"),
	SKIP("bindings"),
	SKIP("broadcast"),
	SKIP("audio"),
	SKIP("media"),
	SKIP("messages"),
	SKIP("commands"),
	SKIP("approvals"),
	SKIP("cron"),
	SKIP("hooks"),
	SKIP("web"),
	SKIP("discovery"),
	SKIP("canvasHost"),
	SKIP("talk"),
	SKIP("gateway"),
	SKIP("memory"),
	SKIP("skills"),
	SKIP("plugins"),
	SKIP("secrets"),
	SKIP("acp"),
	SKIP("cli"),
	SKIP("mcp"),
};
const struct schema config_schema =
	SCHEMA(config_fields, UNKNOWN_GUARDED, .products = &keys_of_root);
/* clang-format on */

size_t field_item_size(const struct field *f)
{
	if (f->schema)
		return f->schema->size;
	if (f->each == FIELD_LIST || f->each == FIELD_SENDERS)
		return sizeof(struct list_entry);
	return sizeof(struct setting_entry);
}

size_t field_item_value(const struct field *f)
{
	/* Items that are nothing but a layer of tools keep it beside their name. */
	if (f->schema && f->schema->size == sizeof(struct tool_layer_entry) &&
	    (f->schema == &layer_schema || f->schema == &provider_schema))
		return offsetof(struct tool_layer_entry, layer);
	if (f->each == FIELD_LIST || f->each == FIELD_SENDERS)
		return offsetof(struct list_entry, list);
	return f->schema ? 0 : offsetof(struct setting_entry, setting);
}
