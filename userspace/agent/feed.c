// SPDX-License-Identifier: GPL-2.0-only
/* How do events get from the kernel into the log while nobody asks? */
#include "agent/feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "events/trail.h"
#include "kernel/containers.h"
#include "kernel/iterate.h"
#include "kernel/ring.h"
#include "util/cleanup.h"

struct feed {
	struct loop *loop;
	const struct feed_listener *listener;
	FILE *out;
	struct log *log;
	struct trail trail;
	/* While a policy is loaded. */
	struct kernel *kernel;
	u64 kernel_id;
	struct ring *ring;
	struct calls *calls;
	bool resting; /* it could not be emptied: the next tick tries again */
	char complaint[256];
};

/* The same trouble every second is one line. */
static void complain(struct feed *f, const struct err *err)
{
	char text[sizeof(f->complaint)] = "";

	if (err && err->code)
		err_format(err, text, sizeof(text));
	if (*text && strcmp(text, f->complaint))
		fprintf(f->out, "clawbpf: %s\n", text);
	memcpy(f->complaint, text, sizeof(text));
	fflush(f->out);
}

static void feed_drain(struct feed *f)
{
	struct err err = {0};
	int r = 0;

	f->resting = true;
	if (ring_take(f->ring)) {
		r = trail_drain(&f->trail, 0, &err);
		ring_give(f->ring);
		f->resting = r != 0;
		complain(f, &err);
	}
	if (f->resting) /* else it would be told of the same events at once */
		loop_unwatch(f->loop, ring_fd(f->ring));
}

static void on_events(void *arg, uint32_t events)
{
	(void)events;
	feed_drain(arg);
}

static void on_calls(void *arg, uint32_t events)
{
	struct feed *f = arg;
	struct err err = {0};

	(void)events;
	if (calls_read(f->calls, &err))
		complain(f, &err);
}

static void feed_close(struct feed *f)
{
	if (f->ring)
		loop_unwatch(f->loop, ring_fd(f->ring));
	if (f->calls)
		loop_unwatch(f->loop, calls_fd(f->calls));
	ring_free(&f->ring);
	calls_free(&f->calls);
	kernel_free(&f->kernel);
	f->kernel_id = 0;
}

static int feed_open(struct feed *f, struct err *err)
{
	u64 id = kernel_pinned_id();
	int r = kernel_open(&f->kernel, err);

	if (r)
		return r;
	kernel_detach_links(f->kernel);
	f->kernel_id = id;
	r = ring_open_shared(f->kernel, &f->ring, err);
	if (!r)
		r = calls_open(f->kernel, f->listener->call, f->listener->arg, &f->calls, err);
	if (!r)
		r = loop_watch(f->loop, ring_fd(f->ring), EPOLLIN, on_events, f, err);
	if (!r)
		r = loop_watch(f->loop, calls_fd(f->calls), EPOLLIN, on_calls, f, err);
	if (r) {
		feed_close(f);
		return r;
	}
	f->trail.source = ring_source(f->ring);
	feed_drain(f);
	return 0;
}

void feed_tick(struct feed *f)
{
	struct err err = {0};

	if (f->kernel && kernel_pinned_id() != f->kernel_id) {
		feed_close(f);
		f->listener->loaded(f->listener->arg, false);
	}
	if (!f->kernel) {
		if (!feed_open(f, &err))
			f->listener->loaded(f->listener->arg, true);
		else if (err.code != ENOENT)
			complain(f, &err);
		return;
	}
	if (f->resting && !loop_watch(f->loop, ring_fd(f->ring), EPOLLIN, on_events, f, &err))
		feed_drain(f);
}

void feed_look(struct feed *f)
{
	struct err err = {0};

	if (f->kernel && iterate_missed(f->kernel, &err))
		complain(f, &err);
}

int feed_new(struct loop *loop, const struct feed_listener *listener, FILE *out, struct feed **ret,
	     struct err *err)
{
	struct feed *f autodestroy(feed_free) = calloc(1, sizeof(*f));
	int r;

	if (!f)
		return err_set(err, ENOMEM, "out of memory");
	f->loop = loop;
	f->listener = listener;
	f->out = out;
	r = log_open(&f->log, NULL, err);
	if (r)
		return r;
	trail_start(&f->trail, NULL, f->log);
	*ret = TAKE_PTR(f);
	return 0;
}

void feed_free(struct feed **p)
{
	struct feed *f = *p;
	struct err ignored;

	if (!f)
		return;
	if (f->ring)
		feed_drain(f);
	feed_close(f);
	trail_end(&f->trail, &ignored);
	log_free(&f->log);
	free(f);
	*p = NULL;
}
