/* SPDX-License-Identifier: GPL-2.0-only */
/* From the kernel to the log, all the time; through loads and unloads. */
#ifndef CLAWBPF_AGENT_FEED_H
#define CLAWBPF_AGENT_FEED_H

#include <stdbool.h>
#include <stdio.h>

#include "abi/policy.h"
#include "agent/loop.h"

struct feed;

struct feed_listener {
	void *arg;
	/* A policy is enforced, or none is any more. */
	void (*loaded)(void *arg, bool yes);
	/* The kernel asks. */
	void (*call)(void *arg, const struct call *c);
};

int feed_new(struct loop *loop, const struct feed_listener *listener, FILE *out, struct feed **ret,
	     struct err *err);
void feed_free(struct feed **feed);
/* To be called every second: is still the same policy's kernel side there? Is the disk full? */
void feed_tick(struct feed *feed);
/* Now and then: labels whoever missed his, so that the kernel need not look for them any more. */
void feed_look(struct feed *feed);

#endif
