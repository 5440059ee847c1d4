/* SPDX-License-Identifier: GPL-2.0-only */
/* Who may change what at a time. */
#ifndef CLAWBPF_KERNEL_LOCK_H
#define CLAWBPF_KERNEL_LOCK_H

#include "util/err.h"

/* World-readable; what is in it says for itself who may read it. Whoever needs it makes it. */
#define RUN_FOLDER "/run/clawbpf"
/* Root's, and from load on of no session: who can open a lock can hold it for ever. */
#define OWN_FOLDER "/var/lib/clawbpf"

enum lock {
	LOCK_CHANGE, /* load, unload, the registration of sessions */
	LOCK_AGENT,  /* being the agent: held as long as it runs */
	LOCK_RING,   /* reading the ring buffer; where both are held, LOCK_CHANGE is taken first */
	LOCK_APPROVALS, /* the requests and what was said to them; the last to be taken */
};

/* Makes all of them, as far as there is room: a name that is taken is nobody else's to take. */
void lock_prepare(void);
/* -EBUSY: somebody else has it. */
int lock_try(enum lock which, int *ret_fd, struct err *err);
/* Waits for the lock. The descriptor holds it, and is the caller's; programs do not inherit it. */
int lock_take(enum lock which, int *ret_fd, struct err *err);

#endif
