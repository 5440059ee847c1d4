// SPDX-License-Identifier: GPL-2.0-only
/* Which containers does an engine have, and how does one hear of a new one? */
#include "agent/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/facts.h"
#include "util/buf.h"
#include "util/cleanup.h"

/* {"type":["container"],"event":["create","start","destroy","remove"]}: podman says "remove". */
#define EVENTS_PATH                                                                                \
	"/events?filters=%7B%22type%22%3A%5B%22container%22%5D%2C%22event%22%3A%5B%22create%22%2C" \
	"%22start%22%2C%22destroy%22%2C%22remove%22%5D%7D"
#define LIST_PATH "/containers/json?all=1"

#define RETRY_MS     1000
#define LIST_MS      60000 /* events can be lost: look again from time to time */
#define ANSWER_MS    5000
#define LINE_MAX_LEN (1 << 20)
#define ASKS_MAX     64

struct ask {
	struct engine *engine;
	struct http_get *get;
	struct buf body;
	char id[65];
};

struct engine {
	struct http *http;
	const struct engine_listener *listener;
	char *socket;
	struct timer *retry, *again;
	struct http_get *events, *list;
	struct buf line, body;
	struct ask asks[ASKS_MAX];
	bool up;
};

const char *engine_socket(const struct engine *e)
{
	return e->socket;
}

/* --- all of them ------------------------------------------------------------------------------ */

static void list_one(void *arg, const struct container_facts *f)
{
	struct engine *e = arg;

	e->listener->container(e->listener->arg, e, f);
}

static void list_data(void *arg, const char *bytes, size_t len)
{
	struct engine *e = arg;

	buf_add(&e->body, bytes, len);
}

static void list_end(void *arg, long status, const char *why)
{
	struct engine *e = arg;
	const struct engine_listener *l = e->listener;
	int r = -EIO;

	(void)why;
	e->list = NULL;
	if (status == 200 && !e->body.failed) {
		l->list(l->arg, e, LIST_BEGIN);
		r = facts_of_list(e->body.data, e->body.len, list_one, e);
		l->list(l->arg, e, r ? LIST_BROKEN : LIST_END);
	}
	buf_free(&e->body);
	loop_timer_set(e->again, r ? RETRY_MS : LIST_MS);
}

void engine_list(struct engine *e)
{
	const struct http_request request = {.socket = e->socket,
					     .path = LIST_PATH,
					     .timeout_ms = ANSWER_MS * 4,
					     .arg = e,
					     .data = list_data,
					     .end = list_end};
	struct err ignored;

	if (!e->up || e->list)
		return;
	if (http_start(e->http, &request, &e->list, &ignored))
		loop_timer_set(e->again, RETRY_MS);
}

static void list_due(void *arg)
{
	engine_list(arg);
}

/* --- what happens ----------------------------------------------------------------------------- */

static void events_line(struct engine *e, const char *text, size_t len)
{
	struct container_facts f autodestroy(container_facts_clear) = {0};

	if (!facts_of_event(text, len, &f) && f.id)
		e->listener->container(e->listener->arg, e, &f);
}

static void events_data(void *arg, const char *bytes, size_t len)
{
	struct engine *e = arg;
	char *end;

	buf_add(&e->line, bytes, len);
	while (!e->line.failed && e->line.len && (end = memchr(e->line.data, '\n', e->line.len))) {
		size_t used = (size_t)(end + 1 - e->line.data);

		events_line(e, e->line.data, used - 1);
		e->line.len -= used;
		memmove(e->line.data, end + 1, e->line.len);
	}
	if (e->line.failed || e->line.len > LINE_MAX_LEN) {
		buf_free(&e->line);
		loop_timer_set(e->again, 0); /* what was in it is found by looking */
	}
}

/* Whatever happens from now on is told; what was before is asked for. */
static void events_open(void *arg)
{
	struct engine *e = arg;

	e->up = true;
	e->listener->state(e->listener->arg, e, true, NULL);
	engine_list(e);
}

static void events_end(void *arg, long status, const char *why)
{
	struct engine *e = arg;
	char text[64];

	e->events = NULL;
	buf_free(&e->line);
	if (status > 0 && status != 200) {
		snprintf(text, sizeof(text), "it answers with status %ld", status);
		why = text;
	} else if (status == 200) {
		why = "it closed the connection";
	}
	if (e->up || status > 0)
		e->listener->state(e->listener->arg, e, false, why);
	e->up = false;
	loop_timer_set(e->retry, RETRY_MS);
}

static void events_begin(void *arg)
{
	struct engine *e = arg;
	const struct http_request request = {.socket = e->socket,
					     .path = EVENTS_PATH,
					     .arg = e,
					     .open = events_open,
					     .data = events_data,
					     .end = events_end};
	struct err ignored;

	if (http_start(e->http, &request, &e->events, &ignored))
		loop_timer_set(e->retry, RETRY_MS);
}

/* --- one of them ------------------------------------------------------------------------------ */

static void ask_data(void *arg, const char *bytes, size_t len)
{
	struct ask *a = arg;

	buf_add(&a->body, bytes, len);
}

static void ask_end(void *arg, long status, const char *why)
{
	struct container_facts f autodestroy(container_facts_clear) = {0};
	struct ask *a = arg;
	const struct engine_listener *l = a->engine->listener;
	bool told = status == 200 && !a->body.failed &&
		    !facts_of_container(a->body.data, a->body.len, &f);
	char id[65];

	(void)why;
	memcpy(id, a->id, sizeof(id));
	buf_free(&a->body);
	a->get = NULL;
	if (told || status == 404 || status == HTTP_NOBODY)
		l->answer(l->arg, a->engine, id, told ? &f : NULL);
}

int engine_ask(struct engine *e, const char *id, struct err *err)
{
	struct http_request request = {
		.socket = e->socket, .timeout_ms = ANSWER_MS, .data = ask_data, .end = ask_end};
	struct ask *room = NULL;
	char path[96];

	for (size_t i = 0; i < ASKS_MAX; i++) {
		if (e->asks[i].get && !strcmp(e->asks[i].id, id))
			return 0; /* it is under way */
		if (!e->asks[i].get)
			room = &e->asks[i];
	}
	if (!room)
		return err_set(err, EAGAIN, "too many containers are asked for at a time");
	*room = (struct ask){.engine = e};
	snprintf(room->id, sizeof(room->id), "%s", id);
	snprintf(path, sizeof(path), "/containers/%s/json", id);
	request.path = path;
	request.arg = room;
	return http_start(e->http, &request, &room->get, err);
}

/* --- */

int engine_new(struct loop *loop, struct http *http, const char *socket,
	       const struct engine_listener *listener, struct engine **ret, struct err *err)
{
	struct engine *e autodestroy(engine_free) = calloc(1, sizeof(*e));
	int r;

	if (!e)
		return err_set(err, ENOMEM, "out of memory");
	e->http = http;
	e->listener = listener;
	e->socket = strdup(socket);
	if (!e->socket)
		return err_set(err, ENOMEM, "out of memory");
	r = loop_timer_new(loop, events_begin, e, &e->retry, err);
	if (!r)
		r = loop_timer_new(loop, list_due, e, &e->again, err);
	if (r)
		return r;
	loop_timer_set(e->retry, 0);
	*ret = TAKE_PTR(e);
	return 0;
}

void engine_free(struct engine **p)
{
	struct engine *e = *p;

	if (!e)
		return;
	http_stop(e->http, &e->events);
	http_stop(e->http, &e->list);
	for (size_t i = 0; i < ASKS_MAX; i++) {
		http_stop(e->http, &e->asks[i].get);
		buf_free(&e->asks[i].body);
	}
	loop_timer_free(&e->retry);
	loop_timer_free(&e->again);
	buf_free(&e->line);
	buf_free(&e->body);
	free(e->socket);
	free(e);
	*p = NULL;
}
