// SPDX-License-Identifier: GPL-2.0-only
/* Which layers of tool policy apply to a session, and what is in each? */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "config/schema.h"
#include "policy/sandbox_tools.h"
#include "policy/tools.h"
#include "util/cleanup.h"

#define KEY_PROFILE "tools.profile"

/* The pointer holds until the next one is added. NULL: out of memory. */
static struct tool_rules *layer_add(struct tool_layers *l)
{
	if (l->count == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 8;
		struct tool_rules *rules = reallocarray(l->rules, cap, sizeof(*rules));

		if (!rules)
			return NULL;
		l->rules = rules;
		l->cap = cap;
	}
	l->rules[l->count] = (struct tool_rules){0};
	return &l->rules[l->count++];
}

static const struct tool_layer no_layer;

static const struct tool_layer *agent_layer(const struct tool_context *ctx)
{
	return ctx->agent ? &ctx->agent->tools.layer : &no_layer;
}

/* The tools of a profile's name; NULL: not set, or a profile without a limit. */
static const struct tool_set *profile_limit(const struct tool_context *ctx, const struct setting *s)
{
	const struct tool_set *set;

	set = s->key ? tool_set_find(ctx->dialect->profiles, s->text) : NULL;
	return set && set->tools ? set : NULL;
}

static int add_allow(struct tool_rules *rules, const struct tool_context *ctx,
		     const struct setting_list *allow, const char *layer)
{
	return patterns_add_list(&rules->allow, ctx->dialect, allow, layer);
}

/* A non-empty allow list is a limit of its own. */
static int limit_by_list(struct tool_layers *l, const struct tool_context *ctx,
			 const struct setting_list *allow, const char *layer)
{
	struct tool_rules *rules;

	if (!allow->count)
		return 0;
	rules = layer_add(l);
	if (!rules)
		return -ENOMEM;
	rules->limited = true;
	rules->limit = source_of_list(allow, layer);
	return add_allow(rules, ctx, allow, layer);
}

static int limit_by_profile(struct tool_layers *l, const struct setting *profile,
			    const struct tool_set *set, const char *layer)
{
	struct tool_rules *rules = layer_add(l);
	struct source s = source_of_setting(profile, layer);

	if (!rules)
		return -ENOMEM;
	rules->limited = true;
	rules->limit = s;
	return patterns_add_tools(&rules->allow, set->tools, &s);
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
	const struct tool_set *limit = profile_limit(ctx, profile);
	bool widens = limit && (ctx->dialect->flags & DIALECT_ALLOW_WIDENS);
	bool all_beside = (ctx->dialect->flags & DIALECT_ALLOW_WIDENS) &&
			  profile_limit(ctx, &all->profile); /* for that profile, not a limit */
	bool also = ctx->dialect->flags & DIALECT_ALSO_ALLOW;
	struct tool_rules *rules;
	int r;

	if (limit) {
		r = limit_by_profile(l, profile, limit, name);
		if (r)
			return r;
		rules = &l->rules[l->count - 1];
		if (widens && !own_profile)
			r = add_allow(rules, ctx, &all->allow, "tools.allow");
		if (!r && widens)
			r = add_allow(rules, ctx, &own->allow, "agent tools.allow");
		if (!r && widens)
			r = add_allow(rules, ctx, &own->also_allow, "agent tools.alsoAllow");
		if (!r && widens && !own_profile)
			r = add_allow(rules, ctx, &all->also_allow, "tools.alsoAllow");
		if (!r && also)
			r = own->also_allow.key
				    ? add_allow(rules, ctx, &own->also_allow,
						"agent tools.alsoAllow")
				    : add_allow(rules, ctx, &all->also_allow, "tools.alsoAllow");
		if (r)
			return r;
	}
	r = all_beside ? 0 : limit_by_list(l, ctx, &all->allow, "tools.allow");
	if (!r && !widens)
		r = limit_by_list(l, ctx, &own->allow, "agent tools.allow");
	return r;
}

static int add_deny(struct tool_layers *l, const struct tool_context *ctx,
		    const struct setting_list *deny, const char *layer)
{
	struct tool_rules *rules;

	if (!deny->count)
		return 0;
	rules = layer_add(l);
	return rules ? patterns_add_list(&rules->deny, ctx->dialect, deny, layer) : -ENOMEM;
}

static int build_groups(struct tool_layers *l, const struct tool_context *ctx)
{
	size_t count;
	autofree const struct group_settings **groups =
		group_list(ctx->config, ctx->session, &count);
	int r = groups ? 0 : -ENOMEM;

	for (size_t i = 0; i < count && !r; i++) {
		r = add_deny(l, ctx, &groups[i]->tools.deny, "group tools.deny");
		if (!r)
			r = limit_by_list(l, ctx, &groups[i]->tools.allow, "group tools.allow");
	}
	return r;
}

/* "openai/gpt-5.2" by its own name, else by its provider's. NULL = none. */
static const struct tool_layer *find_provider(const struct entries *e, const char *provider)
{
	const struct tool_layer_entry *items = e->items;
	size_t whole = strlen(provider), head = strcspn(provider, "/");
	const struct tool_layer *found = NULL;

	for (size_t i = 0; i < e->count; i++) {
		const char *name = items[i].entry.name;
		size_t len = strlen(name);

		if (len == whole && !strncasecmp(name, provider, len))
			return &items[i].layer;
		if (len == head && !strncasecmp(name, provider, len))
			found = &items[i].layer;
	}
	return found;
}

static int build_provider_level(struct tool_layers *l, const struct tool_context *ctx,
				const struct tool_layer *layer, const char *deny, const char *allow)
{
	int r = add_deny(l, ctx, &layer->deny, deny);

	return r ? r : limit_by_list(l, ctx, &layer->allow, allow);
}

/* Limits for one model provider only ever take away. */
static int build_provider(struct tool_layers *l, const struct tool_context *ctx)
{
	const struct tool_layer *all, *own = NULL;
	const struct setting *profile = NULL;
	int r = 0;

	if (!ctx->provider)
		return 0;
	all = find_provider(&ctx->config->tools.by_provider, ctx->provider);
	if (ctx->agent)
		own = find_provider(&ctx->agent->tools.by_provider, ctx->provider);
	if (own && own->profile.key)
		profile = &own->profile;
	else if (all && all->profile.key)
		profile = &all->profile;
	if (profile && profile_limit(ctx, profile))
		r = limit_by_profile(l, profile, profile_limit(ctx, profile), "byProvider profile");
	if (!r && all)
		r = build_provider_level(l, ctx, all, "tools.byProvider deny",
					 "tools.byProvider allow");
	if (!r && own)
		r = build_provider_level(l, ctx, own, "agent tools.byProvider deny",
					 "agent tools.byProvider allow");
	return r;
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
	int r = rules ? sandbox_tools_make(ctx->config, ctx->dialect, ctx->agent, &t) : -ENOMEM;

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
			known = rules->allow.names[n].builtin ||
				tool_is_known(ctx->dialect, rules->allow.names[n].text);
		rules->dropped = !known;
	}
}

static int build_sandbox(struct tool_layers *l, const struct tool_context *ctx)
{
	const struct tool_layer *own = ctx->agent ? &ctx->agent->tools.sandbox : &no_layer;
	const struct tool_layer *all = &ctx->config->tools.sandbox;
	bool adds = ctx->dialect->flags & DIALECT_SANDBOX_DENY_ADDS;
	int r = 0;

	if (!ctx->sandboxed)
		return 0;
	if (ctx->dialect->sandbox_allow)
		return build_sandbox_made(l, ctx);
	if (adds || !own->deny.key)
		r = add_deny(l, ctx, &all->deny, "tools.sandbox.tools.deny");
	if (!r)
		r = add_deny(l, ctx, &own->deny, "agent tools.sandbox.tools.deny");
	if (r)
		return r;
	return limit_by_list(l, ctx, sandbox_allow_list(ctx->config, ctx->agent),
			     own->allow.key ? "agent tools.sandbox.tools.allow"
					    : "tools.sandbox.tools.allow");
}

static int build_subagent(struct tool_layers *l, const struct tool_context *ctx)
{
	const struct tool_layer *all = &ctx->config->tools.subagents;
	int r;

	if (ctx->session->kind != SESSION_SUBAGENT)
		return 0;
	if (ctx->dialect->subagent_deny) {
		struct source s =
			source_of_default("tools.subagents.tools.deny", "subagent default");
		struct tool_rules *rules = layer_add(l);

		if (!rules || patterns_add_tools(&rules->deny, ctx->dialect->subagent_deny, &s))
			return -ENOMEM;
	}
	r = add_deny(l, ctx, &all->deny, "tools.subagents.tools.deny");
	return r ? r : limit_by_list(l, ctx, &all->allow, "tools.subagents.tools.allow");
}

int tool_layers_build(const struct tool_context *ctx, struct tool_layers *ret, struct err *err)
{
	int r;

	*ret = (struct tool_layers){.dialect = ctx->dialect};
	r = add_deny(ret, ctx, &ctx->config->tools.layer.deny, "tools.deny");
	if (!r)
		r = add_deny(ret, ctx, &agent_layer(ctx)->deny, "agent tools.deny");
	if (!r)
		r = build_base(ret, ctx);
	if (!r)
		r = build_provider(ret, ctx);
	if (!r)
		r = build_groups(ret, ctx);
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
