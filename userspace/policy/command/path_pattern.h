/* SPDX-License-Identifier: GPL-2.0-only */
/* Does a pattern of an exec allowlist match the path of a program? */
#ifndef CLAWBPF_POLICY_PATH_PATTERN_H
#define CLAWBPF_POLICY_PATH_PATTERN_H

#include <stdbool.h>

#include "util/err.h"

/*
 * `*` any run but of slashes, `**` any but of line ends, `?` one character but a slash; the rest is
 * itself, in that case. The whole path. -ENOMEM, or -EINVAL for a pattern too large to be asked.
 */
int path_pattern_matches(const char *pattern, const char *path, bool *ret);
/*
 * As clawdbot makes a regular expression of it, in any case: it means to escape the characters
 * that are special there, and does not. `.` is any character, `+` repeats, `|` is a choice of which
 * either half may match from one end only. -EINVAL with the program's own words for what it cannot
 * compile, and -ENOTSUP for what is not followed here (back references).
 */
int path_pattern_matches_loosely(const char *pattern, const char *path, bool *ret, struct err *err);

#endif
