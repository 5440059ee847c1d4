// SPDX-License-Identifier: GPL-2.0-only
/* Which tools does a program itself leave to its sandboxes? */
#include "policy/tools/sandbox_tools.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"

#define LAYER(list)   "tools.sandbox.tools." list
#define DEFAULT_LAYER "sandbox default"

static void list_clear(struct sandbox_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->items[i].text);
	free(l->items);
	*l = (struct sandbox_list){0};
}

void sandbox_tools_clear(struct sandbox_tools *t)
{
	list_clear(&t->allow);
	list_clear(&t->deny);
	t->limited = false;
}

static bool list_has(const struct sandbox_list *l, const char *text)
{
	for (size_t i = 0; i < l->count; i++)
		if (!strcmp(l->items[i].text, text))
			return true;
	return false;
}

static bool list_matches(const struct sandbox_list *l, const char *tool)
{
	for (size_t i = 0; i < l->count; i++)
		if (pattern_matches(l->items[i].text, tool))
			return true;
	return false;
}

/* Maybe again: list_unique drops what came before. Blank entries count for nothing. */
static int list_add(struct sandbox_list *l, const char *text, struct source source)
{
	if (!*text)
		return 0;
	if (!(l->count & (l->count - 1))) { /* grows at powers of two */
		struct sandbox_entry *items =
			reallocarray(l->items, l->count ? 2 * l->count : 1, sizeof(*items));

		if (!items)
			return -ENOMEM;
		l->items = items;
	}
	l->items[l->count] = (struct sandbox_entry){.text = strdup(text), .source = source};
	return l->items[l->count].text ? (l->count++, 0) : -ENOMEM;
}

static int by_text_and_place(const void *a, const void *b)
{
	const struct sandbox_entry *const *x = a, *const *y = b;
	int r = strcmp((*x)->text, (*y)->text);

	return r ? r : (*x > *y) - (*x < *y);
}

/* Keeps the first of equal entries, without going through the list once for each. */
static int list_unique(struct sandbox_list *l)
{
	autofree struct sandbox_entry **sorted = calloc(l->count + 1, sizeof(*sorted));
	autofree bool *twice = calloc(l->count + 1, sizeof(*twice));
	size_t kept = 0;

	if (!sorted || !twice)
		return -ENOMEM;
	for (size_t i = 0; i < l->count; i++)
		sorted[i] = &l->items[i];
	qsort(sorted, l->count, sizeof(struct sandbox_entry *), by_text_and_place);
	for (size_t i = 1; i < l->count; i++)
		twice[sorted[i] - l->items] = !strcmp(sorted[i]->text, sorted[i - 1]->text);
	for (size_t i = 0; i < l->count; i++) {
		if (twice[i])
			free(l->items[i].text);
		else
			l->items[kept++] = l->items[i];
	}
	l->count = kept;
	return 0;
}

static int list_add_tools(struct sandbox_list *l, const char *const *tools, struct source source)
{
	int r = 0;

	for (; tools && *tools && !r; tools++)
		r = list_add(l, *tools, source);
	return r;
}

static int list_add_settings(struct sandbox_list *l, const struct dialect *d,
			     const struct setting_list *from, const char *layer)
{
	int r = 0;

	for (size_t i = 0; i < from->count && !r; i++) {
		struct source s = source_of_setting(&from->items[i], layer);
		autofree char *text = tool_normalize(d, from->items[i].text);
		const struct tool_set *group = text ? tool_set_find(d->groups, text) : NULL;

		if (!text)
			return -ENOMEM;
		r = group ? list_add_tools(l, group->tools, s) : list_add(l, text, s);
	}
	return r;
}

static void list_remove(struct sandbox_list *l, size_t at)
{
	free(l->items[at].text);
	l->count--;
	memmove(&l->items[at], &l->items[at + 1], (l->count - at) * sizeof(*l->items));
}

/* What somebody wrote at one level: the agent's own, else everybody's. */
struct choice {
	const struct setting_list *list; /* NULL: nobody wrote any */
	const char *from;
};

static struct choice choose(const struct setting_list *own, const struct setting_list *all)
{
	if (own && own->key)
		return (struct choice){own, "agent"};
	if (all->key)
		return (struct choice){all, "global"};
	return (struct choice){NULL, "default"};
}

static void list_name(struct sandbox_list *l, struct choice c, const char *key)
{
	l->from = c.from;
	l->key = key;
	l->source = c.list ? source_of_list(c.list, c.from)
			   : source_of_default("tools.sandbox.tools", DEFAULT_LAYER);
}

static int make_allow(struct sandbox_tools *t, const struct dialect *d, struct choice allow,
		      struct choice also)
{
	struct source s = source_of_default(LAYER("allow"), DEFAULT_LAYER);
	bool adds = also.list && (d->flags & DIALECT_ALSO_ALLOW);
	/* An empty list means every tool, and stays so. */
	bool open = allow.list && !allow.list->count && adds;
	int r = 0;

	list_name(&t->allow, allow, "allow");
	if (allow.list)
		r = list_add_settings(&t->allow, d, allow.list, LAYER("allow"));
	else
		r = list_add_tools(&t->allow, d->sandbox_allow, s);
	if (!r && adds && !open)
		r = list_add_settings(&t->allow, d, also.list, LAYER("alsoAllow"));
	if (!r)
		r = list_unique(&t->allow);
	/* The nearer of the two levels is named; at one level, allow is. */
	if (adds && (!allow.list || (!strcmp(also.from, "agent") && strcmp(allow.from, "agent"))))
		list_name(&t->allow, also, "alsoAllow");
	return r;
}

/* What somebody wrote to allow is not denied by default. */
static void clear_allowed(struct sandbox_list *deny, const struct sandbox_list *allowed)
{
	for (size_t i = deny->count; i-- > 0;)
		if (list_matches(allowed, deny->items[i].text))
			list_remove(deny, i);
}

static int make_deny(struct sandbox_tools *t, const struct dialect *d, struct choice deny,
		     struct choice allow, struct choice also)
{
	struct source s = source_of_default(LAYER("deny"), DEFAULT_LAYER);
	struct sandbox_list written autodestroy(list_clear) = {0};
	int r;

	list_name(&t->deny, deny, "deny");
	if (deny.list) {
		r = list_add_settings(&t->deny, d, deny.list, LAYER("deny"));
		return r ? r : list_unique(&t->deny);
	}
	r = list_add_tools(&t->deny, d->sandbox_deny, s);
	if (r || !(d->flags & DIALECT_ALLOW_CLEARS_DEFAULT_DENY))
		return r;
	if (allow.list)
		r = list_add_settings(&written, d, allow.list, LAYER("allow"));
	if (!r && also.list)
		r = list_add_settings(&written, d, also.list, LAYER("alsoAllow"));
	if (!r)
		clear_allowed(&t->deny, &written);
	return r;
}

/* Looking at a picture is never forgotten, unless it is denied by its name. */
static int add_image(struct sandbox_tools *t, const struct dialect *d)
{
	struct source s = source_of_default(LAYER("deny"), DEFAULT_LAYER);

	if (strcmp(d->image_tool, "image") && !list_matches(&t->deny, d->image_tool) &&
	    list_matches(&t->deny, "image")) {
		int r = list_add(&t->deny, d->image_tool, s);

		if (r)
			return r;
	}
	if (list_has(&t->deny, d->image_tool) || list_has(&t->allow, d->image_tool))
		return 0;
	if (!t->allow.count && !(d->flags & DIALECT_SANDBOX_EMPTY_LIMITS))
		return 0;
	s.key = LAYER("allow");
	return list_add(&t->allow, d->image_tool, s);
}

int sandbox_tools_make(const struct config *c, const struct dialect *d,
		       const struct agent_settings *agent, struct sandbox_tools *ret)
{
	const struct tool_layer *own = agent ? &agent->tools.sandbox : NULL;
	const struct tool_layer *all = &c->tools.sandbox;
	struct choice allow = choose(own ? &own->allow : NULL, &all->allow);
	struct choice also = choose(own ? &own->also_allow : NULL, &all->also_allow);
	struct choice deny = choose(own ? &own->deny : NULL, &all->deny);
	struct sandbox_tools t autodestroy(sandbox_tools_clear) = {0};
	int r = make_allow(&t, d, allow, also);

	if (!r)
		r = make_deny(&t, d, deny, allow, also);
	if (!r && d->image_tool)
		r = add_image(&t, d);
	if (r)
		return r;
	t.limited = t.allow.count > 0;
	*ret = t;
	t = (struct sandbox_tools){0};
	return 0;
}

bool sandbox_tools_allow(const struct sandbox_tools *t, const struct dialect *d, const char *tool)
{
	struct dialect plain = *d;
	autofree char *name = NULL;

	if (d->flags & DIALECT_SANDBOX_NO_ALIAS)
		plain.aliases = NULL;
	name = tool_normalize(&plain, tool);
	if (!name || list_matches(&t->deny, name))
		return false;
	return !t->limited || list_matches(&t->allow, name);
}
