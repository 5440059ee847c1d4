// SPDX-License-Identifier: GPL-2.0-only
/* What does tool policy say of a tool, and which entry of the config says so? */
#include "policy/tools/tools.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"

void tool_layers_clear(struct tool_layers *l)
{
	for (size_t i = 0; i < l->count; i++) {
		patterns_clear(&l->rules[i].allow);
		patterns_clear(&l->rules[i].deny);
	}
	free(l->rules);
	*l = (struct tool_layers){0};
}

/* The first deny entry, in the order of the layers, that matches the tool. NULL = none. */
static const struct pattern *find_deny(const struct tool_layers *l, const char *tool, bool product)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct pattern *p;

		if (product && l->rules[i].dropped)
			continue;
		p = patterns_find(&l->rules[i].deny, tool);
		if (p)
			return p;
	}
	return NULL;
}

/* A deny of another tool that can do the same. */
static const struct pattern *find_companion_deny(const struct tool_layers *l, const char *tool,
						 bool product)
{
	const struct tool_set *set = l->dialect->companions;

	for (; set && set->name; set++)
		for (const char *const *t = set->tools; *t; t++)
			if (!strcmp(*t, tool)) {
				const struct pattern *p = find_deny(l, set->name, product);

				if (p)
					return p;
			}
	return NULL;
}

/* The entry of an allow list that lets a tool through, by its own name or by that of another. */
static const struct pattern *find_allow(const struct tool_layers *l, const struct tool_rules *rules,
					const char *tool)
{
	const struct pattern *p = patterns_find(&rules->allow, tool);

	if (!p && l->dialect->patch_with && !strcmp(tool, "apply_patch"))
		p = patterns_find(&rules->allow, l->dialect->patch_with);
	return p;
}

static struct tool_answer ask(const struct tool_layers *l, const char *tool, bool product)
{
	const struct pattern *p = find_deny(l, tool, product);
	struct tool_answer yes = {
		.allowed = true,
		.source = source_of_default("tools.profile", "default"),
	};

	if (!p)
		p = find_companion_deny(l, tool, product);
	if (p)
		return (struct tool_answer){.by_name = true, .source = p->source};
	for (size_t i = 0; i < l->count; i++) {
		const struct tool_rules *rules = &l->rules[i];

		if (!rules->limited || (product && rules->dropped))
			continue;
		p = find_allow(l, rules, tool);
		if (!p)
			return (struct tool_answer){.source = rules->limit};
		yes.source = p->source; /* the last limit that lets it through */
	}
	return yes;
}

struct tool_answer tool_layers_ask(const struct tool_layers *l, const char *tool)
{
	return ask(l, tool, false);
}

bool tool_layers_product_allows(const struct tool_layers *l, const char *tool)
{
	return ask(l, tool, true).allowed;
}

/* --- every tool that is known or named ------------------------------------------------------ */

struct names {
	char **items; /* owned */
	size_t count, cap;
};

static int names_push(struct names *n, const char *name)
{
	if (n->count + 1 >= n->cap) {
		size_t cap = n->cap ? n->cap * 2 : 64;
		char **items = reallocarray(n->items, cap, sizeof(*items));

		if (!items)
			return -ENOMEM;
		n->items = items;
		n->cap = cap;
	}
	n->items[n->count] = strdup(name);
	if (!n->items[n->count])
		return -ENOMEM;
	n->items[++n->count] = NULL;
	return 0;
}

void tool_names_free(char ***names)
{
	for (char **n = *names; n && *n; n++)
		free(*n);
	free(*names);
	*names = NULL;
}

static int by_rank(const void *a, const void *b)
{
	const struct pattern *const *x = a, *const *y = b;

	return ((*x)->rank > (*y)->rank) - ((*x)->rank < (*y)->rank);
}

/* Names of one list that the dialect does not know, in the order they are written. */
static int names_add(struct names *n, const struct dialect *d, const struct patterns *p)
{
	autofree const struct pattern **order = calloc(p->name_count + 1, sizeof(*order));
	size_t count = 0;
	int r = 0;

	if (!order)
		return -ENOMEM;
	for (size_t i = 0; i < p->name_count; i++)
		if (!p->names[i].builtin)
			order[count++] = &p->names[i];
	qsort(order, count, sizeof(*order), by_rank);
	for (size_t i = 0; i < count && !r; i++)
		if (strncmp(order[i]->text, GROUP_PREFIX, strlen(GROUP_PREFIX)) &&
		    !tool_is_known(d, order[i]->text))
			r = names_push(n, order[i]->text);
	return r;
}

struct placed_name {
	const char *name;
	size_t place;
};

static int by_name_and_place(const void *a, const void *b)
{
	const struct placed_name *x = a, *y = b;
	int r = strcmp(x->name, y->name);

	return r ? r : (x->place > y->place) - (x->place < y->place);
}

/* Drops names that came before, without going through the list once for each. */
static int names_unique(struct names *n)
{
	autofree struct placed_name *sorted = calloc(n->count + 1, sizeof(*sorted));
	autofree bool *twice = calloc(n->count + 1, sizeof(*twice));
	size_t kept = 0;

	if (!sorted || !twice)
		return -ENOMEM;
	for (size_t i = 0; i < n->count; i++)
		sorted[i] = (struct placed_name){.name = n->items[i], .place = i};
	qsort(sorted, n->count, sizeof(*sorted), by_name_and_place);
	for (size_t i = 1; i < n->count; i++)
		twice[sorted[i].place] = !strcmp(sorted[i].name, sorted[i - 1].name);
	for (size_t i = 0; i < n->count; i++) {
		if (twice[i])
			free(n->items[i]);
		else
			n->items[kept++] = n->items[i];
	}
	n->items[kept] = NULL;
	n->count = kept;
	return 0;
}

char **tool_layers_names(const struct tool_layers *l)
{
	struct names n = {0};
	int r = 0;

	for (const char *const *t = l->dialect->tools; *t && !r; t++)
		r = names_push(&n, *t);
	for (size_t i = 0; i < l->count && !r; i++) {
		r = names_add(&n, l->dialect, &l->rules[i].deny);
		if (!r)
			r = names_add(&n, l->dialect, &l->rules[i].allow);
	}
	if (!r)
		r = names_unique(&n);
	if (r)
		tool_names_free(&n.items);
	return n.items;
}
