/* SPDX-License-Identifier: GPL-2.0-only */
/* Which known name did they mean? */
#ifndef CLAWBPF_UTIL_NEAREST_H
#define CLAWBPF_UTIL_NEAREST_H

#include <stddef.h>

/*
 * The name that takes the fewest single-character edits (a swap of neighbours is one) to become
 * `word`, ignoring case; NULL when none is near enough to be a slip of the hand. Borrowed.
 */
const char *nearest_name(const char *word, const char *const *names, size_t count);

#endif
