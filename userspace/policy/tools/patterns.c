// SPDX-License-Identifier: GPL-2.0-only
/* Which entry of a tool list matches a tool? */
#include "policy/tools/patterns.h"

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

static int pattern_push(struct pattern **list, size_t *count, size_t *cap, struct pattern pattern)
{
	if (*count == *cap) {
		size_t more = *cap ? *cap * 2 : 16;
		struct pattern *grown = reallocarray(*list, more, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		*list = grown;
		*cap = more;
	}
	if (!pattern.builtin) {
		pattern.text = strdup(pattern.text);
		if (!pattern.text)
			return -ENOMEM;
	}
	(*list)[(*count)++] = pattern;
	return 0;
}

/* Members of a group or a profile share a rank: they came with one entry. */
static int add_members(struct patterns *p, const char *const *tools, const struct source *source)
{
	struct pattern one = {.rank = p->next_rank++, .builtin = true, .source = *source};
	int r = 0;

	for (; tools && *tools && !r; tools++) {
		one.text = (char *)*tools; /* of a table: nobody frees it */
		r = pattern_push(&p->names, &p->name_count, &p->name_cap, one);
	}
	return r;
}

int patterns_add(struct patterns *p, const struct dialect *d, const char *written,
		 const struct source *source)
{
	autofree char *text = tool_normalize(d, written);
	const struct tool_set *group = NULL;
	struct pattern one = {.text = text, .source = *source};

	if (!text)
		return -ENOMEM;
	if (!*text)
		return 0;
	if (!strncmp(text, GROUP_PREFIX, strlen(GROUP_PREFIX)))
		group = tool_set_find(d->groups, text);
	if (group)
		return add_members(p, group->tools, source);
	one.rank = p->next_rank++;
	if (strchr(text, '*'))
		return pattern_push(&p->wild, &p->wild_count, &p->wild_cap, one);
	return pattern_push(&p->names, &p->name_count, &p->name_cap, one);
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

int patterns_add_tools(struct patterns *p, const char *const *tools, const struct source *source)
{
	return add_members(p, tools, source);
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
		if (!p->names[i].builtin)
			free(p->names[i].text);
	for (size_t i = 0; i < p->wild_count; i++)
		free(p->wild[i].text);
	free(p->names);
	free(p->wild);
	*p = (struct patterns){0};
}
