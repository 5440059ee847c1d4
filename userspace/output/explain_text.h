/* SPDX-License-Identifier: GPL-2.0-only */
/* Pieces of text that every part of an explanation prints the same way. */
#ifndef CLAWBPF_OUTPUT_EXPLAIN_TEXT_H
#define CLAWBPF_OUTPUT_EXPLAIN_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "policy/origin.h"
#include "policy/policy.h"

struct text_out {
	FILE *file;
	bool color;
	const char *config; /* the file that is explained: in places its directory is left out */
};

/* What comes from a config, escaped: it stays on its line. */
void text_put(const struct text_out *out, const char *text);
/* How many columns text_put fills, if each character fills one. */
size_t text_width(const char *text);
/* `tools.deny[2] "group:runtime", openclaw.json:12`, or `KEY, default`. */
void text_source(const struct text_out *out, const struct source *s);
/* The same as text of its own. NULL: out of memory. Owned. */
char *origin_text(const struct text_out *out, const struct origin *o);

#endif
