/* SPDX-License-Identifier: GPL-2.0-only */
/* Waits for whatever comes first: descriptors and points in time. */
#ifndef CLAWBPF_AGENT_LOOP_H
#define CLAWBPF_AGENT_LOOP_H

#include <stdint.h>

#include "util/err.h"

struct loop;

int loop_new(struct loop **ret, struct err *err);
void loop_free(struct loop **loop);

/*
 * `ready` is called whenever the descriptor is (EPOLLIN ...), until it is removed; given again, the
 * events are replaced. The descriptor stays the caller's, who removes it before it is closed.
 */
int loop_watch(struct loop *loop, int fd, uint32_t events, void (*ready)(void *arg, uint32_t),
	       void *arg, struct err *err);
void loop_unwatch(struct loop *loop, int fd);

/* A point in time. `due` is called once for each loop_timer_set; ms < 0: never. */
struct timer;
int loop_timer_new(struct loop *loop, void (*due)(void *arg), void *arg, struct timer **ret,
		   struct err *err);
void loop_timer_set(struct timer *timer, long ms);
void loop_timer_free(struct timer **timer);

/* Until loop_stop. */
int loop_run(struct loop *loop, struct err *err);
void loop_stop(struct loop *loop);

#endif
