/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A record as one JSON object, and back. The log holds these lines, and `audit --json` prints them.
 * Strings that a session chose are written as escape_bytes does: printable whatever reads them, and
 * "\\xNN" for a byte that is not.
 */
#ifndef CLAWBPF_EVENTS_RECORD_JSON_H
#define CLAWBPF_EVENTS_RECORD_JSON_H

#include "events/record.h"
#include "util/buf.h"

/* Adds one line, with its line break. A failed allocation shows in b->failed. */
void record_encode(struct buf *b, const struct record *r);
/* Reads one line, with or without its line break. *r has to be empty. -EBADMSG, -ENOMEM. */
int record_read(struct record *r, const char *line, size_t len);

#endif
