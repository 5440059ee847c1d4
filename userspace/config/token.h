/* SPDX-License-Identifier: GPL-2.0-only */
/* The words of JSON5: strings, numbers, keys. */
#ifndef CLAWBPF_CONFIG_TOKEN_H
#define CLAWBPF_CONFIG_TOKEN_H

#include "config/cursor.h"
#include "util/buf.h"
#include "util/warnings.h"

/* At a quote: adds the string's value to `b`, as UTF-8. */
int token_read_string(struct cursor *cur, struct buf *b, struct warnings *w);
/* At anything: a key without quotes (an ECMAScript IdentifierName). */
int token_read_name(struct cursor *cur, struct buf *b);
/* At a digit, a sign or a point; the value is the double that JavaScript would make of it. */
int token_read_number(struct cursor *cur, double *ret);

#endif
