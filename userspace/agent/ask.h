/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Questions to an engine about one container each. Whoever starts that container may hold its lock,
 * and wait for our answer: only what an engine tells without that lock is asked for.
 */
#ifndef CLAWBPF_AGENT_ASK_H
#define CLAWBPF_AGENT_ASK_H

#include "agent/http.h"
#include "policy/container/container_owner.h"

struct asks;

struct ask_listener {
	void *arg;
	/* Once for a question that was answered; NULL: the engine has no such container. */
	void (*answer)(void *arg, const char *id, const struct container_facts *f);
};

/* Borrows loop, http, socket and listener. */
int asks_new(struct loop *loop, struct http *http, const char *socket,
	     const struct ask_listener *listener, struct asks **ret, struct err *err);
void asks_free(struct asks **a);
/* Nothing happens while the same is asked already. */
int asks_start(struct asks *a, const char *id, struct err *err);

#endif
