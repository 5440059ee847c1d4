/* SPDX-License-Identifier: GPL-2.0-only */
/* Columns that line up. What does not come from us is escaped on the way in. */
#ifndef CLAWBPF_OUTPUT_TABLE_H
#define CLAWBPF_OUTPUT_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "output/style.h"

#define TABLE_COLUMNS 8

/* Start with `struct table t = {.columns = 3}`; the last column is not padded. */
struct table {
	unsigned int columns;
	struct table_cell *cells; /* owned, row by row */
	size_t count;
	bool failed; /* for want of memory: printing says so */
};

/* The next cell, from left to right, row after row. NULL: "-". */
void table_add(struct table *t, enum style style, const char *text);
void table_addf(struct table *t, enum style style, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Every row on a line that begins with `indent` spaces; -ENOMEM. */
int table_print(const struct table *t, FILE *out, bool color, int indent);
void table_free(struct table *t);
#define autotable __attribute__((cleanup(table_free)))

#endif
