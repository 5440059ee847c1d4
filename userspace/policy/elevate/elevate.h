/* SPDX-License-Identifier: GPL-2.0-only */
/* May this very command of a session run outside of its sandbox, and does somebody have to say so?
 */
#ifndef CLAWBPF_POLICY_ELEVATE_H
#define CLAWBPF_POLICY_ELEVATE_H

#include "policy/dialect/dialect.h"
#include "policy/command/trusted.h"

struct elevate_request {
	const char *sender;  /* "telegram:123": who wrote what is answered; NULL: nobody says */
	char *const *argv;   /* NULL-ended */
	const char *cwd;     /* absolute */
	const char *home;    /* of whoever it would run as */
	const char *session; /* canonical key */
};

enum elevate_outcome {
	ELEVATE_REFUSED,
	ELEVATE_STAYS, /* no pattern is for it: it runs where all commands of the session do */
	ELEVATE_ASKS,
	ELEVATE_RUNS,
};

struct elevate_answer {
	enum elevate_outcome outcome;
	/* Unless refused: what let it pass, the config's pattern or the product's rules. */
	char *by;     /* owned */
	char *by_key; /* owned */
	/* Why it is refused or stays. */
	const char *gate; /* static: "enabled", "provider", "allowFrom", "exec", "program" */
	char *key;        /* owned: the config key to change */
	struct pos pos;
	char *why;                      /* owned */
	struct trusted_program program; /* when it may run */
};

int elevate_ask(const struct config *c, const struct policy *p, const struct elevate_request *rq,
		struct elevate_answer *ret, struct err *err);
void elevate_clear(struct elevate_answer *a);

/* Seconds until a request that nobody answers is denied. */
unsigned int elevate_timeout(const struct config *c);

/* The session's policy on the host: what is denied stays denied, the sandbox is gone. */
void elevate_policy(struct policy *p);

#endif
