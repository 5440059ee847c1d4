/* SPDX-License-Identifier: GPL-2.0-only */
/* Would the product of a dialect take this config at all, and where is it laxer than we are? */
#ifndef CLAWBPF_POLICY_PRODUCT_H
#define CLAWBPF_POLICY_PRODUCT_H

#include "policy/dialect/dialect.h"

/* What it says against the config, in its own words where they are known. None: it accepts it. */
void product_problems(const struct config *c, struct warnings *ret);
/* The same of any product: an index of words_dialect, but not native. */
void product_problems_of(const struct config *c, int product, struct warnings *ret);
/* In product_notes.c: what it does that its words do not tell, less safe than it looks. */
void product_notes(const struct config *c, struct warnings *ret);
/* Where its explain says of a session what its gateway does not do. */
struct product_view;
void product_session_notes(const struct product_view *v, struct warnings *ret);
/* Adds to an error about a bind what the product makes of it. Returns -err->code. */
int product_note_bind(const struct config *c, struct err *err);
/* Was the dialect asked for in so many words, and would its product refuse the config? */
bool product_refuses(const struct config *c);
/*
 * What becomes of a config that it refuses: it may go on without any. NULL: it accepts it, or does
 * not start.
 */
const char *product_consequence(const struct config *c, const struct warnings *problems);

/* Would the product give the tool, which is denied here by the same key as `like`? */
bool product_is_laxer(const struct tool_verdict *v, const struct tool_verdict *like);
/* Is this tool the first one of those of its key? */
bool product_is_first(const struct policy *p, size_t tool);

#endif
