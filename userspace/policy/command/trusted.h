/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which file is meant by the name of a program that is to run on the host? By a PATH of our own,
 * and only what nobody but root can change: the file, each folder on the way, each link.
 */
#ifndef CLAWBPF_POLICY_TRUSTED_H
#define CLAWBPF_POLICY_TRUSTED_H

#include <stdbool.h>

#include "util/err.h"

#define TRUSTED_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

struct trusted_program {
	char *path; /* owned: as it was found, which may be a link */
	unsigned long long dev, ino, size, mtime_ns, ctime_ns; /* of the file itself */
};

/*
 * `wanted` is a name or an absolute path, as the pattern has it; `called`, as the command has it,
 * has to be the same file. -ENOENT: there is none; -EPERM: it is not root's alone.
 */
int trusted_find(const char *wanted, const char *called, struct trusted_program *ret,
		 struct err *err);
/* Can nobody but root change what is in that folder? */
bool trusted_folder(const char *path);
/* Is it the very same file still? */
int trusted_same(const struct trusted_program *a, const struct trusted_program *b);
void trusted_clear(struct trusted_program *p);

#endif
