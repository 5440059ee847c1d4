// SPDX-License-Identifier: GPL-2.0-only
/* Which layers of tool policy apply to a session, and what is in each? */
#include <errno.h>
#include <string.h>

#include "config/schema.h"
#include "policy/tools/groups.h"
#include "policy/tools/layer_add.h"
#include "policy/key/providers.h"
#include "policy/key/session_spawn.h"
#include "policy/tools/sandbox_tools.h"
#include "policy/tools/tools.h"
#include "util/cleanup.h"

#define KEY_PROFILE "tools.profile"

static const struct tool_layer no_layer;

static const struct tool_layer *agent_layer(const struct tool_context *ctx)
{
	return ctx->agent ? &ctx->agent->tools.layer : &no_layer;
}

/*
 * Profiles and allow lists of everybody and of the agent. An agent's profile replaces everybody's,
 * with what was allowed beside it. Where allow widens, a list beside a profile gives back what that
 * profile leaves out, and a list without a profile is the limit; elsewhere every list only narrows.
 */
static int build_base(struct tool_layers *l, const struct tool_context *ctx)
{
	const struct tool_layer *all = &ctx->config->tools.layer, *own = agent_layer(ctx);
	bool own_profile = own->profile.key;
	const struct setting *profile = own_profile ? &own->profile : &all->profile;
	const char *name = own_profile ? "agent tools.profile" : KEY_PROFILE;
	const struct tool_set *limit = layer_profile(ctx, profile);
	bool widens = limit && (ctx->dialect->flags & DIALECT_ALLOW_WIDENS);
	bool all_beside = (ctx->dialect->flags & DIALECT_ALLOW_WIDENS) &&
			  layer_profile(ctx, &all->profile); /* for that profile, not a limit */
	bool also = ctx->dialect->flags & DIALECT_ALSO_ALLOW;
	struct tool_rules *rules;
	int r;

	if (limit) {
		r = layer_limit_profile(l, profile, limit, name);
		if (r)
			return r;
		rules = &l->rules[l->count - 1];
		if (widens && !own_profile)
			r = layer_allow(rules, ctx, &all->allow, "tools.allow");
		if (!r && widens)
			r = layer_allow(rules, ctx, &own->allow, "agent tools.allow");
		if (!r && widens)
			r = layer_allow(rules, ctx, &own->also_allow, "agent tools.alsoAllow");
		if (!r && widens && !own_profile)
			r = layer_allow(rules, ctx, &all->also_allow, "tools.alsoAllow");
		if (!r && also)
			r = own->also_allow.key
				    ? layer_allow(rules, ctx, &own->also_allow,
						  "agent tools.alsoAllow")
				    : layer_allow(rules, ctx, &all->also_allow, "tools.alsoAllow");
		if (r)
			return r;
	}
	r = all_beside ? 0 : layer_limit(l, ctx, &all->allow, "tools.allow");
	if (!r && !widens)
		r = layer_limit(l, ctx, &own->allow, "agent tools.allow");
	return r;
}

static int build_groups(struct tool_layers *l, const struct tool_context *ctx)
{
	static const char *const own[2] = {"group tools.deny", "group tools.allow"};
	static const char *const spawners[2] = {"spawner's group tools.deny",
						"spawner's group tools.allow"};
	static const char *const anys[2] = {"any group's tools.deny (store of sessions unreadable)",
					    "any group's tools.allow (store of sessions "
					    "unreadable)"};
	const char *const *names = ctx->any_group ? anys : ctx->spawner ? spawners : own;
	struct group_policies groups autodestroy(group_policies_clear) = {0};
	int r = ctx->any_group
			? group_policies_all(ctx->config, &groups)
			: group_policies_find(ctx->config,
					      ctx->spawner ? ctx->spawner : ctx->session, &groups);

	for (size_t i = 0; i < groups.count && !r; i++)
		r = layer_add_lists(l, ctx, groups.items[i].layer, names, !groups.items[i].product);
	return r;
}

/* What the agent says of a sender counts before what all say. */
static int build_senders(struct tool_layers *l, const struct tool_context *ctx)
{
	static const char *const names[2] = {"toolsBySender deny", "toolsBySender allow"};
	const struct tool_layer *layer = NULL;

	if (ctx->agent)
		layer = sender_layer_find(&ctx->agent->tools.by_sender, ctx->session);
	if (!layer)
		layer = sender_layer_find(&ctx->config->tools.by_sender, ctx->session);
	return layer ? layer_add_lists(l, ctx, layer, names,
				       ctx->dialect->flags & DIALECT_NO_SENDERS)
		     : 0;
}

/* The profile of a provider, with what is allowed beside it. */
static int build_provider_profile(struct tool_layers *l, const struct tool_context *ctx,
				  const struct tool_layer *all, const struct tool_layer *own)
{
	const struct setting *profile = own->profile.key ? &own->profile : &all->profile;
	const struct setting_list *also = own->also_allow.key ? &own->also_allow : &all->also_allow;
	const struct tool_set *limit = layer_profile(ctx, profile);
	int r = 0;

	if (!limit)
		return 0;
	r = layer_limit_profile(l, profile, limit, "byProvider profile");
	if (!r && ctx->dialect->flags & (DIALECT_ALSO_ALLOW | DIALECT_ALLOW_WIDENS))
		r = layer_allow(&l->rules[l->count - 1], ctx, also, "byProvider alsoAllow");
	return r;
}

/* Limits for one model provider only ever take away. */
static int build_provider(struct tool_layers *l, const struct tool_context *ctx)
{
	static const char *const names[2][2] = {
		{"tools.byProvider deny", "tools.byProvider allow"},
		{"agent tools.byProvider deny", "agent tools.byProvider allow"}};
	const struct tool_layer *all, *own = NULL;
	int r;

	if (!ctx->provider)
		return 0;
	all = provider_layer_find(ctx->dialect, &ctx->config->tools.by_provider, ctx->provider);
	if (ctx->agent)
		own = provider_layer_find(ctx->dialect, &ctx->agent->tools.by_provider,
					  ctx->provider);
	all = all ? all : &no_layer;
	own = own ? own : &no_layer;
	r = build_provider_profile(l, ctx, all, own);
	if (!r)
		r = layer_add_lists(l, ctx, all, names[0], false);
	return r ? r : layer_add_lists(l, ctx, own, names[1], false);
}

const struct setting_list *sandbox_allow_list(const struct config *c,
					      const struct agent_settings *agent)
{
	if (agent && agent->tools.sandbox.allow.key)
		return &agent->tools.sandbox.allow;
	return &c->tools.sandbox.allow;
}

/* The lists of a program that has some of its own: every entry in its final form. */
static int build_sandbox_made(struct tool_layers *l, const struct tool_context *ctx)
{
	struct sandbox_tools t autodestroy(sandbox_tools_clear) = {0};
	struct tool_rules *rules = layer_add(l);
	int r = rules ? sandbox_tools_make(ctx->config, ctx->dialect, ctx->owner, &t) : -ENOMEM;

	if (r)
		return r;
	rules->limited = t.limited;
	rules->limit = t.allow.source;
	for (size_t i = 0; i < t.deny.count && !r; i++)
		r = patterns_add(&rules->deny, ctx->dialect, t.deny.items[i].text,
				 &t.deny.items[i].source);
	for (size_t i = 0; i < t.allow.count && !r; i++)
		r = patterns_add(&rules->allow, ctx->dialect, t.allow.items[i].text,
				 &t.allow.items[i].source);
	return r;
}

/* A sandbox that may only read has no tools that write, whatever the lists say. */
static int build_readonly(struct tool_layers *l, const struct tool_context *ctx)
{
	struct tool_rules *rules;

	if (!ctx->sandboxed || !ctx->sandbox || ctx->sandbox->access != WORKSPACE_RO ||
	    !ctx->dialect->unlisted_readonly)
		return 0;
	rules = layer_add(l);
	return rules ? patterns_add_tools(&rules->deny, ctx->dialect->unlisted_readonly,
					  &ctx->sandbox->access_source)
		     : -ENOMEM;
}

static bool exec_reaches_the_gate(const struct tool_context *ctx, const struct exec_settings *own)
{
	const struct setting *host =
		own && own->host.key ? &own->host : &ctx->config->tools.exec.host;

	if (!(ctx->dialect->flags & DIALECT_EXEC_UNCHECKED))
		return true;
	return host->key && (!strcmp(host->text, "gateway") || !strcmp(host->text, "node"));
}

/*
 * tools.exec.security "deny" outside a sandbox means that nothing is executed. One program asks it
 * only where tools.exec.host names the gateway or a node, and runs everything otherwise.
 */
static int build_exec_security(struct tool_layers *l, const struct tool_context *ctx)
{
	const struct exec_settings *all = &ctx->config->tools.exec;
	const struct exec_settings *own = ctx->agent ? &ctx->agent->tools.exec : NULL;
	const struct setting *word = own && own->security.key ? &own->security : &all->security;
	const char *const exec[] = {"exec", NULL};
	struct tool_rules *rules;
	struct source s;

	if (!word->key)
		word = own && own->mode.key ? &own->mode : &all->mode;
	if (!(ctx->dialect->flags & DIALECT_PRODUCT) || ctx->sandboxed || !word->key ||
	    strcmp(word->text, "deny"))
		return 0;
	rules = layer_add(l);
	if (!rules)
		return -ENOMEM;
	rules->dropped = !exec_reaches_the_gate(ctx, own);
	s = source_of_setting(word, "tools.exec.security");
	return patterns_add_tools(&rules->deny, exec, &s);
}

/* Lists that one program throws away since no entry is a tool of its own. */
static void mark_dropped(struct tool_layers *l, const struct tool_context *ctx)
{
	if (!(ctx->dialect->flags & DIALECT_DROPS_FOREIGN_LISTS))
		return;
	for (size_t i = 0; i < l->count; i++) {
		struct tool_rules *rules = &l->rules[i];
		bool known = !rules->limited;

		for (size_t n = 0; n < rules->allow.name_count && !known; n++)
			known = tool_is_registered(ctx->dialect, rules->allow.names[n].text);
		rules->dropped = rules->dropped || !known;
	}
}

static int build_sandbox(struct tool_layers *l, const struct tool_context *ctx)
{
	const struct tool_layer *own = ctx->owner ? &ctx->owner->tools.sandbox : &no_layer;
	const struct tool_layer *all = &ctx->config->tools.sandbox;
	bool adds = ctx->dialect->flags & DIALECT_SANDBOX_DENY_ADDS;
	int r = 0;

	if (!ctx->sandboxed)
		return 0;
	if (ctx->dialect->sandbox_allow)
		return build_sandbox_made(l, ctx);
	if (adds || !own->deny.key)
		r = layer_deny(l, ctx, &all->deny, "tools.sandbox.tools.deny");
	if (!r)
		r = layer_deny(l, ctx, &own->deny, "agent tools.sandbox.tools.deny");
	if (r)
		return r;
	return layer_limit(l, ctx, sandbox_allow_list(ctx->config, ctx->owner),
			   own->allow.key ? "agent tools.sandbox.tools.allow"
					  : "tools.sandbox.tools.allow");
}

/* A tool set that the program denies to every subagent, or to those that may have none. */
static int deny_to_subagents(struct tool_layers *l, const char *const *tools)
{
	struct source s = source_of_default("tools.subagents.tools.deny", "subagent default");
	struct tool_rules *rules = tools ? layer_add(l) : NULL;

	if (!tools)
		return 0;
	return rules ? patterns_add_tools(&rules->deny, tools, &s) : -ENOMEM;
}

/* As deep as the config lets subagents go: this one can have none of its own. */
static bool is_leaf(const struct tool_context *ctx)
{
	const struct setting *max = &ctx->config->max_spawn_depth;
	double depth = ctx->dialect->max_spawn_depth;

	if (max->key)
		depth = max->number < 1 ? 1 : max->number;
	return ctx->spawn_depth > 0 && ctx->spawn_depth >= depth;
}

/* What its spawner was denied, or allowed at most, when it spawned it. */
static int build_inherited(struct tool_layers *l, const struct tool_context *ctx)
{
	static const struct {
		const char *key, *layer;
		bool allow;
	} lists[] = {{"inheritedToolDeny", "the spawner's denied tools", false},
		     {"inheritedToolAllow", "the spawner's allowed tools", true}};
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(lists) && !r; i++) {
		const struct node *list =
			session_inherited(ctx->config, ctx->session, ctx->stored, lists[i].key);
		struct source s = source_of_default(lists[i].key, lists[i].layer);
		struct tool_rules *rules = list && list->array.count ? layer_add(l) : NULL;
		const struct node *item;

		if (!list || !list->array.count)
			continue;
		if (!rules)
			return -ENOMEM;
		rules->limit = s;
		node_for_each_item (list, item) {
			if (item->type != NODE_STRING || !item->string.len)
				continue;
			rules->limited = lists[i].allow;
			r = patterns_add(lists[i].allow ? &rules->allow : &rules->deny,
					 ctx->dialect, item->string.bytes, &s);
			if (r)
				return r;
		}
	}
	return r;
}

static int build_subagent(struct tool_layers *l, const struct tool_context *ctx)
{
	static const char *const names[2] = {"tools.subagents.tools.deny",
					     "tools.subagents.tools.allow"};
	int r = build_inherited(l, ctx);

	if (r || !ctx->spawned)
		return r;
	r = deny_to_subagents(l, ctx->dialect->subagent_deny);
	if (!r && is_leaf(ctx))
		r = deny_to_subagents(l, ctx->dialect->subagent_leaf_deny);
	return r ? r : layer_add_lists(l, ctx, &ctx->config->tools.subagents, names, false);
}

int tool_layers_build(const struct tool_context *ctx, struct tool_layers *ret, struct err *err)
{
	int r;

	*ret = (struct tool_layers){.dialect = ctx->dialect};
	r = layer_deny(ret, ctx, &ctx->config->tools.layer.deny, "tools.deny");
	if (!r)
		r = layer_deny(ret, ctx, &agent_layer(ctx)->deny, "agent tools.deny");
	if (!r)
		r = build_base(ret, ctx);
	if (!r)
		r = build_provider(ret, ctx);
	if (!r)
		r = build_groups(ret, ctx);
	if (!r)
		r = build_senders(ret, ctx);
	if (!r) {
		mark_dropped(ret, ctx);
		r = build_exec_security(ret, ctx);
	}
	if (!r)
		r = build_readonly(ret, ctx);
	if (!r)
		r = build_sandbox(ret, ctx);
	if (!r)
		r = build_subagent(ret, ctx);
	if (r) {
		tool_layers_clear(ret);
		return err_set(err, ENOMEM, "out of memory");
	}
	for (size_t i = 0; i < ret->count; i++) {
		patterns_seal(&ret->rules[i].allow);
		patterns_seal(&ret->rules[i].deny);
	}
	return 0;
}
