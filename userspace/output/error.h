/* SPDX-License-Identifier: GPL-2.0-only */
/* How an error looks to a person, and to a program. */
#ifndef CLAWBPF_OUTPUT_ERROR_H
#define CLAWBPF_OUTPUT_ERROR_H

#include <stdio.h>

#include "util/err.h"

/* "clawbpf: FILE:LINE:COLUMN: KEY: MESSAGE", and what to do about it on a second line. */
void error_print(FILE *out, const struct err *err);
/* {"ok": false, "error": {file, line, column, key, message, fix, code}}; null for what it has not.
 */
void error_print_json(FILE *out, const struct err *err);

#endif
