/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A container engine: what it tells of its containers, by itself and when asked. It may come, go
 * and come again; whenever it is back, everything is told anew.
 */
#ifndef CLAWBPF_AGENT_ENGINE_H
#define CLAWBPF_AGENT_ENGINE_H

#include <stdbool.h>

#include "agent/http.h"
#include "policy/container/container_owner.h"

struct engine;

enum engine_list { LIST_BEGIN, LIST_END, LIST_BROKEN };

struct engine_listener {
	void *arg;
	/* A container is there (or f->gone). Borrowed. */
	void (*container)(void *arg, struct engine *e, const struct container_facts *f);
	/* Between begin and end all are told that are there; broken: as many as could be read. */
	void (*list)(void *arg, struct engine *e, enum engine_list what);
	/* It answers, or does not yet or any more, and why. */
	void (*state)(void *arg, struct engine *e, bool up, const char *why);
	/* The answer to engine_ask; NULL: no such container there. */
	void (*answer)(void *arg, struct engine *e, const char *id,
		       const struct container_facts *f);
};

/* Borrows loop, http and listener; copies the socket's path. It begins at once. */
int engine_new(struct loop *loop, struct http *http, const char *socket,
	       const struct engine_listener *listener, struct engine **ret, struct err *err);
void engine_free(struct engine **e);

const char *engine_socket(const struct engine *e);
/* Who may put another socket in its place: 0, or the user whose own engine it is then. */
unsigned int engine_user(const struct engine *e);
/* Asks for one container. */
int engine_ask(struct engine *e, const char *id, struct err *err);
/* Has everything told again. */
void engine_list(struct engine *e);

#endif
