/* SPDX-License-Identifier: GPL-2.0-only */
/* Pieces of answers that more than one command gives. */
#ifndef CLAWBPF_CMD_REPORT_H
#define CLAWBPF_CMD_REPORT_H

#include <stdio.h>

#include "session/selftest.h"
#include "util/json.h"
#include "util/warnings.h"

/* As the member "warnings". */
void report_warnings_json(struct json *j, const struct warnings *w);
/* "Self-test: an exec, a socket, a mount: refused." */
void report_self_test(FILE *out, const enum self_test_result tested[SELF_TEST_COUNT]);

#endif
