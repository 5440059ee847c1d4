/* SPDX-License-Identifier: GPL-2.0-only */
/* All of it, or an error. */
#ifndef CLAWBPF_UTIL_WHOLE_H
#define CLAWBPF_UTIL_WHOLE_H

#include <stddef.h>

/*
 * Writes all bytes at once to a file. 0 or -errno; -ENOSPC where only some went in, which is how a
 * full disk begins: those are there.
 */
int whole_write(int fd, const void *bytes, size_t len);

#endif
