/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was found out when a session was first run: kept under /run, so that the next run of it
 * reads no config. Good for the policy that was enforced then and for this very program.
 */
#ifndef CLAWBPF_SESSION_PLAN_H
#define CLAWBPF_SESSION_PLAN_H

#include "kernel/kernel.h"
#include "policy/sandbox/box.h"

struct plan {
	char *key, *agent; /* owned: of the session, as it is registered */
	u32 session;       /* the number that it had then: it may have another by now */
	u64 policy;
	struct box *box; /* owned; NULL: the session is not sandboxed */
	char *box_user;  /* owned: what box->user is borrowed from */
};

/* The file of the program that plans are made by: what has another is not good. */
extern const char *plan_program;

/* NULL: there is none that is good now; no failure is worth a word. Owned. */
struct plan *plan_read(const struct kernel *k, const char *session);
/* `session`: the key as the caller gives it. */
void plan_write(const struct kernel *k, const char *session, const struct plan *p);
void plan_free(struct plan **p);

#define autoplan __attribute__((cleanup(plan_free)))

#endif
