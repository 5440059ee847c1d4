// SPDX-License-Identifier: GPL-2.0-only
/* Does a list of allowed programs allow a command line? As the product does, and as it is safe. */
#include "policy/command/exec_list.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/command/exec_match.h"
#include "util/cleanup.h"

bool pattern_is_path(const char *pattern)
{
	return strpbrk(pattern, "/\\~") != NULL;
}

char *pattern_trimmed(const char *pattern)
{
	size_t len = strlen(pattern);

	while (len && isspace((unsigned char)*pattern))
		pattern++, len--;
	while (len && isspace((unsigned char)pattern[len - 1]))
		len--;
	return strndup(pattern, len);
}

int exec_match_add(struct exec_match *m, const char *pattern)
{
	if (m->count == m->cap) {
		size_t more = m->cap ? m->cap * 2 : 4;
		const char **grown = reallocarray(m->matches, more, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		m->matches = grown;
		m->cap = more;
	}
	m->matches[m->count++] = pattern;
	return 0;
}

bool exec_match_refuse(struct exec_match *m, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!m->why && vasprintf(&m->why, fmt, ap) < 0)
		m->why = NULL;
	va_end(ap);
	return false;
}

void exec_match_clear(struct exec_match *m)
{
	free(m->matches);
	free(m->why);
}

void exec_answer_clear(struct exec_answer *a)
{
	free(a->matches);
	free(a->why);
	free(a->failure);
	*a = (struct exec_answer){0};
}

const char *const *exec_safe_bins(const struct dialect *d)
{
	return d->flags & DIALECT_EXEC_LIST_LOOSE ? safe_bins_clawdbot : safe_bins_openclaw;
}

static struct exec_match start(const struct exec_list *l, const struct exec_place *p,
			       const char *const *names)
{
	return (struct exec_match){
		.list = l,
		.place = p,
		.safe = {.names = l->safe_bins ? l->safe_bins : names,
			 .dirs = l->safe_bin_dirs ? l->safe_bin_dirs : safe_bin_dirs},
	};
}

/* What the product answers is in *ret; what counts is not decided yet. */
static int ask_loosely(const struct exec_list *l, const struct exec_place *p, const char *command,
		       struct exec_answer *ret)
{
	struct exec_match m autodestroy(exec_match_clear) = start(l, p, safe_bins_clawdbot);
	int r = exec_match_loosely(&m, command);

	if (r)
		return r;
	ret->understood = m.understood;
	ret->listed = m.listed;
	if (m.err.code == EINVAL) {
		ret->failure = strdup(m.err.message);
		ret->listed = false;
		return ret->failure ? 0 : -ENOMEM;
	}
	ret->matches = TAKE_PTR(m.matches);
	ret->match_count = m.count;
	ret->why = TAKE_PTR(m.why);
	return 0;
}

int exec_list_ask(const struct dialect *d, const struct exec_list *l, const struct exec_place *p,
		  const char *command, struct exec_answer *ret)
{
	struct exec_match safe autodestroy(exec_match_clear) = start(l, p, safe_bins_openclaw);
	struct exec_answer a autodestroy(exec_answer_clear) = {0};
	bool loose = d->flags & DIALECT_EXEC_LIST_LOOSE;
	int r;

	if (!p->cwd || !p->path || !p->home)
		return -EINVAL;
	r = exec_match_strictly(&safe, command);
	if (!r && loose)
		r = ask_loosely(l, p, command, &a);
	if (r)
		return r;
	if (!loose) {
		a.understood = safe.understood;
		a.listed = safe.listed;
		a.matches = TAKE_PTR(safe.matches);
		a.match_count = safe.count;
	}
	a.allowed = a.listed && safe.listed;
	if (!a.allowed && !a.why && !a.failure)
		a.why = TAKE_PTR(safe.why);
	*ret = a;
	a = (struct exec_answer){0};
	return 0;
}
