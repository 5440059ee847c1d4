// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a call of the exec tool run, does somebody have to say yes, or is it refused?
 *
 * clawdbot asks security, ask and the allowlist on the way to the gateway or a node only. What has
 * "sandbox" for its host, which is the default, runs on the host unasked when there is no sandbox.
 */
#include "policy/command/exec_call.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "config/schema.h"
#include "util/buf.h"

static int word_of(const struct setting *own, const struct setting *all)
{
	if (own && own->key)
		return own->word;
	return all->key ? all->word : EXEC_UNSET;
}

struct exec_setup exec_setup_of(const struct config *c, const struct agent_settings *agent)
{
	const struct exec_settings *all = &c->tools.exec;
	const struct exec_settings *own = agent ? &agent->tools.exec : NULL;

	return (struct exec_setup){
		.host = word_of(own ? &own->host : NULL, &all->host),
		.security = word_of(own ? &own->security : NULL, &all->security),
		.ask = word_of(own ? &own->ask : NULL, &all->ask),
		.mode = word_of(own ? &own->mode : NULL, &all->mode),
		.agent = agent ? agent->entry.name : NULL,
	};
}

void exec_verdict_clear(struct exec_verdict *v)
{
	free(v->message);
	*v = (struct exec_verdict){0};
}

static int refuse(struct exec_verdict *v, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static int refuse(struct exec_verdict *v, const char *fmt, ...)
{
	va_list ap;

	v->outcome = EXEC_REFUSED;
	va_start(ap, fmt);
	if (vasprintf(&v->message, fmt, ap) < 0)
		v->message = NULL;
	va_end(ap);
	return v->message ? 0 : -ENOMEM;
}

/* --- elevated ------------------------------------------------------------------------------- */

static enum exec_level level_of(const struct exec_setup *s, const struct exec_call *call)
{
	if (call->elevated == EXEC_UNSET)
		return s->gate_enabled && s->gate_allowed ? s->level : EXEC_LEVEL_OFF;
	if (!call->elevated)
		return EXEC_LEVEL_OFF;
	return s->level == EXEC_LEVEL_FULL ? EXEC_LEVEL_FULL : EXEC_LEVEL_ASK;
}

static int refuse_elevated(const struct dialect *d, const struct exec_setup *s,
			   struct exec_verdict *v)
{
	const char *key = s->gate_enabled ? "allowFrom.<provider>" : "enabled";

	return refuse(v,
		      "elevated is not available right now (runtime=%s).\n"
		      "Failing gates: %s (tools.elevated.%s / %s.tools.elevated.%s)\n"
		      "Context: session=%s\n"
		      "Fix-it keys:\n- tools.elevated.enabled\n"
		      "- tools.elevated.allowFrom.<provider>\n- %s.tools.elevated.enabled\n"
		      "- %s.tools.elevated.allowFrom.<provider>",
		      s->sandboxed ? "sandboxed" : "direct",
		      s->gate_enabled ? "allowFrom" : "enabled", key, d->agents_key, key,
		      s->session ? s->session : "", d->agents_key, d->agents_key);
}

/* --- where ---------------------------------------------------------------------------------- */

/* *ret_done: the call is refused already. */
static int choose_host(const struct dialect *d, const struct exec_setup *s,
		       const struct exec_call *call, struct exec_verdict *v, bool *ret_done)
{
	bool automatic = d->flags & DIALECT_EXEC_RUNS; /* knows "auto", which is its default */
	int configured = s->host;
	bool may_choose;

	if (configured == EXEC_UNSET || (configured == EXEC_HOST_AUTO && !automatic))
		configured = automatic ? EXEC_HOST_AUTO : EXEC_HOST_SANDBOX;
	may_choose = v->elevated || call->host == EXEC_UNSET || call->host == configured ||
		     (automatic && configured == EXEC_HOST_AUTO);
	*ret_done = !may_choose;
	if (!may_choose && automatic)
		return refuse(v,
			      "exec host not allowed (requested %s; configured host is %s; set "
			      "tools.exec.host=%s or auto to allow this override).",
			      words_exec_host[call->host], words_exec_host[configured],
			      words_exec_host[call->host]);
	if (!may_choose)
		return refuse(
			v,
			"exec host not allowed (requested %s; configure tools.exec.host=%s to "
			"allow).",
			words_exec_host[call->host], words_exec_host[configured]);
	v->host =
		call->host != EXEC_UNSET ? (enum exec_host)call->host : (enum exec_host)configured;
	if (v->host == EXEC_HOST_AUTO)
		v->host = s->sandboxed ? EXEC_HOST_SANDBOX : EXEC_HOST_GATEWAY;
	if (v->elevated)
		v->host = automatic && configured == EXEC_HOST_NODE ? EXEC_HOST_NODE
								    : EXEC_HOST_GATEWAY;
	return 0;
}

/* --- by which rules ------------------------------------------------------------------------- */

/* tools.exec.mode: both words in one. */
static const struct exec_rules modes[] = {
	{.security = EXEC_DENY, .ask = EXEC_ASK_OFF},
	{.security = EXEC_ALLOWLIST, .ask = EXEC_ASK_OFF},
	{.security = EXEC_ALLOWLIST, .ask = EXEC_ASK_ON_MISS}, /* ask */
	{.security = EXEC_ALLOWLIST, .ask = EXEC_ASK_ON_MISS}, /* auto */
	{.security = EXEC_FULL, .ask = EXEC_ASK_OFF},
};

struct exec_rules exec_rules_on(const struct dialect *d, const struct exec_setup *s,
				const struct exec_call *call, enum exec_host host)
{
	bool newer = d->flags & DIALECT_EXEC_RUNS;
	struct exec_rules r = exec_rules_of(d);

	if (!newer && host != EXEC_HOST_SANDBOX)
		r.security = EXEC_ALLOWLIST;
	if (newer && s->mode != EXEC_UNSET)
		r = modes[s->mode];
	if (s->security != EXEC_UNSET)
		r.security = (enum exec_security)s->security;
	if (s->ask != EXEC_UNSET)
		r.ask = (enum exec_ask)s->ask;
	if (call->security != EXEC_UNSET)
		r.security = exec_security_stricter(r.security, (enum exec_security)call->security);
	if (call->ask != EXEC_UNSET)
		r.ask = exec_ask_stricter(r.ask, (enum exec_ask)call->ask);
	return r;
}

static int ask_rules(const struct dialect *d, const struct exec_setup *s,
		     const struct exec_call *call, struct exec_rules rules, struct exec_verdict *v)
{
	struct approvals file __attribute__((cleanup(approvals_clear))) = {0};
	int r = approvals_resolve(d, s->approvals, s->agent, &rules, &file);

	if (r)
		return r;
	rules.security = exec_security_stricter(rules.security, file.agent.security);
	rules.ask = exec_ask_stricter(rules.ask, file.agent.ask);
	if (rules.security == EXEC_DENY)
		return refuse(v, "exec denied: host=%s security=deny", words_exec_host[v->host]);
	if (exec_needs_asking(&rules, call->understood, call->listed))
		v->outcome = EXEC_ASKS;
	else if (rules.security == EXEC_ALLOWLIST && !(call->understood && call->listed))
		return refuse(v, "exec denied: allowlist miss");
	return 0;
}

int exec_call_ask(const struct dialect *d, const struct exec_setup *s, const struct exec_call *call,
		  struct exec_verdict *ret)
{
	bool newer = d->flags & DIALECT_EXEC_RUNS, done;
	enum exec_level level = level_of(s, call);
	struct exec_verdict v = {.elevated = level != EXEC_LEVEL_OFF};
	struct exec_rules rules;
	int r = 0;

	if (v.elevated && !(s->gate_enabled && s->gate_allowed)) {
		r = refuse_elevated(d, s, &v);
		goto out;
	}
	r = choose_host(d, s, call, &v, &done);
	if (r || done)
		goto out;
	rules = exec_rules_on(d, s, call, v.host);
	if (newer && rules.security == EXEC_DENY)
		r = refuse(&v, "exec denied: host=%s security=deny", words_exec_host[v.host]);
	else if (newer && v.host == EXEC_HOST_SANDBOX && !s->sandboxed)
		r = refuse(&v,
			   "exec host=sandbox requires a sandbox runtime for this session.\n"
			   "Enable sandbox mode (`agents.defaults.sandbox.mode=\"non-main\"` or "
			   "`\"all\"`) or use host=auto/gateway/node.");
	else if (v.host == EXEC_HOST_SANDBOX || (!newer && level == EXEC_LEVEL_FULL))
		v.unchecked = v.host != EXEC_HOST_SANDBOX || !s->sandboxed;
	else
		r = ask_rules(d, s, call, rules, &v);
out:
	if (r)
		exec_verdict_clear(&v);
	*ret = v;
	return r;
}
