// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does anything that who listens on an engine's socket says, on its way through libcurl, crash the
 * agent, or tell it of a container without an id? Each connection gets the next part of the input:
 * two bytes say how long it is, and whether the connection stays open behind it.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/engine.h"
#include "agent/facts.h"
#include "util/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ID              "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define CONNECTIONS_MAX 8
#define ENOUGH_MS       5 /* nothing more comes, or it would wait for a timer */

struct talk {
	struct loop *loop;
	struct timer *enough;
	int listener;
	int open[CONNECTIONS_MAX];
	size_t opened;
	const uint8_t *data;
	size_t size;
	bool listing, up, told;
};

static char path[64];

static void cleanup(void)
{
	unlink(path);
}

/* --- who listens ------------------------------------------------------------------------------ */

static void on_connection(void *arg, uint32_t events)
{
	struct talk *t = arg;
	int fd = accept4(t->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	size_t len = 0;
	bool stays = false;

	(void)events;
	if (fd < 0)
		return;
	if (t->size >= 2) {
		len = t->data[0] | (size_t)(t->data[1] & 15) << 8;
		stays = t->data[1] & 128;
		t->data += 2;
		t->size -= 2;
	}
	if (len > t->size)
		len = t->size;
	assert(!len || send(fd, t->data, len, MSG_NOSIGNAL) > 0 || errno == EPIPE);
	t->data += len;
	t->size -= len;
	if (stays && t->opened < CONNECTIONS_MAX) {
		t->open[t->opened++] = fd;
	} else {
		shutdown(fd,
			 SHUT_WR); /* what was asked is not read: without this it would be reset */
		if (t->opened < CONNECTIONS_MAX)
			t->open[t->opened++] = fd;
		else
			close(fd);
	}
	if (!t->size)
		loop_timer_set(t->enough, ENOUGH_MS);
}

/* --- who hears -------------------------------------------------------------------------------- */

static void on_container(void *arg, struct engine *e, const struct container_facts *f)
{
	(void)arg, (void)e;
	assert(f->id && container_id_valid(f->id));
}

static void on_list(void *arg, struct engine *e, enum engine_list what)
{
	struct talk *t = arg;

	(void)e;
	assert(t->listing == (what != LIST_BEGIN));
	t->listing = what == LIST_BEGIN;
}

static void on_state(void *arg, struct engine *e, bool up, const char *why)
{
	struct talk *t = arg;

	(void)e;
	assert(up ? !t->up : t->up || !t->told);
	assert(up || why);
	t->up = up;
	t->told = true;
}

static void on_answer(void *arg, struct engine *e, const char *id, const struct container_facts *f)
{
	(void)arg, (void)e;
	assert(!strcmp(id, ID));
	assert(!f || !strcmp(f->id, ID));
}

static void enough(void *arg)
{
	loop_stop(((struct talk *)arg)->loop);
}

static void talk_begin(struct talk *t)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	struct err err = {0};

	if (!path[0]) {
		snprintf(path, sizeof(path), "/dev/shm/clawbpf-fuzz-%d", (int)getpid());
		atexit(cleanup);
	}
	unlink(path);
	memcpy(at.sun_path, path, sizeof(path));
	t->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert(!bind(t->listener, (struct sockaddr *)&at, sizeof(at)) && !listen(t->listener, 8));
	assert(!loop_new(&t->loop, &err));
	assert(!loop_watch(t->loop, t->listener, EPOLLIN, on_connection, t, &err));
	assert(!loop_timer_new(t->loop, enough, t, &t->enough, &err));
	loop_timer_set(t->enough, 10 * ENOUGH_MS);
}

static void talk_end(struct talk *t)
{
	loop_unwatch(t->loop, t->listener);
	close(t->listener);
	for (size_t i = 0; i < t->opened; i++)
		close(t->open[i]);
	loop_timer_free(&t->enough);
	loop_free(&t->loop);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct talk t = {.data = data, .size = size};
	const struct engine_listener listener = {.arg = &t,
						 .container = on_container,
						 .list = on_list,
						 .state = on_state,
						 .answer = on_answer};
	struct engine *e = NULL;
	struct http *http = NULL;
	struct err err = {0};

	talk_begin(&t);
	assert(!http_new(t.loop, &http, &err));
	assert(!engine_new(t.loop, http, path, &listener, &e, &err));
	assert(!engine_ask(e, ID, &err));
	assert(!loop_run(t.loop, &err));
	engine_free(&e);
	http_free(&http);
	talk_end(&t);
	return 0;
}
