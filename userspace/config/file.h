/* SPDX-License-Identifier: GPL-2.0-only */
/* What is in a config file, and may it be believed? */
#ifndef CLAWBPF_CONFIG_FILE_H
#define CLAWBPF_CONFIG_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "util/err.h"

/*
 * Reads a whole regular file of at most JSON5_MAX_SIZE bytes; *ret_text has a NUL behind it and is
 * the caller's. Symlinks are followed. With `trusted`, the file that was opened must belong to root
 * or to the caller, and nobody else may write it. The caller is the real user; for root under sudo,
 * also the user who called sudo (SUDO_UID, which only somebody who is root already can forge).
 * The folders on the way are not judged here (see folders.h): who can swap a file for another can
 * only swap it for one that passes the same test.
 */
int file_read(const char *path, bool trusted, char **ret_text, size_t *ret_len, struct err *err);
/* Root, or the caller: see above. */
bool file_owner_trusted(uid_t owner);
/* The same, trusted, of a file that may also belong to `owner`. */
int file_read_of(const char *path, uid_t owner, char **ret_text, size_t *ret_len, struct err *err);
/*
 * May what is at a path be believed, that somebody else reads? By the same rules; `type` is S_IFREG
 * or S_IFDIR. -ENOENT: nothing is there.
 */
int file_trust(const char *path, mode_t type, uid_t owner, struct stat *ret, struct err *err);

#endif
