/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a decision comes from, before it is copied into a policy. */
#ifndef CLAWBPF_POLICY_ORIGIN_H
#define CLAWBPF_POLICY_ORIGIN_H

#include "config/config.h"
#include "policy/policy.h"

/* A struct origin that owns nothing: it points into the config, a dialect, or the program itself.
 */
struct source {
	const char *layer; /* static: "tools.deny" */
	const char *key;
	struct pos pos; /* line 0: a built-in default */
	const char *text;
};

struct source source_of_setting(const struct setting *s, const char *layer);
struct source source_of_list(const struct setting_list *l, const char *layer);
/* A default that `key` would change. */
struct source source_of_default(const char *key, const char *layer);

/* 0 or -ENOMEM. */
int origin_copy(struct origin *ret, const struct source *s);

#endif
