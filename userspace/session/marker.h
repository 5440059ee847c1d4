/* SPDX-License-Identifier: GPL-2.0-only */
/* Which config is loaded? A hint that everybody may read; the truth is in the maps, for root. */
#ifndef CLAWBPF_SESSION_MARKER_H
#define CLAWBPF_SESSION_MARKER_H

#include "util/err.h"

int marker_write(const char *config, struct err *err);
/* The path is owned by the caller. -ENOENT: nothing was loaded since the machine started. */
int marker_read(char **ret_config, struct err *err);
void marker_remove(void);

#endif
