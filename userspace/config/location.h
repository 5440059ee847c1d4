/* SPDX-License-Identifier: GPL-2.0-only */
/* Which file is meant by a path on the command line, or in a config? */
#ifndef CLAWBPF_CONFIG_LOCATION_H
#define CLAWBPF_CONFIG_LOCATION_H

#include "config/sources.h"
#include "util/err.h"

/*
 * Both make an absolute path without ".", ".." and "//", owned by the caller; "~" and "~/x" start
 * at $HOME, which is asked of the sources. Symlinks stay: a config that is a link includes what
 * lies beside the link. Errors: -ENOENT (no HOME, or no working directory), -ENOMEM.
 */
/* As the shell means it: relative to the working directory. */
int location_absolute(struct sources *s, const char *path, char **ret, struct err *err);
/* As a config means it: relative to the file that it stands in, whose path is absolute. */
int location_beside(struct sources *s, const char *file, const char *path, char **ret,
		    struct err *err);

#endif
