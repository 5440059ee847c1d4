// SPDX-License-Identifier: GPL-2.0-only
/* What does the agent do all day? */
#include "agent/agent.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>

#include "agent/feed.h"
#include "agent/notify.h"
#include "agent/watch.h"
#include "kernel/kernel.h"
#include "kernel/lock.h"
#include "util/cleanup.h"

#define TICK_MS    1000
#define LOOK_TICKS 5 /* between two looks at what may have been missed */

struct agent {
	FILE *out;
	struct loop *loop;
	struct timer *tick;
	struct feed *feed;
	struct watch *watch;
	struct feed_listener listener;
	int lock, signals;
	unsigned int ticks;
};

static void on_loaded(void *arg, bool yes)
{
	struct agent *a = arg;

	fputs(yes ? "a policy is enforced\n" : "no policy is enforced any more\n", a->out);
	fflush(a->out);
	watch_loaded(a->watch, yes);
}

static void on_call(void *arg, const struct call *c)
{
	struct agent *a = arg;

	watch_call(a->watch, c);
}

static void on_tick(void *arg)
{
	struct agent *a = arg;

	feed_tick(a->feed);
	if (++a->ticks % LOOK_TICKS == 0) {
		feed_look(a->feed);
		watch_tick(a->watch);
	}
	loop_timer_set(a->tick, TICK_MS);
}

static void on_signal(void *arg, uint32_t events)
{
	struct agent *a = arg;
	struct signalfd_siginfo info;

	(void)events;
	if (read(a->signals, &info, sizeof(info)) == sizeof(info))
		loop_stop(a->loop);
}

static int signals_open(struct agent *a, struct err *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	a->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (a->signals < 0)
		return err_errno(err, errno, "signals cannot be waited for");
	return loop_watch(a->loop, a->signals, EPOLLIN, on_signal, a, err);
}

static int agent_start(struct agent *a, const struct agent_request *request, struct err *err)
{
	int r = lock_try(LOCK_AGENT, &a->lock, err);

	if (r == -EBUSY)
		return err_set(err, EBUSY, "the agent is running already");
	a->listener = (struct feed_listener){.arg = a, .loaded = on_loaded, .call = on_call};
	if (!r)
		r = loop_new(&a->loop, err);
	if (!r)
		r = signals_open(a, err);
	if (!r)
		r = watch_new(a->loop, request->sockets, a->out, &a->watch, err);
	if (!r)
		r = feed_new(a->loop, &a->listener, a->out, &a->feed, err);
	if (!r)
		r = loop_timer_new(a->loop, on_tick, a, &a->tick, err);
	return r;
}

static void agent_clear(struct agent *a)
{
	feed_free(&a->feed);
	watch_free(&a->watch);
	if (a->tick)
		loop_timer_free(&a->tick);
	if (a->loop && a->signals >= 0)
		loop_unwatch(a->loop, a->signals);
	loop_free(&a->loop);
	if (a->signals >= 0)
		close(a->signals);
	if (a->lock >= 0)
		close(a->lock);
}

int agent_run(const struct agent_request *request, struct err *err)
{
	struct agent a autodestroy(agent_clear) = {.out = request->out, .lock = -1, .signals = -1};
	int r = agent_start(&a, request, err);

	if (r)
		return r;
	on_tick(&a);
	if (!kernel_pinned_id()) {
		fputs("no policy is enforced yet\n", a.out);
		fflush(a.out);
	}
	notify("READY=1");
	r = loop_run(a.loop, err);
	notify("STOPPING=1");
	watch_end(a.watch);
	return r;
}
