// SPDX-License-Identifier: GPL-2.0-only
/* Which containers does an engine have, and how does one hear of a new one? */
#include "agent/engine.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/ask.h"
#include "agent/facts.h"
#include "agent/known.h"
#include "util/buf.h"
#include "util/cleanup.h"

/* {"type":["container"],"event":["create","start","destroy","remove"]}: podman says "remove". */
#define EVENTS_PATH                                                                                \
	"/events?filters=%7B%22type%22%3A%5B%22container%22%5D%2C%22event%22%3A%5B%22create%22%2C" \
	"%22start%22%2C%22destroy%22%2C%22remove%22%5D%7D"
#define LIST_PATH "/containers/json?all=1"

#define RETRY_MS     1000
#define GONE_MS      60000 /* so long it may be about to come again */
#define LIST_MS      60000 /* events can be lost: look again from time to time */
#define ANSWER_MS    20000
#define LINE_MAX_LEN (1 << 20)
#define LIST_MAX_LEN (64 << 20) /* a thousand bytes for each container that can be known */

struct engine {
	struct http *http;
	const struct engine_listener *listener;
	char *socket;
	struct timer *retry, *again;
	struct http_get *events, *list;
	struct buf line, body;
	struct ask_listener ask_listener;
	struct asks *asks;
	bool up, told;   /* that it is not there */
	long long since; /* asked_now() when it went; 0: it never was there */
};

const char *engine_socket(const struct engine *e)
{
	return e->socket;
}

unsigned int engine_user(const struct engine *e)
{
	const char *slash = e->socket;
	char path[PATH_MAX];
	struct stat st;

	while (slash) {
		slash = strchr(slash + 1, '/');
		snprintf(path, sizeof(path), "%.*s",
			 (int)(slash ? (size_t)(slash - e->socket) : strlen(e->socket)), e->socket);
		if (!lstat(path, &st) && st.st_uid)
			return st.st_uid;
	}
	return 0;
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

	e->body.failed |= e->body.len + len > LIST_MAX_LEN;
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
					     .timeout_ms = ANSWER_MS,
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

	e->up = e->told = true;
	e->listener->state(e->listener->arg, e, true, NULL);
	loop_timer_set(e->again, 0); /* libcurl takes no request while it tells of another */
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
	if (e->up || !e->told)
		e->listener->state(e->listener->arg, e, false, why);
	if (e->up)
		e->since = asked_now();
	e->told = true;
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

static void ask_answered(void *arg, const char *id, const struct container_facts *f)
{
	struct engine *e = arg;

	/* Nobody listens, but somebody did a moment ago, who may know it. */
	if (!f && !e->up && e->since && asked_now() - e->since < GONE_MS)
		return;
	e->listener->answer(e->listener->arg, e, id, f);
}

int engine_ask(struct engine *e, const char *id, struct err *err)
{
	return asks_start(e->asks, id, err);
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
	e->ask_listener = (struct ask_listener){.arg = e, .answer = ask_answered};
	r = asks_new(loop, http, e->socket, &e->ask_listener, &e->asks, err);
	if (!r)
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
	asks_free(&e->asks);
	loop_timer_free(&e->retry);
	loop_timer_free(&e->again);
	buf_free(&e->line);
	buf_free(&e->body);
	free(e->socket);
	free(e);
	*p = NULL;
}
