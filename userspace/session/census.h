/* SPDX-License-Identifier: GPL-2.0-only */
/* Who is in which session, and what leads to it? */
#ifndef CLAWBPF_SESSION_CENSUS_H
#define CLAWBPF_SESSION_CENSUS_H

#include <stddef.h>

#include "kernel/kernel.h"

struct session_use {
	u32 session;
	unsigned int processes;  /* in the session */
	unsigned int cgroups;    /* by which one can enter it */
	unsigned int containers; /* known to be its, whether they run or not */
};

/* One for each registered session, by ascending number. */
struct census {
	struct session_use *items; /* owned */
	size_t count;
};

/* All of it in one go. Who acts on it holds LOCK_CHANGE. */
int census_take(const struct kernel *k, struct census *ret, struct err *err);
void census_clear(struct census *c);
/* NULL: no such session is registered. Valid as long as the census. */
const struct session_use *census_find(const struct census *c, u32 session);
/* Nobody is in it, and nobody could come. */
bool session_is_over(const struct session_use *use);
/* It is registered, and not over. */
bool census_goes_on(const struct census *c, u32 session);

#endif
