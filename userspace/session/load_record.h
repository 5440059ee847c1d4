/* SPDX-License-Identifier: GPL-2.0-only */
/* What is enforced, since when and by whom: a line of the trail. */
#ifndef CLAWBPF_SESSION_LOAD_RECORD_H
#define CLAWBPF_SESSION_LOAD_RECORD_H

#include "events/record.h"
#include "util/err.h"

/* RECORD_LOADED or RECORD_UNLOADED, by the caller. config, how: NULL: not known, nothing. */
int load_record(enum record_type type, const char *config, u64 generation, const char *how,
		struct err *err);

#endif
