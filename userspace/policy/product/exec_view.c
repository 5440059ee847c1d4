// SPDX-License-Identifier: GPL-2.0-only
/* What do a product's rules for commands on the host come to, and which entries are not what they
 * seem? */
#include "policy/product/exec_view.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/command/carrier.h"
#include "policy/command/exec_match.h"
#include "policy/command/path_pattern.h"
#include "util/cleanup.h"

void exec_view_clear(struct exec_view *v)
{
	for (size_t i = 0; i < v->count; i++)
		free(v->entries[i].note);
	free(v->entries);
	free(v->problem);
	node_free(&v->file);
	*v = (struct exec_view){0};
}

/* --- entries -------------------------------------------------------------------------------- */

static bool has_upper(const char *text)
{
	for (; *text; text++)
		if (isupper((unsigned char)*text))
			return true;
	return false;
}

/* A program that starts whatever it is told to. */
static bool is_starter(const char *pattern)
{
	char *const alone[] = {(char *)pattern, (char *)"-", NULL};

	return word_is_shell(pattern) || carrier_look(alone, 1).never != NULL;
}

/* Where clawdbot matches other than it looks. NULL: nowhere, or out of memory. Owned. */
static char *note_of_loose(const char *pattern)
{
	struct err err = {0};
	char *text = NULL;
	bool ignored;
	int r;

	if (!pattern_is_path(pattern))
		return strdup("it is no path, so it allows nothing there");
	r = path_pattern_matches_loosely(pattern, "/", &ignored, &err);
	if (r == -EINVAL)
		return asprintf(&text, "every command fails there: %s", err.message) < 0 ? NULL
											 : text;
	if (strpbrk(pattern, "+()[]{}|^$\\"))
		return strdup("it is read as an expression there: more than this path may match; "
			      "here every character but * and ? is itself");
	if (strchr(pattern, '.'))
		return strdup("\".\" stands for any character there; here it is itself");
	if (is_starter(pattern))
		return strdup(
			"that program starts any other one there; here what it starts counts");
	if (has_upper(pattern))
		return strdup("it matches in any case there; here in this one");
	return NULL;
}

static char *note_of_strict(const char *pattern)
{
	if (!strcmp(pattern, "*"))
		return strdup("it allows every command, also of programs that come later");
	if (is_starter(pattern))
		return strdup("what that program starts counts, so the entry allows nothing by "
			      "itself");
	return NULL;
}

static int fill_entries(struct exec_view *v, const struct dialect *d, const struct approvals *a)
{
	v->entries = calloc(a->count + 1, sizeof(*v->entries));
	if (!v->entries)
		return -ENOMEM;
	for (size_t i = 0; i < a->count; i++) {
		autofree char *pattern = pattern_trimmed(a->patterns[i]);

		if (!pattern)
			return -ENOMEM;
		v->entries[v->count].pattern = a->patterns[i];
		v->entries[v->count++].note = d->flags & DIALECT_EXEC_LIST_LOOSE
						      ? note_of_loose(pattern)
						      : note_of_strict(pattern);
	}
	return 0;
}

/* --- rules ---------------------------------------------------------------------------------- */

static int fill_rules(struct exec_view *v, const struct dialect *d, struct exec_setup *s)
{
	const struct exec_call plain = {.host = EXEC_UNSET,
					.security = EXEC_UNSET,
					.ask = EXEC_UNSET,
					.elevated = EXEC_UNSET};
	struct exec_verdict verdict autodestroy(exec_verdict_clear) = {0};
	struct exec_rules own = exec_rules_on(d, s, &plain, EXEC_HOST_GATEWAY);
	struct approvals a autodestroy(approvals_clear) = {0};
	int r = approvals_resolve(d, v->file, s->agent, &own, &a);

	if (!r)
		r = exec_call_ask(d, s, &plain, &verdict);
	if (r)
		return r;
	v->host = verdict.host;
	v->unchecked = verdict.unchecked;
	v->rules = own;
	v->rules.security = exec_security_stricter(own.security, a.agent.security);
	v->rules.ask = exec_ask_stricter(own.ask, a.agent.ask);
	v->rules.fallback = a.agent.fallback;
	if (v->problem) /* nothing may be concluded from it */
		v->rules.security = EXEC_DENY;
	if (a.count && d->flags & DIALECT_EXEC_LIST_LOOSE)
		v->note = "$(...) and `...` within double quotes are not seen there: what they run "
			  "needs no entry; here such a command is not allowed";
	return fill_entries(v, d, &a);
}

int exec_view_fill(const struct config *c, const struct agent_settings *agent, bool sandboxed,
		   struct exec_view *ret)
{
	struct exec_view v autodestroy(exec_view_clear) = {0};
	struct exec_setup s = exec_setup_of(c, agent);
	struct err err = {0};
	int r = approvals_read(c, &v.file, &err);

	if (r == -ENOMEM)
		return r;
	if (r) {
		v.problem = strdup(err.message);
		if (!v.problem)
			return -ENOMEM;
	}
	s.sandboxed = sandboxed;
	s.approvals = v.file;
	r = fill_rules(&v, dialect_of(c), &s);
	if (r)
		return r;
	*ret = v;
	v = (struct exec_view){0};
	return 0;
}
