// SPDX-License-Identifier: GPL-2.0-only
/* What comes first? */
#include "agent/loop.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "util/cleanup.h"

struct watched {
	struct watched *next;
	int fd; /* -1: removed, to be freed between two rounds */
	void (*ready)(void *arg, uint32_t events);
	void *arg;
};

struct loop {
	int epoll;
	bool stopped;
	struct watched *first;
};

int loop_new(struct loop **ret, struct err *err)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	if (!loop)
		return err_set(err, ENOMEM, "out of memory");
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0) {
		free(loop);
		return err_errno(err, errno, "nothing can be waited for (epoll)");
	}
	*ret = loop;
	return 0;
}

/* An event that is about to be told may point to a removed one: so only here. */
static void sweep(struct loop *loop, bool all)
{
	struct watched **at = &loop->first;

	while (*at) {
		struct watched *dead = *at;

		if (!all && dead->fd >= 0) {
			at = &dead->next;
			continue;
		}
		*at = dead->next;
		free(dead);
	}
}

void loop_free(struct loop **p)
{
	struct loop *loop = *p;

	if (!loop)
		return;
	sweep(loop, true);
	close(loop->epoll);
	free(loop);
	*p = NULL;
}

int loop_watch(struct loop *loop, int fd, uint32_t events, void (*ready)(void *arg, uint32_t),
	       void *arg, struct err *err)
{
	struct epoll_event event = {.events = events};
	struct watched *w = loop->first;
	int how = EPOLL_CTL_MOD;

	while (w && w->fd != fd)
		w = w->next;
	if (!w) {
		how = EPOLL_CTL_ADD;
		w = calloc(1, sizeof(*w));
		if (!w)
			return err_set(err, ENOMEM, "out of memory");
		w->fd = fd;
		w->next = loop->first;
		loop->first = w;
	}
	w->ready = ready;
	w->arg = arg;
	event.data.ptr = w;
	if (!epoll_ctl(loop->epoll, how, fd, &event))
		return 0;
	/* It was closed without a word, and its number is another's now. */
	if (how == EPOLL_CTL_MOD && errno == ENOENT &&
	    !epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event))
		return 0;
	if (how == EPOLL_CTL_ADD)
		w->fd = -1;
	return err_errno(err, errno, "a descriptor cannot be waited for");
}

void loop_unwatch(struct loop *loop, int fd)
{
	for (struct watched *w = loop->first; w; w = w->next) {
		if (w->fd != fd)
			continue;
		epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, NULL);
		w->fd = -1;
	}
}

int loop_run(struct loop *loop, struct err *err)
{
	struct epoll_event events[16];

	while (!loop->stopped) {
		int n = epoll_wait(loop->epoll, events, ARRAY_SIZE(events), -1);

		if (n < 0 && errno != EINTR)
			return err_errno(err, errno, "nothing can be waited for (epoll)");
		for (int i = 0; i < n; i++) {
			struct watched *w = events[i].data.ptr;

			if (w->fd >= 0)
				w->ready(w->arg, events[i].events);
		}
		sweep(loop, false);
	}
	return 0;
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}

/* --- points in time --------------------------------------------------------------------------- */

struct timer {
	struct loop *loop;
	int fd;
	void (*due)(void *arg);
	void *arg;
};

static void timer_ready(void *arg, uint32_t events)
{
	struct timer *t = arg;
	uint64_t times;

	(void)events;
	if (read(t->fd, &times, sizeof(times)) == sizeof(times))
		t->due(t->arg);
}

int loop_timer_new(struct loop *loop, void (*due)(void *arg), void *arg, struct timer **ret,
		   struct err *err)
{
	struct timer *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return err_set(err, ENOMEM, "out of memory");
	*t = (struct timer){.loop = loop, .due = due, .arg = arg};
	t->fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	r = t->fd < 0 ? err_errno(err, errno, "no timer can be made")
		      : loop_watch(loop, t->fd, EPOLLIN, timer_ready, t, err);
	if (r)
		loop_timer_free(&t);
	else
		*ret = t;
	return r;
}

void loop_timer_set(struct timer *t, long ms)
{
	struct itimerspec when = {0};

	if (ms >= 0) {
		when.it_value.tv_sec = ms / 1000;
		when.it_value.tv_nsec = ms % 1000 * 1000000 + 1; /* all zero would mean never */
	}
	timerfd_settime(t->fd, 0, &when, NULL);
}

void loop_timer_free(struct timer **p)
{
	struct timer *t = *p;

	if (!t)
		return;
	if (t->fd >= 0) {
		loop_unwatch(t->loop, t->fd);
		close(t->fd);
	}
	free(t);
	*p = NULL;
}
