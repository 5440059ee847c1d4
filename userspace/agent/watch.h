/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Keeps the kernel's knowledge of containers in line with the engines': whose each is, before it
 * starts if it can be, and else while it waits.
 */
#ifndef CLAWBPF_AGENT_WATCH_H
#define CLAWBPF_AGENT_WATCH_H

#include <stdbool.h>
#include <stdio.h>

#include "abi/policy.h"
#include "agent/loop.h"

struct watch;

/* sockets: of the engines, NULL-ended. Borrows loop and out. */
int watch_new(struct loop *loop, const char *const *sockets, FILE *out, struct watch **ret,
	      struct err *err);
void watch_free(struct watch **w);

/* A policy is enforced, or none is any more. */
void watch_loaded(struct watch *w, bool yes);
/* The kernel asks whose a cgroup is. */
void watch_call(struct watch *w, const struct call *c);
/* To be called now and then: a question of the kernel may have been lost. */
void watch_tick(struct watch *w);
/* An end in good order: containers that are made from now on are nobody's business. */
void watch_end(struct watch *w);

#endif
