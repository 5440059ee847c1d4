/* SPDX-License-Identifier: GPL-2.0-only */
/* A record as one line for a person. */
#ifndef CLAWBPF_OUTPUT_RECORD_TEXT_H
#define CLAWBPF_OUTPUT_RECORD_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "events/record.h"
#include "util/buf.h"

/* -ENOMEM. What a session chose is escaped: the line stays one line, and moves no cursor. */
int record_print(const struct record *r, FILE *out, bool color);
/* What was tried, why it was refused, and by which key: without time and place. */
void refusal_text(struct buf *b, const struct record *r);

#endif
