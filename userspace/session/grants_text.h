/* SPDX-License-Identifier: GPL-2.0-only */
/* What was approved for always, as the text of its file: read by nobody but session/grants.c. */
#ifndef CLAWBPF_SESSION_GRANTS_TEXT_H
#define CLAWBPF_SESSION_GRANTS_TEXT_H

#include "session/grants.h"
#include "util/buf.h"

/* `text` has a NUL behind it. An error: it is not what grants_to_text writes. */
int grants_from_text(const char *text, size_t len, struct grants *ret, struct err *err);
void grants_to_text(const struct grants *g, struct buf *ret);
/* The error of a file that is not as it was left. */
int grants_damaged(struct err *err, const char *what);

#endif
