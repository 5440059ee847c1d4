/* SPDX-License-Identifier: GPL-2.0-only */
/* Paths of the file system, as text and as what they lead to. */
#ifndef CLAWBPF_UTIL_PATH_H
#define CLAWBPF_UTIL_PATH_H

#include <stdbool.h>

/*
 * The absolute path without ".", "..", "//" and a trailing slash; symlinks are not looked at.
 * NULL: not absolute, or out of memory. Owned by the caller.
 */
char *path_canonical(const char *path);
/*
 * The same after following symlinks, as far as the path exists: the deepest ancestor that is there
 * is resolved, the rest is kept. NULL: not absolute, a loop of links, or out of memory. Owned.
 */
char *path_real(const char *path);
/* An O_PATH descriptor of what is there; -1: nothing, or a symlink is on the way. */
int path_open_plain(const char *path);
/* Is `path` the directory or below it? Both canonical. */
bool path_is_below(const char *path, const char *directory);

#endif
