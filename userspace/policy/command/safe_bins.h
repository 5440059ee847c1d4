/* SPDX-License-Identifier: GPL-2.0-only */
/* Programs that only read their input (head, wc): which calls of them need no entry in a list? */
#ifndef CLAWBPF_POLICY_SAFE_BINS_H
#define CLAWBPF_POLICY_SAFE_BINS_H

#include "policy/command/executable.h"

struct safe_bins {
	const char *const *names; /* lower case, NULL-ended */
	const char *const *dirs;  /* where the program must lie; NULL: anywhere */
};

extern const char *const safe_bins_clawdbot[], *const safe_bins_openclaw[];
extern const char *const safe_bin_dirs[]; /* folders that only the system writes to */

/*
 * clawdbot's rule: any program of that name, unless an argument names a file or looks like one.
 * `file` is the program; argv[0] is its name.
 */
bool safe_bins_allow_loosely(const struct safe_bins *s, const struct exec_place *p,
			     const char *file, char *const *argv);
/* The other rule: only options that are known, and no file at all. `file` has no symlinks left. */
bool safe_bins_allow(const struct safe_bins *s, const char *file, char *const *argv);

#endif
