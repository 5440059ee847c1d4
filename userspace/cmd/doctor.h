/* SPDX-License-Identifier: GPL-2.0-only */
/* The checks of `clawbpf doctor`: what enforcing needs, and what to do when it is not there. */
#ifndef CLAWBPF_CMD_DOCTOR_H
#define CLAWBPF_CMD_DOCTOR_H

#include "kernel/host.h"

enum finding_state {
	FINDING_OK,
	FINDING_NOTE,    /* works, but look at it: something is not covered */
	FINDING_UNKNOWN, /* cannot be told from here */
	FINDING_MISSING,
};

struct finding {
	enum finding_state state;
	char text[512];    /* what was found */
	char remedy[1024]; /* what to do; "" when there is nothing to do */
};

struct doctor_row {
	const char *id; /* stable: programs look for it */
	const char *title;
	bool needed; /* missing: nothing can be enforced */
	void (*probe)(const struct host *h, struct finding *f);
};

/* What a probe says. */
void __attribute__((format(printf, 3, 4)))
finding_found(struct finding *f, enum finding_state state, const char *fmt, ...);
void __attribute__((format(printf, 2, 3))) finding_remedy(struct finding *f, const char *fmt, ...);
/* `list` is what is active: how `lsm` comes into it, where the kernel's command line is kept. */
void lsm_remedy(const struct host *h, const char *list, const char *lsm, struct finding *f);

/* In doctor_parts.c: what only a part of clawbpf needs, or only some kernels have. */
void probe_ftrace(const struct host *h, struct finding *f);
void probe_preemption(const struct host *h, struct finding *f);
void probe_bubblewrap(const struct host *h, struct finding *f);
void probe_user_namespaces(const struct host *h, struct finding *f);
void probe_landlock(const struct host *h, struct finding *f);
void probe_engines(const struct host *h, struct finding *f);
void probe_sqlite(const struct host *h, struct finding *f);

/* Ended by an empty row. Each later one may count on those before it having been told. */
extern const struct doctor_row doctor_rows[];

#endif
