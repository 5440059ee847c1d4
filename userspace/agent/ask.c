// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does an engine know of a container that it may be about to start?
 *
 * Docker's list of containers needs no lock of theirs, unlike an inspection. podman's does, but
 * what it has told of a container's creation can be asked for once more. So both are asked for, and
 * what comes first counts.
 */
#include "agent/ask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/facts.h"
#include "util/buf.h"
#include "util/cleanup.h"

#define ANSWER_MS 10000
#define ASKS_MAX  64
#define BODY_MAX  (1 << 20) /* what an engine tells of one container is far less */

/* {"id":["%s"]}; {"container":["%s"],"event":["create"]}, and what comes after, which ends no
 * answer: until when they are told cannot be said to podman without a race. */
#define LIST_PATH "/containers/json?all=1&filters=%%7B%%22id%%22%%3A%%5B%%22%s%%22%%5D%%7D"
#define EVENTS_PATH                                                                                \
	"/events?since=1&filters=%%7B%%22container%%22%%3A%%5B%%22%s%%22%%5D%%2C"                  \
	"%%22event%%22%%3A%%5B%%22create%%22%%5D%%7D"

enum part { PART_LIST, PART_EVENTS, PART_COUNT };

struct ask;

struct part_state {
	struct ask *ask;
	struct http_get *get;
	struct buf body;
	struct container_facts told; /* by an event */
};

struct ask {
	struct asks *all;
	struct part_state part[PART_COUNT];
	char id[65];
};

struct asks {
	struct http *http;
	const char *socket;
	const struct ask_listener *listener;
	struct timer *told;
	struct ask items[ASKS_MAX];
};

static bool ask_busy(const struct ask *a)
{
	return a->part[PART_LIST].get || a->part[PART_EVENTS].get;
}

static void ask_clear(struct ask *a)
{
	for (size_t i = 0; i < PART_COUNT; i++) {
		http_stop(a->all->http, &a->part[i].get);
		buf_free(&a->part[i].body);
		container_facts_clear(&a->part[i].told);
	}
}

static void part_data(void *arg, const char *bytes, size_t len)
{
	struct part_state *p = arg;

	p->body.failed |= p->body.len + len > BODY_MAX;
	buf_add(&p->body, bytes, len);
}

/* f: what was told; NULL: there is none. Nothing more is asked. */
static void ask_answered(struct ask *a, const struct container_facts *f)
{
	const struct ask_listener *l = a->all->listener;
	char id[65];

	memcpy(id, a->id, sizeof(id));
	ask_clear(a);
	l->answer(l->arg, id, f);
}

struct found {
	const char *id;
	struct container_facts facts;
	int r;
};

/* Of a list of one at most: the engine was asked for this very id. */
static void found_in_list(void *arg, const struct container_facts *f)
{
	struct found *found = arg;

	if (strcmp(f->id, found->id) != 0 || found->facts.id)
		return;
	found->r = container_facts_copy(&found->facts, f);
}

static void list_end(void *arg, long status, const char *why)
{
	struct part_state *p = arg;
	struct ask *a = p->ask;
	struct found found = {.id = a->id};
	int r = -EIO;

	(void)why;
	p->get = NULL;
	if (status == HTTP_NOBODY) {
		ask_answered(a, NULL);
		return;
	}
	if (status == 200 && !p->body.failed)
		r = facts_of_list(p->body.data, p->body.len, found_in_list, &found);
	buf_free(&p->body);
	if (!r && !found.r)
		ask_answered(a, found.facts.id ? &found.facts : NULL);
	container_facts_clear(&found.facts);
}

/* The first line, since it was made once. What is told here is answered when libcurl is done. */
static void events_data(void *arg, const char *bytes, size_t len)
{
	struct container_facts f autodestroy(container_facts_clear) = {0};
	struct part_state *p = arg;
	const char *end;

	if (p->told.id || p->body.len + len > BODY_MAX)
		return;
	buf_add(&p->body, bytes, len);
	end = p->body.failed ? NULL : memchr(p->body.data, '\n', p->body.len);
	if (!end || facts_of_event(p->body.data, (size_t)(end - p->body.data), &f) || !f.id ||
	    strcmp(f.id, p->ask->id) != 0)
		return;
	p->told = f;
	f = (struct container_facts){0};
	loop_timer_set(p->ask->all->told, 0);
}

static void events_told(void *arg)
{
	struct asks *all = arg;

	for (size_t i = 0; i < ASKS_MAX; i++) {
		struct container_facts f autodestroy(container_facts_clear) =
			all->items[i].part[PART_EVENTS].told;

		all->items[i].part[PART_EVENTS].told = (struct container_facts){0};
		if (f.id)
			ask_answered(&all->items[i], &f);
	}
}

static void events_end(void *arg, long status, const char *why)
{
	struct part_state *p = arg;

	(void)status;
	(void)why;
	p->get = NULL;
	buf_free(&p->body);
}

static int part_start(struct ask *a, enum part which, const char *path,
		      void (*end)(void *arg, long status, const char *why), struct err *err)
{
	struct part_state *p = &a->part[which];
	const struct http_request request = {.socket = a->all->socket,
					     .path = path,
					     .timeout_ms = ANSWER_MS,
					     .arg = p,
					     .data = which == PART_LIST ? part_data : events_data,
					     .end = end};

	*p = (struct part_state){.ask = a};
	return http_start(a->all->http, &request, &p->get, err);
}

int asks_start(struct asks *all, const char *id, struct err *err)
{
	struct ask *a = NULL;
	char path[300];
	int r;

	for (size_t i = 0; i < ASKS_MAX; i++) {
		bool busy = ask_busy(&all->items[i]);

		if (busy && !strcmp(all->items[i].id, id))
			return 0;
		if (!busy)
			a = &all->items[i];
	}
	if (!a)
		return err_set(err, EAGAIN, "too many containers are asked for at a time");
	a->all = all;
	snprintf(a->id, sizeof(a->id), "%s", id);
	snprintf(path, sizeof(path), LIST_PATH, id);
	r = part_start(a, PART_LIST, path, list_end, err);
	if (r)
		return r;
	snprintf(path, sizeof(path), EVENTS_PATH, id);
	r = part_start(a, PART_EVENTS, path, events_end, err);
	if (r)
		ask_clear(a);
	return r;
}

int asks_new(struct loop *loop, struct http *http, const char *socket,
	     const struct ask_listener *listener, struct asks **ret, struct err *err)
{
	struct asks *a autodestroy(asks_free) = calloc(1, sizeof(*a));
	int r;

	if (!a)
		return err_set(err, ENOMEM, "out of memory");
	*a = (struct asks){.http = http, .socket = socket, .listener = listener};
	for (size_t i = 0; i < ASKS_MAX; i++)
		a->items[i].all = a;
	r = loop_timer_new(loop, events_told, a, &a->told, err);
	if (!r)
		*ret = TAKE_PTR(a);
	return r;
}

void asks_free(struct asks **p)
{
	if (!*p)
		return;
	for (size_t i = 0; i < ASKS_MAX; i++)
		ask_clear(&(*p)->items[i]);
	loop_timer_free(&(*p)->told);
	free(*p);
	*p = NULL;
}
