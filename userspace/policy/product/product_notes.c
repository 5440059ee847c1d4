// SPDX-License-Identifier: GPL-2.0-only
/* Where is a product less safe than its config looks, and what is done about it here? */
#include <string.h>
#include <strings.h>

#include "config/schema.h"
#include "policy/tools/patterns.h"
#include "policy/product/product.h"
#include "policy/product/product_view.h"
#include "policy/sandbox/sandbox.h"
#include "policy/key/session_spawn.h"
#include "util/cleanup.h"

/* One level of the config: everybody's, or an agent's. */
struct level {
	const struct config *config;
	const struct dialect *dialect;
	const struct sandbox_settings *sandbox;
	const struct tools_settings *tools;
	const struct agent_settings *agent; /* NULL: everybody's */
	struct warnings *notes;
};

/* --- commands ------------------------------------------------------------------------------- */

static void note_exec(const struct level *l)
{
	const struct exec_settings *exec = &l->tools->exec;
	const struct setting *host = exec->host.key ? &exec->host : &l->config->tools.exec.host;
	const struct setting *rule = exec->security.key ? &exec->security : &exec->ask;

	if (!(l->dialect->flags & DIALECT_EXEC_UNCHECKED) || !rule->key)
		return;
	if (host->key && (!strcmp(host->text, "gateway") || !strcmp(host->text, "node")))
		return;
	warnings_add(l->notes, rule->pos,
		     "%s: tools.exec.host is %s: outside of a sandbox %s runs every command "
		     "unchecked, whatever tools.exec.security and ask say; here \"deny\" is "
		     "enforced, \"allowlist\" and asking are not",
		     rule->key, host->key ? "\"sandbox\"" : "not set", l->dialect->program);
}

static bool any_senders(const struct tools_settings *t)
{
	const struct list_entry *items = t->elevated.allow_from.items;

	for (size_t i = 0; i < t->elevated.allow_from.count; i++)
		if (items[i].list.count)
			return true;
	return false;
}

static void note_elevated(const struct level *l)
{
	const struct entries *allow_from = &l->tools->elevated.allow_from;

	if (!any_senders(l->tools))
		return;
	if (!l->agent && !l->config->elevated_default.key)
		warnings_add(l->notes, allow_from->pos,
			     "agents.defaults.elevatedDefault is not set: whoever "
			     "tools.elevated.allowFrom admits leaves the sandbox with every "
			     "command");
	if (!(l->dialect->flags & DIALECT_SENDERS_TYPED))
		warnings_add(l->notes, allow_from->pos,
			     "%s: %s compares an entry with the sender's name, which anybody may "
			     "choose, and with the address that the message went to, too",
			     allow_from->key, l->dialect->program);
}

/* --- sandboxes ------------------------------------------------------------------------------ */

static void note_shared(const struct level *l)
{
	const struct sandbox_settings *s = l->sandbox;

	if (s->scope.key && s->scope.word == SCOPE_SHARED)
		warnings_add(l->notes, s->scope.pos,
			     "%s: \"shared\" mounts the folders of all sandboxes into one",
			     s->scope.key);
	else if (s->per_session.key && !s->per_session.flag && !s->scope.key &&
		 !l->config->sandbox.scope.key)
		warnings_add(l->notes, s->per_session.pos,
			     "%s: false means scope \"shared\", which mounts the folders of all "
			     "sandboxes into one",
			     s->per_session.key);
}

static bool is_unsafe(const struct setting *s, const char *what)
{
	return s->key && !strncasecmp(s->text + strspn(s->text, " \t"), what, strlen(what));
}

static void note_unchecked(const struct level *l, const struct setting *s, const char *what,
			   const char *means)
{
	if (is_unsafe(s, what))
		warnings_add(l->notes, s->pos, "%s: %s takes \"%s\" without a question: %s", s->key,
			     l->dialect->program, s->text, means);
}

/* The older product hands everything to the container engine as it is written. */
static void note_container(const struct level *l)
{
	const struct docker_settings *d = &l->sandbox->docker;

	if (l->dialect->flags & DIALECT_CHECKS_BINDS)
		return;
	if (d->binds.count)
		warnings_add(l->notes, d->binds.pos,
			     "%s: %s looks at no bind source; here blocked ones are refused",
			     d->binds.key, l->dialect->program);
	note_unchecked(l, &d->network, "host", "the sandbox has the host's own network");
	note_unchecked(l, &d->network, "container:", "the sandbox has another container's network");
	note_unchecked(l, &d->seccomp_profile, "unconfined",
		       "no system call is filtered in its container");
	note_unchecked(l, &d->apparmor_profile, "unconfined",
		       "AppArmor does not look at its container");
}

/* --- tools ---------------------------------------------------------------------------------- */

/* Who may not write may still patch: the products do not take one for the other. */
static void note_patch(const struct level *l)
{
	const struct setting_list *deny = &l->tools->layer.deny;
	struct patterns p autodestroy(patterns_clear) = {0};
	const char *denied;

	if (!deny->count || patterns_add_list(&p, l->dialect, deny, "deny"))
		return;
	patterns_seal(&p);
	denied = patterns_find(&p, "write") ? "write" : patterns_find(&p, "edit") ? "edit" : NULL;
	if (denied && !patterns_find(&p, "apply_patch"))
		warnings_add(l->notes, deny->pos,
			     "%s: denying %s leaves apply_patch, which writes files, too",
			     deny->key, denied);
}

static void note_level(const struct level *l)
{
	note_exec(l);
	note_elevated(l);
	note_shared(l);
	note_container(l);
	note_patch(l);
}

/* --- sessions ------------------------------------------------------------------------------- */

static void note_sessions(const struct level *l)
{
	const struct setting *scope = &l->config->session.scope, *mode = &l->config->sandbox.mode;

	if (!mode->key || mode->word == SANDBOX_OFF)
		return;
	warnings_add(l->notes, mode->pos,
		     "%s: a session with an empty key is never sandboxed by %s; here there is none",
		     mode->key, l->dialect->program);
	if (!(l->dialect->flags & DIALECT_EXPLAIN_AS_RUN) && scope->key &&
	    scope->word == SESSION_GLOBAL)
		warnings_add(l->notes, scope->pos,
			     "%s: %s sandbox explain does not look at it, nor at other names of "
			     "the main session; its gateway does, and so is it here",
			     scope->key, l->dialect->program);
}

void product_notes(const struct config *c, struct warnings *ret)
{
	const struct agent_settings *agents = c->agents.items;
	struct level l = {.config = c,
			  .dialect = dialect_of(c),
			  .sandbox = &c->sandbox,
			  .tools = &c->tools,
			  .notes = ret};

	note_level(&l);
	note_sessions(&l);
	for (size_t i = 0; i < c->agents.count; i++) {
		l.agent = &agents[i];
		l.sandbox = &agents[i].sandbox;
		l.tools = &agents[i].tools;
		note_level(&l);
	}
}

/* Which group's chat, if any, a subagent works for that says nothing of it in its key. */
static void note_spawner(const struct product_view *v, const struct session_key *k,
			 struct warnings *ret)
{
	struct session_key group autodestroy(session_key_clear) = {0};
	struct err err = {0};

	if (k->kind != SESSION_SUBAGENT || k->grouped || !v->config->channels.count)
		return;
	if (session_spawner_find(v->config, k, &v->stored, &group, &err))
		warnings_add(ret, v->config->channels.pos,
			     "%s: %s's store of sessions is not believed (%s): what any group may "
			     "not do %s may not do here",
			     v->config->channels.key, v->dialect->program, err.message,
			     v->asked.key);
}

/* What the config does not say, and decides. */
static void note_stored(const struct product_view *v, const struct sandbox *s,
			const struct session_key *key, struct warnings *ret)
{
	const char *session = v->asked.key, *program = v->dialect->program;

	if (s->required && v->stored.trouble)
		warnings_add(ret, s->mode_source.pos,
			     "%s cannot be asked about %s (%s): it is taken for a session that may "
			     "not be without a sandbox",
			     program, session, v->stored.trouble);
	else if (s->required)
		warnings_add(ret, s->mode_source.pos,
			     "%s has noted that %s may not be without a sandbox, whatever the mode",
			     program, session);
	else if (s->mode != SANDBOX_OFF && session_has_sandbox_off(v->config, &v->stored) &&
		 !(s->mode == SANDBOX_NON_MAIN && key->main))
		warnings_add(ret, s->mode_source.pos,
			     "%s has noted that the sandbox is switched off for %s, whatever the "
			     "mode",
			     program, session);
}

void product_session_notes(const struct product_view *v, struct warnings *ret)
{
	struct session_key key autodestroy(session_key_clear) = {0};
	struct sandbox s;
	struct err ignored;

	if (session_key_parse(v->config, v->asked.key, &key, &ignored))
		return;
	note_spawner(v, &key, ret);
	s = sandbox_resolve(v->config, v->dialect, config_find_agent(v->config, key.agent), &key,
			    &v->stored);
	note_stored(v, &s, &key, ret);
	if (s.sandboxed != v->sandboxed)
		warnings_add(ret, s.mode_source.pos,
			     "%s sandbox explain says that %s is %s; its gateway takes it for %s, "
			     "and so is it here",
			     v->dialect->program, v->asked.key,
			     v->sandboxed ? "sandboxed" : "direct",
			     s.sandboxed ? "a session to sandbox" : "the main session");
}
