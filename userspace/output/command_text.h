/* SPDX-License-Identifier: GPL-2.0-only */
/* A command, so that a person can read it, and a shell could take it. */
#ifndef CLAWBPF_OUTPUT_COMMAND_TEXT_H
#define CLAWBPF_OUTPUT_COMMAND_TEXT_H

#include <stddef.h>

#include "util/buf.h"

/* One word: bare, in '...', or with escapes in $'...'. */
void command_word(struct buf *b, const char *word, size_t len);
/* Words with a NUL behind each. */
void command_words(struct buf *b, const char *words, size_t len);

#endif
