// SPDX-License-Identifier: GPL-2.0-only
/*
 * May a command run outside of the sandbox?
 *
 * Tool policy is asked first, since deny is absolute; then who wrote the message; then what the
 * command is: by tools.elevated.patterns, or by a product's rules for exec on the host.
 */
#include "policy/elevate/elevate.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/schema.h"
#include "policy/command/argv_pattern.h"
#include "policy/elevate/elevated.h"
#include "policy/command/exec_call.h"
#include "policy/command/exec_list.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/fold.h"

void elevate_clear(struct elevate_answer *a)
{
	free(a->by);
	free(a->by_key);
	free(a->key);
	free(a->why);
	trusted_clear(&a->program);
	*a = (struct elevate_answer){0};
}

static int no_memory(struct err *err)
{
	return err_set(err, ENOMEM, "out of memory");
}

__attribute__((format(printf, 5, 6))) static int keep_out(struct elevate_answer *a,
							  enum elevate_outcome outcome,
							  const char *gate, const char *key,
							  const char *fmt, ...)
{
	va_list ap;

	a->outcome = outcome;
	a->gate = gate;
	a->key = strdup(key);
	va_start(ap, fmt);
	if (vasprintf(&a->why, fmt, ap) < 0)
		a->why = NULL;
	va_end(ap);
	return a->key && a->why ? 0 : -ENOMEM;
}

/* --- who --------------------------------------------------------------------------------------
 */

/* "telegram:123" -> "telegram", "123". A sender's own colons are its own. */
static int sender_split(const char *text, char **ret_provider, char **ret_id)
{
	size_t len = text ? strcspn(text, ":") : 0;

	*ret_provider = strndup(text ? text : "", len);
	*ret_id = strdup(text && text[len] ? text + len + 1 : "");
	for (char *c = *ret_provider; c && *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return *ret_provider && *ret_id ? 0 : -ENOMEM;
}

static const struct setting *enabled_setting(const struct config *c,
					     const struct agent_settings *agent, const char *key)
{
	const struct setting *all = &c->tools.elevated.enabled;

	if (!strcmp(key, "tools.elevated.enabled") || !agent)
		return all;
	return &agent->tools.elevated.enabled;
}

static int ask_gates(const struct config *c, const struct agent_settings *agent,
		     const struct elevate_request *rq, struct elevate_answer *a)
{
	struct elevated_answer gates autodestroy(elevated_clear) = {0};
	autofree char *provider = NULL, *id = NULL;
	struct sender sender = {0};
	const struct setting *enabled;
	int r = sender_split(rq->sender, &provider, &id);

	if (r)
		return r;
	sender.id = id;
	sender.from = id; /* what the older program compares */
	if (dialect_of(c)->flags & DIALECT_PATTERNS)
		sender.to = rq->sender; /* an entry may name the provider once more */
	sender.chat_type = "direct";
	r = elevated_ask(c, agent, provider, &sender, &gates);
	if (r || gates.allowed)
		return r;
	if (!strcmp(gates.gates[0].name, "provider"))
		return keep_out(a, ELEVATE_REFUSED, "provider", "tools.elevated.allowFrom",
				"nobody says who sent the message (--sender PROVIDER:ID), and "
				"senders are limited");
	if (!strcmp(gates.gates[0].name, "allowFrom"))
		return keep_out(a, ELEVATE_REFUSED, "allowFrom", gates.gates[0].key,
				"the sender \"%.100s\" is not among those who may elevate",
				rq->sender ? rq->sender : "");
	enabled = enabled_setting(c, agent, gates.gates[0].key);
	a->pos = enabled->pos;
	return keep_out(a, ELEVATE_REFUSED, "enabled", enabled->key ? enabled->key : "",
			"elevated is switched off");
}

/* --- what: patterns ---------------------------------------------------------------------------
 */

static int ask_patterns(const struct config *c, const struct agent_settings *agent,
			const struct elevate_request *rq, struct elevate_answer *a)
{
	const struct setting_list *patterns = elevated_patterns(c, agent);
	const struct setting *approval = &c->tools.elevated.require_approval;
	struct argv_match match;
	struct err err = {0};
	char program[512];

	argv_patterns_match(patterns, rq->argv, &match);
	if (!match.pattern)
		return keep_out(a, ELEVATE_STAYS, "patterns",
				patterns->key ? patterns->key : "tools.elevated.patterns", "%s",
				match.why);
	argv_pattern_program(match.pattern->text, program, sizeof(program));
	if (trusted_find(program, rq->argv[0], &a->program, &err))
		return keep_out(a, ELEVATE_STAYS, "program", match.pattern->key, "%s", err.message);
	if (agent && agent->tools.elevated.require_approval.key)
		approval = &agent->tools.elevated.require_approval;
	a->outcome = approval->key && !approval->flag ? ELEVATE_RUNS : ELEVATE_ASKS;
	a->by = strdup(match.pattern->text);
	a->by_key = strdup(match.pattern->key);
	a->pos = match.pattern->pos;
	return a->by && a->by_key ? 0 : -ENOMEM;
}

/* --- what: a product's rules -------------------------------------------------------------------
 */

/* The words as a shell would be given them, each of which it takes for one word again. */
static char *line_of(char *const *argv)
{
	static const char bare[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   "_@%+:,./-";
	autobuf struct buf b = {0};

	for (char *const *arg = argv; *arg; arg++) {
		if (arg > argv)
			buf_putc(&b, ' ');
		if (**arg && !(*arg)[strspn(*arg, bare)]) {
			buf_puts(&b, *arg);
			continue;
		}
		buf_putc(&b, '\'');
		for (const char *p = *arg; *p; p++) {
			if (*p == '\'')
				buf_puts(&b, "'\\''");
			else
				buf_putc(&b, *p);
		}
		buf_putc(&b, '\'');
	}
	return buf_take(&b);
}

static void names_free(char ***names)
{
	for (char **n = *names; n && *n; n++)
		free(*n);
	free(*names);
}

/* In lower case, NULL-ended. Where they may lie stays as it is without a config: no laxer. */
static int safe_bins_read(const struct setting_list *l, char ***ret)
{
	*ret = calloc(l->count + 1, sizeof(**ret));
	for (size_t i = 0; *ret && i < l->count; i++) {
		(*ret)[i] = text_fold(l->items[i].text);
		if (!(*ret)[i])
			return -ENOMEM;
	}
	return *ret ? 0 : -ENOMEM;
}

static int ask_list(const struct config *c, const struct agent_settings *agent,
		    const struct exec_setup *s, const struct elevate_request *rq,
		    struct exec_answer *ret)
{
	const struct setting_list *own = agent ? &agent->tools.exec.safe_bins : NULL;
	const struct setting_list *safe = own && own->key ? own : &c->tools.exec.safe_bins;
	const struct dialect *d = dialect_of(c);
	const struct exec_place place = {.cwd = rq->cwd, .path = TRUSTED_PATH, .home = rq->home};
	struct exec_rules rules = exec_rules_of(d);
	struct approvals file __attribute__((cleanup(approvals_clear))) = {0};
	autofree char *line = line_of(rq->argv);
	char **names autodestroy(names_free) = NULL;
	struct exec_list list = {0};
	int r = line ? approvals_resolve(d, s->approvals, s->agent, &rules, &file) : -ENOMEM;

	if (!r && safe->key)
		r = safe_bins_read(safe, &names);
	if (r)
		return r;
	list.safe_bins = (const char *const *)names;
	list.patterns = file.patterns;
	list.count = file.count;
	return exec_list_ask(d, &list, &place, line, ret);
}

static int verdict_take(const struct exec_verdict *v, const struct elevate_request *rq,
			struct elevate_answer *a)
{
	struct err err = {0};

	if (v->outcome == EXEC_REFUSED)
		return keep_out(a, ELEVATE_REFUSED, "exec", "tools.exec.security", "%s",
				v->message ? v->message : "exec denied");
	if (v->host != EXEC_HOST_GATEWAY)
		return keep_out(a, ELEVATE_REFUSED, "exec", "tools.exec.host",
				"it would run on %s, not on this host", words_exec_host[v->host]);
	if (trusted_find(rq->argv[0], rq->argv[0], &a->program, &err))
		return keep_out(a, ELEVATE_REFUSED, "program", "tools.elevated", "%s", err.message);
	a->outcome = v->outcome == EXEC_ASKS ? ELEVATE_ASKS : ELEVATE_RUNS;
	a->by = strdup("exec approvals");
	a->by_key = strdup("tools.exec");
	return a->by && a->by_key ? 0 : -ENOMEM;
}

static int ask_product(const struct config *c, const struct policy *p,
		       const struct agent_settings *agent, const struct elevate_request *rq,
		       struct elevate_answer *a, struct err *err)
{
	struct exec_setup s = exec_setup_of(c, agent);
	struct exec_call call = {
		.host = EXEC_UNSET, .security = EXEC_UNSET, .ask = EXEC_UNSET, .elevated = 1};
	struct exec_verdict v autodestroy(exec_verdict_clear) = {0};
	struct exec_answer listed autodestroy(exec_answer_clear) = {0};
	struct node *file autodestroy(node_free) = NULL;
	int r = approvals_read(c, &file, err);

	if (r)
		return r;
	s.approvals = file;
	s.sandboxed = p->sandboxed;
	s.session = rq->session;
	s.gate_enabled = s.gate_allowed = true;
	s.level = c->elevated_default.key && !strcmp(c->elevated_default.text, "full")
			  ? EXEC_LEVEL_FULL
			  : EXEC_LEVEL_ASK;
	r = ask_list(c, agent, &s, rq, &listed);
	call.understood = listed.understood;
	call.listed = listed.allowed;
	if (!r)
		r = exec_call_ask(dialect_of(c), &s, &call, &v);
	return r ? r : verdict_take(&v, rq, a);
}

/* --- all of it --------------------------------------------------------------------------------
 */

int elevate_ask(const struct config *c, const struct policy *p, const struct elevate_request *rq,
		struct elevate_answer *ret, struct err *err)
{
	const struct agent_settings *agent = config_find_agent(c, p->agent);
	struct elevate_answer a autodestroy(elevate_clear) = {.outcome = ELEVATE_REFUSED};
	int r = 0;

	*err = (struct err){0};
	if (p->exec_denied) {
		a.pos = p->exec_origin.pos;
		r = keep_out(&a, ELEVATE_REFUSED, "exec",
			     p->exec_origin.key ? p->exec_origin.key : "tools.deny",
			     "exec is denied to the session, and deny is absolute");
	}
	if (!r && !a.gate)
		r = ask_gates(c, agent, rq, &a);
	if (!r && !a.gate)
		r = dialect_of(c)->flags & DIALECT_PATTERNS ? ask_patterns(c, agent, rq, &a)
							    : ask_product(c, p, agent, rq, &a, err);
	if (r)
		return err->code ? r : no_memory(err);
	*ret = a;
	a = (struct elevate_answer){0};
	return 0;
}

unsigned int elevate_timeout(const struct config *c)
{
	if (c->approval_timeout.key)
		return c->approval_timeout.number > 86400
			       ? 86400
			       : (unsigned int)c->approval_timeout.number;
	return (unsigned int)dialect_of(c)->approval_seconds;
}

void elevate_policy(struct policy *p)
{
	p->sandboxed = false;
	p->network_none = false;
	for (size_t i = 0; i < p->blocked_count; i++) {
		free(p->blocked[i].path);
		origin_clear(&p->blocked[i].origin);
	}
	p->blocked_count = 0;
}
