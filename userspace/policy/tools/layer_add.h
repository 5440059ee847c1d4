/* SPDX-License-Identifier: GPL-2.0-only */
/* Adds lists of the config to the layers of a session. For layers.c. */
#ifndef CLAWBPF_POLICY_LAYER_ADD_H
#define CLAWBPF_POLICY_LAYER_ADD_H

#include "policy/tools/tools.h"

/* The pointer holds until the next one is added. NULL: out of memory. */
struct tool_rules *layer_add(struct tool_layers *l);
/* The tools of a profile's name; NULL: not set, or a profile without a limit. */
const struct tool_set *layer_profile(const struct tool_context *ctx, const struct setting *s);

/* Each of these returns 0 or -ENOMEM; `layer` as in struct source. */
int layer_allow(struct tool_rules *rules, const struct tool_context *ctx,
		const struct setting_list *allow, const char *layer);
/* A non-empty allow list is a limit of its own. */
int layer_limit(struct tool_layers *l, const struct tool_context *ctx,
		const struct setting_list *allow, const char *layer);
int layer_limit_profile(struct tool_layers *l, const struct setting *profile,
			const struct tool_set *set, const char *layer);
int layer_deny(struct tool_layers *l, const struct tool_context *ctx,
	       const struct setting_list *deny, const char *layer);
/* Deny and allow, named so. `dropped`: the program itself does not look at them. */
int layer_add_lists(struct tool_layers *l, const struct tool_context *ctx,
		    const struct tool_layer *layer, const char *const names[2], bool dropped);

#endif
