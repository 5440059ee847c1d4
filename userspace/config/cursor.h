/* SPDX-License-Identifier: GPL-2.0-only */
/* Where are we in a JSON5 text, and which character is next? */
#ifndef CLAWBPF_CONFIG_CURSOR_H
#define CLAWBPF_CONFIG_CURSOR_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

/* Values of `c` that are no character. */
#define CURSOR_END 0xffffffffu /* behind the text */
#define CURSOR_BAD 0xfffffffeu /* a byte that is not valid UTF-8 */

struct cursor {
	const char *at, *end; /* borrowed text */
	unsigned int c;       /* the character at `at` */
	size_t size;          /* its bytes; 0 at the end */
	struct pos pos;       /* its place */
	struct err *err;
};

/* A byte order mark at the start is no character of the text: it counts in no column. */
void cursor_start(struct cursor *cur, const char *file, const char *text, size_t len,
		  struct err *err);
/* To the next character. LF, CR and CRLF end a line, as editors count them. */
void cursor_next(struct cursor *cur);
/* The byte behind the current character, or -1. */
int cursor_peek(const struct cursor *cur);
/* Skips white space and comments. */
int cursor_skip_space(struct cursor *cur);
/* LF, CR, U+2028 or U+2029. */
bool cursor_at_line_end(const struct cursor *cur);
/* May the current character begin, or go on with, a word that is not in quotes? */
bool cursor_at_word_start(const struct cursor *cur);
bool cursor_at_word(const struct cursor *cur);
/* Fails with "expected <expected>, found <what is there>"; a bad byte is its own error. */
int cursor_expected(struct cursor *cur, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
