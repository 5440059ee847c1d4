/* SPDX-License-Identifier: GPL-2.0-only */
/* A log that was rotated away may have been compressed. */
#ifndef CLAWBPF_EVENTS_LOG_UNPACK_H
#define CLAWBPF_EVENTS_LOG_UNPACK_H

#include "util/err.h"

/*
 * What is in a log that gzip compressed, as an open file without a name; *ret_fd is the caller's,
 * and -1 when the log is as it was written. An error: it is compressed by something else, or
 * broken.
 */
int log_unpack(const char *path, int *ret_fd, struct err *err);

#endif
