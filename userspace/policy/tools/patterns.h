/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A list of tool patterns, ready to be asked: names and groups by binary search, wildcards one by
 * one. Which entry matches is part of the answer.
 */
#ifndef CLAWBPF_POLICY_PATTERNS_H
#define CLAWBPF_POLICY_PATTERNS_H

#include "policy/dialect/dialect.h"
#include "policy/origin.h"

struct pattern {
	char *text;   /* lower case, alias replaced; owned unless builtin */
	size_t rank;  /* its place in the list; the members of a group share one */
	bool builtin; /* a tool that the dialect knows: from a profile, a group or a default list */
	struct source source;
};

/* Start with `struct patterns p = {0}`, add, then seal, then find. */
struct patterns {
	struct pattern *names; /* owned; sorted once sealed */
	size_t name_count, name_cap;
	struct pattern *wild; /* owned; in order */
	size_t wild_count, wild_cap;
	size_t next_rank;
};

/* Each of these returns 0 or -ENOMEM. */
int patterns_add(struct patterns *p, const struct dialect *d, const char *written,
		 const struct source *source);
/* All entries of a list; `layer` as in struct source. */
int patterns_add_list(struct patterns *p, const struct dialect *d, const struct setting_list *l,
		      const char *layer);
/* Tools of a dialect's table, which all have the same source. tools may be NULL. */
int patterns_add_tools(struct patterns *p, const char *const *tools, const struct source *source);
void patterns_seal(struct patterns *p);
/* The first pattern in the list that matches the tool (in its normal form); NULL = none. Borrowed.
 */
const struct pattern *patterns_find(const struct patterns *p, const char *tool);
void patterns_clear(struct patterns *p);

/* A tool's name in its normal form: trimmed, lower case, alias replaced. NULL: out of memory. */
char *tool_normalize(const struct dialect *d, const char *written);
/* Does `*` in the pattern stand for any run of characters in the name? The rest is literal. */
bool pattern_matches(const char *pattern, const char *name);

#endif
