// SPDX-License-Identifier: GPL-2.0-only
/* How does a list of the config become a layer of tool policy? */
#include "policy/tools/layer_add.h"

#include <errno.h>
#include <stdlib.h>

struct tool_rules *layer_add(struct tool_layers *l)
{
	if (l->count == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 8;
		struct tool_rules *rules = reallocarray(l->rules, cap, sizeof(*rules));

		if (!rules)
			return NULL;
		l->rules = rules;
		l->cap = cap;
	}
	l->rules[l->count] = (struct tool_rules){0};
	return &l->rules[l->count++];
}

const struct tool_set *layer_profile(const struct tool_context *ctx, const struct setting *s)
{
	const struct tool_set *set;

	set = s->key ? tool_set_find(ctx->dialect->profiles, s->text) : NULL;
	return set && set->tools ? set : NULL;
}

int layer_allow(struct tool_rules *rules, const struct tool_context *ctx,
		const struct setting_list *allow, const char *layer)
{
	return patterns_add_list(&rules->allow, ctx->dialect, allow, layer);
}

int layer_limit(struct tool_layers *l, const struct tool_context *ctx,
		const struct setting_list *allow, const char *layer)
{
	struct tool_rules *rules;

	if (!allow->count)
		return 0;
	rules = layer_add(l);
	if (!rules)
		return -ENOMEM;
	rules->limited = true;
	rules->limit = source_of_list(allow, layer);
	if (layer_allow(rules, ctx, allow, layer))
		return -ENOMEM;
	/* Blank entries alone are no list to a program: it allows everything. */
	rules->dropped = !rules->allow.name_count && !rules->allow.wild_count;
	return 0;
}

int layer_limit_profile(struct tool_layers *l, const struct setting *profile,
			const struct tool_set *set, const char *layer)
{
	struct tool_rules *rules = layer_add(l);
	struct source s = source_of_setting(profile, layer);

	if (!rules)
		return -ENOMEM;
	rules->limited = true;
	rules->limit = s;
	return patterns_add_tools(&rules->allow, set->tools, &s);
}

int layer_deny(struct tool_layers *l, const struct tool_context *ctx,
	       const struct setting_list *deny, const char *layer)
{
	struct tool_rules *rules;

	if (!deny->count)
		return 0;
	rules = layer_add(l);
	return rules ? patterns_add_list(&rules->deny, ctx->dialect, deny, layer) : -ENOMEM;
}

int layer_add_lists(struct tool_layers *l, const struct tool_context *ctx,
		    const struct tool_layer *layer, const char *const names[2], bool dropped)
{
	size_t before = l->count;
	int r = layer_deny(l, ctx, &layer->deny, names[0]);

	if (!r)
		r = layer_limit(l, ctx, &layer->allow, names[1]);
	if (!r && layer->allow.count)
		r = layer_allow(&l->rules[l->count - 1], ctx, &layer->also_allow, names[1]);
	for (size_t i = before; i < l->count; i++)
		l->rules[i].dropped = dropped || l->rules[i].dropped;
	return r;
}
