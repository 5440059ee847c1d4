// SPDX-License-Identifier: GPL-2.0-only
/* Which layers of tool policy apply to a session, and what is in each? */
#include <errno.h>
#include <string.h>

#include "policy/tools.h"

#define KEY_PROFILE "tools.profile"

static struct tool_rules *layer_add(struct tool_layers *l)
{
	struct tool_rules *rules = &l->rules[l->count++];

	*rules = (struct tool_rules){0};
	return rules;
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
	rules->limited = true;
	rules->limit = source_of_list(allow, layer);
	return add_allow(rules, ctx, allow, layer);
}

static int limit_by_profile(struct tool_layers *l, const struct tool_context *ctx,
			    const struct setting *profile, const struct tool_set *set,
			    const char *layer)
{
	struct tool_rules *rules = layer_add(l);
	struct source s = source_of_setting(profile, layer);

	rules->limited = true;
	rules->limit = s;
	return patterns_add_tools(&rules->allow, ctx->dialect, set->tools, &s);
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
	struct tool_rules *rules;
	int r;

	if (limit) {
		r = limit_by_profile(l, ctx, profile, limit, name);
		rules = &l->rules[l->count - 1];
		if (!r && widens && !own_profile)
			r = add_allow(rules, ctx, &all->allow, "tools.allow");
		if (!r && widens)
			r = add_allow(rules, ctx, &own->allow, "agent tools.allow");
		if (!r && widens)
			r = add_allow(rules, ctx, &own->also_allow, "agent tools.alsoAllow");
		if (!r && widens && !own_profile)
			r = add_allow(rules, ctx, &all->also_allow, "tools.alsoAllow");
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
	if (!deny->count)
		return 0;
	return patterns_add_list(&layer_add(l)->deny, ctx->dialect, deny, layer);
}

const struct group_settings *group_find(const struct config *c, const struct session_key *session)
{
	const struct channel_settings *channel;
	const struct group_settings *group;

	if (!session->channel ||
	    (session->kind != SESSION_GROUP && session->kind != SESSION_CHANNEL))
		return NULL;
	channel = entries_find(&c->channels, session->channel, sizeof(*channel));
	if (!channel)
		return NULL;
	group = entries_find(&channel->groups, session->peer, sizeof(*group));
	return group ? group : entries_find(&channel->groups, "*", sizeof(*group));
}

static int build_group(struct tool_layers *l, const struct tool_context *ctx)
{
	const struct group_settings *group = group_find(ctx->config, ctx->session);
	int r;

	if (!group)
		return 0;
	r = add_deny(l, ctx, &group->tools.deny, "group tools.deny");
	return r ? r : limit_by_list(l, ctx, &group->tools.allow, "group tools.allow");
}

const struct setting_list *sandbox_allow_list(const struct config *c,
					      const struct agent_settings *agent)
{
	if (agent && agent->tools.sandbox.allow.key)
		return &agent->tools.sandbox.allow;
	return &c->tools.sandbox.allow;
}

static int build_sandbox(struct tool_layers *l, const struct tool_context *ctx)
{
	const struct tool_layer *own = ctx->agent ? &ctx->agent->tools.sandbox : &no_layer;
	const struct tool_layer *all = &ctx->config->tools.sandbox;
	bool adds = ctx->dialect->flags & DIALECT_SANDBOX_DENY_ADDS;
	int r = 0;

	if (!ctx->sandboxed)
		return 0;
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
		r = build_group(ret, ctx);
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
