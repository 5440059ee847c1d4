/* SPDX-License-Identifier: GPL-2.0-only */
/* UTF-8: one character at a time, and text made safe to show. */
#ifndef CLAWBPF_UTIL_UTF8_H
#define CLAWBPF_UTIL_UTF8_H

#include <stddef.h>

#include "util/buf.h"

#define UTF8_REPLACEMENT 0xfffd

/*
 * The character at the start of s and the number of its bytes, 1 to 4. 0: the bytes there are not
 * valid UTF-8 (cut off, overlong, a surrogate, beyond U+10FFFF), or len is 0.
 */
int utf8_decode(const char *s, size_t len, unsigned int *ret_char);
/* Adds a character; a surrogate or a number beyond U+10FFFF becomes U+FFFD. */
void utf8_add(struct buf *b, unsigned int c);
/*
 * Adds the bytes in double quotes, so that they can be shown in a message or on a terminal: quotes,
 * backslashes, control characters, bytes that are no UTF-8 and all else that could fool a reader
 * are escaped; letters of every script stay. After `max` characters "..." ends it; 0: no limit.
 */
void utf8_quote(struct buf *b, const char *s, size_t len, size_t max);

#endif
