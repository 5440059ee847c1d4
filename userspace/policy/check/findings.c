// SPDX-License-Identifier: GPL-2.0-only
/* Which entries of a config do nothing, or contradict each other? */
#include "policy/check/findings.h"

#include <stdlib.h>
#include <string.h>

#include "config/schema.h"
#include "policy/check/findings_parts.h"
#include "policy/command/argv_pattern.h"
#include "policy/sandbox/sandbox.h"
#include "policy/tools/tool_binaries.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/nearest.h"
#include "util/utf8.h"

const char *finding_quote(struct buf *b, const char *text)
{
	utf8_quote(b, text, strlen(text), 60);
	buf_puts(b, "");
	return b->data ? b->data : "";
}

/* --- entries of tool lists ------------------------------------------------------------------ */

static bool is_tool(const struct dialect *d, const char *name)
{
	for (const char *const *t = d->tools; *t; t++)
		if (!strcmp(*t, name))
			return true;
	return false;
}

static bool matches_some_tool(const struct dialect *d, const char *pattern)
{
	for (const char *const *t = d->tools; *t; t++)
		if (pattern_matches(pattern, *t))
			return true;
	return false;
}

/* The nearest group or tool. NULL = none. Borrowed. */
static const char *nearest_entry(const struct dialect *d, const char *name)
{
	const char *names[128];
	size_t n = 0;

	for (const struct tool_set *g = d->groups; g->name && n < ARRAY_SIZE(names); g++)
		names[n++] = g->name;
	for (const char *const *t = d->tools; *t && n < ARRAY_SIZE(names); t++)
		names[n++] = *t;
	return nearest_name(name, names, n);
}

static void check_entry(const struct findings *f, const struct setting *s)
{
	autofree char *name = tool_normalize(f->dialect, s->text);
	autobuf struct buf shown = {0}, hint = {0};
	const char *nearest;

	if (!name || is_tool(f->dialect, name) || tool_set_find(f->dialect->groups, name))
		return;
	if (strchr(name, '*') && matches_some_tool(f->dialect, name))
		return;
	finding_quote(&shown, s->text);
	nearest = nearest_entry(f->dialect, name);
	if (nearest)
		buf_printf(&hint, "; did you mean \"%s\"?", nearest);
	else if (!strncmp(name, GROUP_PREFIX, strlen(GROUP_PREFIX)))
		buf_puts(&hint, "; there is no such group");
	else
		buf_puts(&hint, "; it counts only if a plugin brings a tool of that name");
	warnings_add(f->warnings, s->pos, "%s: %s matches no tool that is known%s", s->key,
		     shown.data ? shown.data : "", hint.data ? hint.data : "");
}

static void check_entries(const struct findings *f, const struct setting_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		check_entry(f, &l->items[i]);
}

/* Every tool that the entry could allow is denied by the same list's other half. */
static const struct pattern *find_hiding(const struct dialect *d, const struct patterns *deny,
					 const char *name)
{
	const struct tool_set *group = tool_set_find(d->groups, name);
	const struct pattern *hiding = NULL;

	if (!group)
		return strchr(name, '*') ? NULL : patterns_find(deny, name);
	for (const char *const *t = group->tools; *t; t++) {
		hiding = patterns_find(deny, *t);
		if (!hiding)
			return NULL;
	}
	return hiding;
}

static void check_hidden(const struct findings *f, const struct setting_list *allow,
			 const struct setting_list *deny)
{
	struct patterns p autodestroy(patterns_clear) = {0};

	if (!allow->count || !deny->count || patterns_add_list(&p, f->dialect, deny, "deny"))
		return;
	patterns_seal(&p);
	for (size_t i = 0; i < allow->count; i++) {
		autofree char *name = tool_normalize(f->dialect, allow->items[i].text);
		const struct pattern *hiding = name ? find_hiding(f->dialect, &p, name) : NULL;
		autobuf struct buf shown = {0};

		if (!hiding)
			continue;
		finding_quote(&shown, allow->items[i].text);
		warnings_add(f->warnings, allow->items[i].pos,
			     "%s: allowing %s does nothing, %s denies it", allow->items[i].key,
			     shown.data ? shown.data : "", hiding->source.key);
	}
}

static void check_layer(const struct findings *f, const struct tool_layer *l)
{
	check_entries(f, &l->deny);
	check_entries(f, &l->allow);
	check_entries(f, &l->also_allow);
	check_hidden(f, &l->allow, &l->deny);
	check_hidden(f, &l->also_allow, &l->deny);
	find_shadowed(f, &l->deny, NULL);
	find_shadowed(f, &l->allow, NULL);
	find_shadowed(f, &l->also_allow, NULL);
	if (l->allow.key && !l->allow.count)
		warnings_add(f->warnings, l->allow.pos, "%s: an empty allow list limits nothing",
			     l->allow.key);
}

/* --- settings that another one makes idle --------------------------------------------------- */

static void check_sandbox_lists(const struct findings *f, const struct tools_settings *t,
				const struct agent_settings *agent)
{
	const struct setting_list *l = t->sandbox.deny.key ? &t->sandbox.deny : &t->sandbox.allow;

	check_layer(f, &t->sandbox);
	if (l->key && !sandbox_possible(f->config, f->dialect, agent))
		warnings_add(f->warnings, l->pos,
			     "%s: nothing is sandboxed, so this list is never asked", l->key);
}

/* Does any agent run in a sandbox? */
static bool any_sandbox(const struct findings *f)
{
	const struct agent_settings *agents = f->config->agents.items;

	for (size_t i = 0; i < f->config->agents.count; i++)
		if (sandbox_possible(f->config, f->dialect, &agents[i]))
			return true;
	return sandbox_possible(f->config, f->dialect, NULL);
}

/* A pattern that lets nothing out, or not what it seems to. */
static void check_patterns(const struct findings *f, const struct setting_list *l)
{
	for (size_t i = 0; i < l->count && f->dialect->flags & DIALECT_PATTERNS; i++) {
		const char *text = l->items[i].text, *why = argv_pattern_problem(text);
		const char *note = why ? NULL : argv_pattern_note(text);
		autobuf struct buf shown = {0};

		if (!text[strspn(text, " \t")]) /* an empty one is found already */
			continue;
		finding_quote(&shown, text);
		if (why)
			warnings_add(f->warnings, l->items[i].pos, "%s: %s lets no command out: %s",
				     l->items[i].key, shown.data ? shown.data : "", why);
		if (note)
			warnings_add(f->warnings, l->items[i].pos, "%s: what %s lets out %s",
				     l->items[i].key, shown.data ? shown.data : "", note);
	}
}

static void check_elevated(const struct findings *f, const struct tools_settings *t,
			   const struct patterns *deny, bool possible)
{
	const struct setting_list *l = &t->elevated.patterns;
	const struct pattern *denied = patterns_find(deny, "exec");

	if (!l->count)
		return;
	find_idle_patterns(f, l);
	check_patterns(f, l);
	if (t->elevated.enabled.key && !t->elevated.enabled.flag)
		warnings_add(f->warnings, l->pos, "%s: %s is false, so no command is elevated",
			     l->key, t->elevated.enabled.key);
	else if (denied)
		warnings_add(f->warnings, l->pos,
			     "%s: %s denies exec, and deny is absolute: no command is elevated",
			     l->key, denied->source.key);
	else if (!possible)
		warnings_add(f->warnings, l->pos,
			     "%s: nothing is sandboxed, so there is nothing to be elevated from",
			     l->key);
}

/* One container for everybody cannot have one agent's binds or network. */
static void check_shared(const struct findings *f, const struct agent_settings *a)
{
	const struct setting *scope =
		a->sandbox.scope.key ? &a->sandbox.scope : &f->config->sandbox.scope;
	const struct docker_settings *docker = &a->sandbox.docker;

	if (!scope->key || scope->word != SCOPE_SHARED)
		return;
	if (docker->binds.key || a->sandbox.binds.key)
		warnings_add(
			f->warnings, (docker->binds.key ? &docker->binds : &a->sandbox.binds)->pos,
			"%s: ignored, the sandbox is shared (%s)",
			(docker->binds.key ? &docker->binds : &a->sandbox.binds)->key, scope->key);
	if (docker->network.key)
		warnings_add(f->warnings, docker->network.pos,
			     "%s: ignored, the sandbox is shared (%s)", docker->network.key,
			     scope->key);
}

static void check_network(const struct findings *f, const struct setting *network)
{
	if (network->key && !strcmp(network->text, "host"))
		warnings_add(f->warnings, network->pos,
			     "%s: \"host\" is the host's own network, with its localhost services",
			     network->key);
}

/* --- our block ------------------------------------------------------------------------------ */

static void check_claw(const struct findings *f, const struct claw_settings *claw)
{
	const struct list_entry *items = claw->tool_binaries.items;

	for (size_t i = 0; i < claw->tool_binaries.count; i++) {
		const char *name = items[i].entry.name, *nearest;
		autobuf struct buf shown = {0};

		if (is_tool(f->dialect, name))
			continue;
		finding_quote(&shown, name);
		nearest = nearest_entry(f->dialect, name);
		warnings_add(f->warnings, items[i].entry.pos,
			     "%s: %s is no tool that is known%s%s%s", items[i].entry.key,
			     shown.data ? shown.data : "", nearest ? "; did you mean \"" : "",
			     nearest ? nearest : "", nearest ? "\"?" : "");
	}
}

static void check_providers(const struct findings *f, const struct entries *providers)
{
	const struct tool_layer_entry *items = providers->items;

	for (size_t i = 0; i < providers->count; i++)
		check_layer(f, &items[i].layer);
}

static void check_groups(const struct findings *f, const struct entries *groups)
{
	const struct group_settings *items = groups->items;

	for (size_t i = 0; i < groups->count; i++)
		check_layer(f, &items[i].tools);
}

static void check_guilds(const struct findings *f, const struct entries *guilds)
{
	const struct group_settings *items = guilds->items;

	check_groups(f, guilds);
	for (size_t i = 0; i < guilds->count; i++)
		check_groups(f, &items[i].channels);
}

static void check_channels(const struct findings *f)
{
	const struct channel_settings *channels = f->config->channels.items;

	for (size_t i = 0; i < f->config->channels.count; i++) {
		const struct account_settings *accounts = channels[i].accounts.items;

		check_groups(f, &channels[i].groups);
		check_groups(f, &channels[i].channels);
		check_guilds(f, &channels[i].guilds);
		for (size_t a = 0; a < channels[i].accounts.count; a++) {
			check_groups(f, &accounts[a].groups);
			check_groups(f, &accounts[a].channels);
			check_guilds(f, &accounts[a].guilds);
		}
	}
}

static void check_agent(const struct findings *f, const struct agent_settings *a)
{
	struct patterns deny autodestroy(patterns_clear) = {0};

	if (patterns_add_list(&deny, f->dialect, &f->config->tools.layer.deny, "deny") ||
	    patterns_add_list(&deny, f->dialect, &a->tools.layer.deny, "deny"))
		return;
	patterns_seal(&deny);
	check_layer(f, &a->tools.layer);
	check_providers(f, &a->tools.by_provider);
	check_hidden(f, &a->tools.layer.allow, &f->config->tools.layer.deny);
	find_shadowed(f, &a->tools.layer.deny, &f->config->tools.layer.deny);
	find_left_out(f, &a->tools.layer.allow,
		      a->tools.layer.profile.key ? &a->tools.layer.profile
						 : &f->config->tools.layer.profile);
	check_sandbox_lists(f, &a->tools, a);
	check_elevated(f, &a->tools, &deny, sandbox_possible(f->config, f->dialect, a));
	check_shared(f, a);
	check_network(f, &a->sandbox.docker.network);
	find_odd_binds(f, &a->sandbox, sandbox_possible(f->config, f->dialect, a));
}

void policy_findings(const struct config *c, struct warnings *w)
{
	struct findings f = {.config = c, .dialect = dialect_of(c), .warnings = w};
	struct patterns deny autodestroy(patterns_clear) = {0};
	const struct agent_settings *agents = c->agents.items;
	const struct claw_settings *claw = c->claw_agents.items;

	if (patterns_add_list(&deny, f.dialect, &c->tools.layer.deny, "deny"))
		return;
	patterns_seal(&deny);
	check_layer(&f, &c->tools.layer);
	find_left_out(&f, &c->tools.layer.allow, &c->tools.layer.profile);
	check_providers(&f, &c->tools.by_provider);
	check_channels(&f);
	check_layer(&f, &c->tools.subagents);
	check_layer(&f, &c->tools.sandbox);
	if ((c->tools.sandbox.deny.key || c->tools.sandbox.allow.key) && !any_sandbox(&f))
		warnings_add(w,
			     c->tools.sandbox.deny.key ? c->tools.sandbox.deny.pos
						       : c->tools.sandbox.allow.pos,
			     "tools.sandbox.tools: nothing is sandboxed, so it is never asked");
	check_elevated(&f, &c->tools, &deny, any_sandbox(&f));
	check_network(&f, &c->sandbox.docker.network);
	find_odd_binds(&f, &c->sandbox, any_sandbox(&f));
	find_unreached_agents(&f);
	for (size_t i = 0; i < c->agents.count; i++)
		check_agent(&f, &agents[i]);
	check_claw(&f, &c->claw);
	find_absent_binaries(&f, &c->claw);
	for (size_t i = 0; i < c->claw_agents.count; i++) {
		check_claw(&f, &claw[i]);
		find_absent_binaries(&f, &claw[i]);
	}
}
