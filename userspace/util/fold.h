/* SPDX-License-Identifier: GPL-2.0-only */
/* Text without the space around it, and in lower case: as the products compare names. */
#ifndef CLAWBPF_UTIL_FOLD_H
#define CLAWBPF_UTIL_FOLD_H

#include <stddef.h>

/* Leaves out what ECMAScript takes for space at both ends: *text and *len become smaller. */
void text_trim(const char **text, size_t *len);
/*
 * In lower case, letters of every script, character by character: nothing depends on the locale.
 * Bytes that are no UTF-8 stay. NULL: out of memory. Owned.
 */
char *text_lower(const char *text, size_t len);
/* Both, of a string; NULL is taken for "". */
char *text_fold(const char *text);
/* The first alone. */
char *text_trimmed(const char *text);

#endif
