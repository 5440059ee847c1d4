/* SPDX-License-Identifier: GPL-2.0-only */
/* A command, so that a person can read it, and a shell could take it. */
#ifndef CLAWBPF_OUTPUT_COMMAND_TEXT_H
#define CLAWBPF_OUTPUT_COMMAND_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

/* One word: bare, in '...', or with escapes in $'...'. */
void command_word(struct buf *b, const char *word, size_t len);
/* Words with a NUL behind each. */
void command_words(struct buf *b, const char *words, size_t len);

/* What is said of one that is not, behind `first`, and in its second line behind `next`. */
bool command_is_ascii(const char *words, size_t len);
#define COMMAND_NOT_ASCII(first, next)                                                             \
	first "Not all of its letters are ASCII: what looks like one of these, or like the end"    \
	      " of a word," next "may be another."

#endif
