// SPDX-License-Identifier: GPL-2.0-only
/* Which entry of a tool list matches a tool? */
#include "policy/patterns.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"

char *tool_normalize(const struct dialect *d, const char *written)
{
	size_t len = strlen(written);
	char *text;

	while (len && isspace((unsigned char)*written))
		written++, len--;
	while (len && isspace((unsigned char)written[len - 1]))
		len--;
	text = strndup(written, len);
	for (char *p = text; p && *p; p++)
		*p = (char)tolower((unsigned char)*p);
	for (const struct tool_alias *a = d->aliases; text && a && a->written; a++) {
		if (strcmp(a->written, text))
			continue;
		free(text);
		return strdup(a->meant);
	}
	return text;
}

bool pattern_matches(const char *pattern, const char *name)
{
	const char *star = NULL, *resume = NULL;

	/* On a mismatch the last star takes one character more: no recursion, no blow-up. */
	while (*name) {
		if (*pattern == '*') {
			star = ++pattern;
			resume = name;
		} else if (*pattern == *name) {
			pattern++;
			name++;
		} else if (star) {
			pattern = star;
			name = ++resume;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static int pattern_push(struct pattern **list, size_t *count, size_t *cap, const char *text,
			size_t rank, const struct source *source)
{
	struct pattern *grown;

	if (*count == *cap) {
		size_t more = *cap ? *cap * 2 : 16;

		grown = reallocarray(*list, more, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		*list = grown;
		*cap = more;
	}
	(*list)[*count] = (struct pattern){.text = strdup(text), .rank = rank, .source = *source};
	if (!(*list)[*count].text)
		return -ENOMEM;
	++*count;
	return 0;
}

int patterns_add(struct patterns *p, const struct dialect *d, const char *written,
		 const struct source *source)
{
	autofree char *text = tool_normalize(d, written);
	const struct tool_set *group;
	size_t rank = p->next_rank++;
	int r = 0;

	if (!text)
		return -ENOMEM;
	if (!*text)
		return 0;
	group = tool_set_find(d->groups, text);
	if (group) {
		for (const char *const *t = group->tools; *t && !r; t++)
			r = pattern_push(&p->names, &p->name_count, &p->name_cap, *t, rank, source);
		return r;
	}
	if (strchr(text, '*'))
		return pattern_push(&p->wild, &p->wild_count, &p->wild_cap, text, rank, source);
	return pattern_push(&p->names, &p->name_count, &p->name_cap, text, rank, source);
}

int patterns_add_list(struct patterns *p, const struct dialect *d, const struct setting_list *l,
		      const char *layer)
{
	int r = 0;

	for (size_t i = 0; i < l->count && !r; i++) {
		struct source s = source_of_setting(&l->items[i], layer);

		r = patterns_add(p, d, l->items[i].text, &s);
	}
	return r;
}

int patterns_add_tools(struct patterns *p, const struct dialect *d, const char *const *tools,
		       const struct source *source)
{
	int r = 0;

	for (; tools && *tools && !r; tools++)
		r = patterns_add(p, d, *tools, source);
	return r;
}

static int by_text_and_rank(const void *a, const void *b)
{
	const struct pattern *x = a, *y = b;
	int r = strcmp(x->text, y->text);

	return r ? r : (x->rank > y->rank) - (x->rank < y->rank);
}

void patterns_seal(struct patterns *p)
{
	if (p->name_count)
		qsort(p->names, p->name_count, sizeof(*p->names), by_text_and_rank);
}

static const struct pattern *find_name(const struct patterns *p, const char *tool)
{
	size_t low = 0, high = p->name_count;

	while (low < high) { /* the first of equal names, which has the lowest rank */
		size_t middle = low + (high - low) / 2;

		if (strcmp(p->names[middle].text, tool) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < p->name_count && !strcmp(p->names[low].text, tool) ? &p->names[low] : NULL;
}

const struct pattern *patterns_find(const struct patterns *p, const char *tool)
{
	const struct pattern *found = find_name(p, tool);

	for (size_t i = 0; i < p->wild_count; i++) {
		if (found && found->rank < p->wild[i].rank)
			break;
		if (pattern_matches(p->wild[i].text, tool))
			return &p->wild[i];
	}
	return found;
}

void patterns_clear(struct patterns *p)
{
	for (size_t i = 0; i < p->name_count; i++)
		free(p->names[i].text);
	for (size_t i = 0; i < p->wild_count; i++)
		free(p->wild[i].text);
	free(p->names);
	free(p->wild);
	*p = (struct patterns){0};
}
