/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which bytes may reach a terminal or a line of the log as they are, and how all others are
 * written. A session chooses its file names and arguments: none of them may move the cursor, turn
 * the reading direction or begin a line.
 */
#ifndef CLAWBPF_UTIL_ESCAPE_H
#define CLAWBPF_UTIL_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

/*
 * How many bytes the printable character at `s` has: valid UTF-8, and neither a control character
 * (C0, DEL, C1), a line or paragraph separator, nor invisible or direction-changing formatting.
 * 0: there is none, so that one byte has to be escaped.
 */
size_t escape_printable(const char *s, size_t len);

/*
 * Reversible: "\\" for a backslash, "\n", "\r", "\t", and "\xNN" for each byte of whatever else is
 * not printable. What comes out is printable UTF-8, without a line break.
 */
void escape_bytes(struct buf *b, const char *s, size_t len);
/* The way back. -EINVAL when it is not what escape_bytes writes. */
int unescape_bytes(struct buf *b, const char *s, size_t len);
/* The same for a message of ours: backslashes stay as they are, so there is no way back. */
void escape_message(struct buf *b, const char *s, size_t len);

#endif
