/* SPDX-License-Identifier: GPL-2.0-only */
/* Where plans are kept, which nobody but us may have written. */
#ifndef CLAWBPF_SESSION_PLAN_FILE_H
#define CLAWBPF_SESSION_PLAN_FILE_H

#include <sys/types.h>

#include "util/buf.h"

/* The caller's. -1: there is none, or others may go there. */
int plan_folder_open(const char *path);
/* Whole under its name, or not at all. Whoever writes has LOCK_CHANGE. */
void plan_file_write(int dir, const char *name, const struct buf *b);
/* At most PLAN_MAX bytes. -1: there is none, or it is no file of ours alone. */
ssize_t plan_file_read(int dir, const char *name, char *bytes);

#endif
