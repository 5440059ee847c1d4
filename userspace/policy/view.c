// SPDX-License-Identifier: GPL-2.0-only
/* What does a person want to know of a session beyond what the kernel is told? */
#include "policy/view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/check/fix_keys.h"
#include "policy/tools/groups.h"
#include "policy/tools/tools.h"
#include "util/cleanup.h"

static const struct elevated_settings no_elevated;

static void add_gate(struct elevated_view *v, const char *name, const char *key)
{
	if (v->gate_count < GATES_MAX)
		v->gates[v->gate_count++] = (struct gate){.name = name, .key = key};
}

/* Senders of a provider; NULL: the list is empty or not there. */
static const struct setting_list *find_senders(const struct entries *allow_from,
					       const char *channel)
{
	const struct list_entry *e = entries_find(allow_from, channel, sizeof(*e));

	return e && e->list.count ? &e->list : NULL;
}

/*
 * Who may elevate from the session's channel. A config that names commands (patterns) and no
 * senders limits what is elevated rather than by whom.
 */
static int fill_senders(struct elevated_view *v)
{
	if (!v->channel)
		return 0;
	if (asprintf(&v->channel_key, "tools.elevated.allowFrom.%s", v->channel) < 0) {
		v->channel_key = NULL;
		return -ENOMEM;
	}
	if ((v->allow_from->key || !v->patterns->count) && !find_senders(v->allow_from, v->channel))
		add_gate(v, "allowFrom", v->channel_key);
	if (v->agent_allow_from->key && !find_senders(v->agent_allow_from, v->channel))
		add_gate(v, "allowFrom", v->agent_allow_from->key);
	return 0;
}

/* Either level can switch it off, and neither can switch it back on. */
static void fill_enabled(struct elevated_view *v, const struct setting *enabled)
{
	if (!enabled->key)
		return;
	if (v->enabled)
		v->enabled_source = source_of_setting(enabled, "tools.elevated");
	if (enabled->flag)
		return;
	v->enabled = false;
	add_gate(v, "enabled", enabled->key);
}

static int fill_elevated(struct session_view *v, const struct config *c)
{
	const struct elevated_settings *all = &c->tools.elevated;
	const struct elevated_settings *own = v->agent ? &v->agent->tools.elevated : &no_elevated;
	struct elevated_view *e = &v->elevated;
	const struct setting *approval;

	e->channel = v->key.channel;
	e->allow_from = &all->allow_from;
	e->agent_allow_from = &own->allow_from;
	e->patterns = own->patterns.key ? &own->patterns : &all->patterns;
	approval = own->require_approval.key ? &own->require_approval : &all->require_approval;
	e->approval = !approval->key || approval->flag;
	e->approval_source =
		approval->key ? source_of_setting(approval, "tools.elevated")
			      : source_of_default("tools.elevated.requireApproval", "default");
	e->enabled = true;
	e->enabled_source = source_of_default("tools.elevated.enabled", "default");
	fill_enabled(e, &all->enabled);
	fill_enabled(e, &own->enabled);
	return fill_senders(e);
}

static struct list_view list_view_of(const struct setting_list *own, const struct setting_list *all,
				     const char *const *defaults, const char *default_key)
{
	if (own && own->key)
		return (struct list_view){.from = "agent", .key = own->key, .list = own};
	if (all->key)
		return (struct list_view){.from = "global", .key = all->key, .list = all};
	return (struct list_view){.from = "default", .key = default_key, .defaults = defaults};
}

static void fill_sandbox_tools(struct session_view *v, const struct config *c)
{
	const struct tool_layer *all = &c->tools.sandbox;
	const struct tool_layer *own = v->agent ? &v->agent->tools.sandbox : NULL;
	bool adds = v->dialect->flags & DIALECT_SANDBOX_DENY_ADDS;

	v->sandbox_allow = list_view_of(own ? &own->allow : NULL, &all->allow,
					v->dialect->sandbox_allow, "tools.sandbox.tools.allow");
	v->sandbox_deny[0] = list_view_of(own ? &own->deny : NULL, &all->deny,
					  v->dialect->sandbox_deny, "tools.sandbox.tools.deny");
	v->sandbox_deny_count = 1;
	if (!adds || !own || !own->deny.key || !all->deny.key)
		return;
	v->sandbox_deny[1] = v->sandbox_deny[0];
	v->sandbox_deny[0] = list_view_of(NULL, &all->deny, NULL, NULL);
	v->sandbox_deny_count = 2;
}

static void fill_settings(struct session_view *v, const struct config *c)
{
	const struct sandbox_settings *own = v->agent ? &v->agent->sandbox : NULL;

	v->workspace_root = v->dialect->workspace_root;
	if (c->sandbox.root.key)
		v->workspace_root = c->sandbox.root.text;
	if (own && own->root.key)
		v->workspace_root = own->root.text;
	if (c->tools.layer.profile.key)
		v->profile = &c->tools.layer.profile;
	if (v->agent && v->agent->tools.layer.profile.key)
		v->profile = &v->agent->tools.layer.profile;
}

int session_view_fill(const struct config *c, const struct policy *p, struct session_view *ret,
		      struct err *err)
{
	struct session_view v autodestroy(session_view_clear) = {.dialect = dialect_of(c)};
	struct stored_session stored autodestroy(session_stored_clear) = {0};
	int r = session_key_parse(c, p->session_key, &v.key, err);

	if (!r)
		r = session_stored_find(c, &v.key, &stored, err);
	if (r)
		return r;
	v.agent = config_find_agent(c, p->agent);
	v.sandbox = sandbox_resolve(c, v.dialect, v.agent, &v.key, &stored);
	if (asprintf(&v.main_key, "agent:%s:main", p->agent) < 0) {
		v.main_key = NULL;
		return err_set(err, ENOMEM, "out of memory");
	}
	fill_settings(&v, c);
	fill_sandbox_tools(&v, c);
	if (fill_elevated(&v, c))
		return err_set(err, ENOMEM, "out of memory");
	*ret = v;
	v = (struct session_view){0};
	return 0;
}

void session_view_clear(struct session_view *v)
{
	session_key_clear(&v->key);
	free(v->main_key);
	free(v->elevated.channel_key);
	*v = (struct session_view){0};
}

const struct setting_list **view_denies(const struct config *c, const struct session_view *v,
					size_t *ret_count)
{
	struct group_policies groups autodestroy(group_policies_clear) = {0};
	const struct setting_list **list;
	size_t n = 0;

	*ret_count = 0;
	if (group_policies_find(c, &v->key, &groups))
		return NULL;
	list = calloc(groups.count + 3, sizeof(*list));
	if (!list)
		return NULL;
	list[n++] = &c->tools.layer.deny;
	if (v->agent)
		list[n++] = &v->agent->tools.layer.deny;
	for (size_t i = 0; i < groups.count; i++)
		list[n++] = &groups.items[i].layer->deny;
	if (v->key.kind == SESSION_SUBAGENT)
		list[n++] = &c->tools.subagents.deny;
	*ret_count = n;
	return list;
}

/* --- keys to change ------------------------------------------------------------------------- */

int view_fix_keys(const struct session_view *v, char ***ret)
{
	return fix_keys_make(v->dialect, v->sandbox.mode, v->elevated.channel_key, ret);
}

void view_fix_keys_free(char ***keys)
{
	fix_keys_free(keys);
}
