// SPDX-License-Identifier: GPL-2.0-only
/* Which entries of tool lists does another entry, or the profile, leave nothing to do? */
#include "policy/check/findings_parts.h"

#include <string.h>

#include "util/cleanup.h"

/* What says all that the entry says, before it does. NULL = nothing. */
static const struct pattern *find_before(const struct dialect *d, const struct patterns *p,
					 const char *name, size_t rank)
{
	const struct tool_set *group = tool_set_find(d->groups, name);
	const char *const own[] = {name, NULL};
	const struct pattern *before = NULL;

	if (!group && strchr(name, '*'))
		return NULL;
	for (const char *const *t = group ? group->tools : own; *t; t++) {
		before = patterns_find(p, *t);
		if (!before || before->rank >= rank)
			return NULL;
	}
	return before;
}

static void note_before(const struct findings *f, const struct setting *s, const struct patterns *p,
			size_t rank)
{
	autofree char *name = tool_normalize(f->dialect, s->text);
	autobuf struct buf shown = {0}, other = {0};
	const struct pattern *before;

	if (!name || !*name)
		return;
	before = find_before(f->dialect, p, name, rank);
	if (before)
		warnings_add(f->warnings, s->pos, "%s: %s adds nothing, %s %s has it already",
			     s->key, finding_quote(&shown, s->text), before->source.key,
			     finding_quote(&other, before->source.text));
}

/* Each entry is held against each wildcard: with more of them it is not worth the time. */
#define WILD_MAX 256

void find_shadowed(const struct findings *f, const struct setting_list *l,
		   const struct setting_list *everybody)
{
	struct patterns p autodestroy(patterns_clear) = {0};

	if (!l->count || patterns_add_list(&p, f->dialect, everybody ? everybody : l, ""))
		return;
	if (p.wild_count > WILD_MAX)
		return;
	patterns_seal(&p);
	for (size_t i = 0; i < l->count; i++)
		note_before(f, &l->items[i], &p, everybody ? everybody->count : i);
}

/* Does the profile have any of the tools that the entry names? */
static bool profile_has(const struct dialect *d, const struct tool_set *profile, const char *name)
{
	const struct tool_set *group = tool_set_find(d->groups, name);

	for (const char *const *t = profile->tools; *t; t++) {
		if (!group && pattern_matches(name, *t))
			return true;
		for (const char *const *g = group ? group->tools : NULL; g && *g; g++)
			if (!strcmp(*g, *t))
				return true;
	}
	return false;
}

void find_left_out(const struct findings *f, const struct setting_list *allow,
		   const struct setting *profile)
{
	const struct tool_set *set =
		profile->key ? tool_set_find(f->dialect->profiles, profile->text) : NULL;

	if (f->dialect->flags & DIALECT_ALLOW_WIDENS || !set || !set->tools)
		return;
	for (size_t i = 0; i < allow->count; i++) {
		autofree char *name = tool_normalize(f->dialect, allow->items[i].text);
		autobuf struct buf shown = {0};

		if (name && !profile_has(f->dialect, set, name))
			warnings_add(f->warnings, allow->items[i].pos,
				     "%s: allowing %s does nothing, %s \"%s\" leaves it out",
				     allow->items[i].key,
				     finding_quote(&shown, allow->items[i].text), profile->key,
				     profile->text);
	}
}
