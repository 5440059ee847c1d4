// SPDX-License-Identifier: GPL-2.0-only
/* How do events leave the kernel, and what do the numbers in them mean? */
#include "kernel/ring.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kernel/consumer.h"
#include "kernel/loaded.h"
#include "kernel/lock.h"
#include "kernel/maps.h"
#include "kernel/sessions.h"
#include "util/cleanup.h"

/* Records that are given to the sink before it is asked to keep them. */
#define BATCH 64

/* Sessions that are forgotten when the ring was emptied once. */
#define RETIRED_BATCH 256

#define LOCK_WAIT_MS 5000
#define LOCK_STEP_MS 10

struct ring {
	struct kernel *kernel;
	struct event_source source;
	struct consumer buffer;
	int lock;

	/* While it drains. */
	const struct event_sink *sink;
	unsigned int pending;

	/* What names were asked for last. */
	struct session session;
	u32 session_id;
	struct loaded *loaded;
	u64 generation;
};

static void ring_kept(void *arg)
{
	struct ring *ring = arg;

	consumer_keep(&ring->buffer);
}

/* The sink has it first, then the kernel gets it back: who is killed in between loses nothing. */
static int ring_keep(struct ring *ring)
{
	int r = ring->pending ? ring->sink->batch(ring->sink->arg) : 0;

	ring->pending = 0;
	if (r)
		consumer_back(&ring->buffer);
	else
		consumer_keep(&ring->buffer);
	return r;
}

/*
 * What comes meanwhile is left to the next time: this comes to an end. And so is what stands behind
 * a record that is being written just now: *ret_all tells.
 */
static int ring_take_all(struct ring *ring, bool *ret_all)
{
	unsigned long end = consumer_end(&ring->buffer);
	const struct event *e;
	size_t len;
	int r = 0;

	/* Somebody else may have read it since. */
	consumer_back(&ring->buffer);
	while (!r && (e = consumer_next(&ring->buffer, end, &len))) {
		/* The self-test's own refusals are no news. */
		if (len >= sizeof(*e) && e->session == SESSION_SELF_TEST)
			continue;
		r = ring->sink->event(ring->sink->arg, e, len);
		if (!r && ++ring->pending == BATCH)
			r = ring_keep(ring);
	}
	*ret_all = !r && ring->buffer.at >= end;
	if (r)
		consumer_back(&ring->buffer);
	return r ? r : ring_keep(ring);
}

/* Nothing that waits has their numbers any more. */
static void retired_remove(struct ring *ring, const u32 *ids, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (ids[i] == ring->session_id)
			ring->session_id = 0;
		session_remove_retired(ring->kernel, ids[i]);
	}
}

static int ring_drain(void *arg, int timeout_ms, const struct event_sink *sink, struct err *err)
{
	u32 retired[RETIRED_BATCH];
	struct ring *ring = arg;
	size_t retired_count = session_retired(ring->kernel, retired, RETIRED_BATCH);
	bool all;
	int r;

	(void)err; /* the sink has said it */
	ring->sink = sink;
	ring->pending = 0;
	if (timeout_ms)
		poll(&(struct pollfd){.fd = ring_fd(ring), .events = POLLIN}, 1, timeout_ms);
	r = ring_take_all(ring, &all);
	if (!r && all)
		retired_remove(ring, retired, retired_count);
	return r;
}

bool ring_is_filling(const struct kernel *k)
{
	struct consumer c;
	struct err ignored;
	bool filling;

	if (consumer_open(&c, k->map[MAP_EVENTS], &ignored))
		return true; /* cannot tell */
	filling = consumer_waiting(&c) > c.size / 8;
	consumer_close(&c);
	return filling;
}

static size_t ring_waiting(void *arg)
{
	const struct ring *ring = arg;

	return consumer_waiting(&ring->buffer);
}

/* --- what was lost -----------------------------------------------------------------------------
 */

static int told_read(const struct ring *ring, enum counter which, u64 *ret, struct err *err)
{
	u32 key = which;

	if (bpf_map_lookup_elem(ring->kernel->map[MAP_TOLD], &key, ret))
		return err_errno(err, errno, "the counts in the kernel cannot be read");
	return 0;
}

static int told_add(struct ring *ring, enum counter which, u64 more, struct err *err)
{
	u32 key = which;
	u64 told;
	int r = told_read(ring, which, &told, err);

	if (r || !more)
		return r;
	told += more;
	if (bpf_map_update_elem(ring->kernel->map[MAP_TOLD], &key, &told, BPF_ANY))
		return err_errno(err, errno, "the counts in the kernel cannot be written");
	return 0;
}

static int lost_since(const struct ring *ring, enum counter which, u64 *ret, struct err *err)
{
	u64 all = 0, told = 0;
	int r = counter_read(ring->kernel, which, &all, err);

	if (!r)
		r = told_read(ring, which, &told, err);
	*ret = all - told;
	return r;
}

static int ring_lost(void *arg, struct lost *ret, struct err *err)
{
	const struct ring *ring = arg;
	int r;

	r = lost_since(ring, COUNTER_LOST_EXECS, &ret->execs, err);
	if (!r)
		r = lost_since(ring, COUNTER_LOST_EXITS, &ret->exits, err);
	if (!r)
		r = lost_since(ring, COUNTER_LOST_REFUSALS, &ret->refusals, err);
	return r;
}

static int ring_lost_told(void *arg, const struct lost *told, struct err *err)
{
	struct ring *ring = arg;
	int r;

	r = told_add(ring, COUNTER_LOST_EXECS, told->execs, err);
	if (!r)
		r = told_add(ring, COUNTER_LOST_EXITS, told->exits, err);
	if (!r)
		r = told_add(ring, COUNTER_LOST_REFUSALS, told->refusals, err);
	return r;
}

/* --- names -------------------------------------------------------------------------------------
 */

static bool ring_session(void *arg, u32 id, const char **ret_key, const char **ret_agent)
{
	struct ring *ring = arg;
	struct err ignored;

	if (id != ring->session_id) {
		ring->session_id = 0;
		if (session_read(ring->kernel, id, &ring->session, &ignored))
			return false;
		ring->session_id = id;
	}
	*ret_key = ring->session.key;
	*ret_agent = ring->session.agent;
	return true;
}

static bool ring_rule(void *arg, u64 generation, u32 rule, struct rule_name *ret)
{
	struct ring *ring = arg;
	const struct origin *o;
	struct err ignored;

	if (!ring->loaded || generation != ring->generation) {
		loaded_free(&ring->loaded);
		if (loaded_read(ring->kernel, generation, &ring->loaded, &ignored))
			return false;
		ring->generation = generation;
	}
	if (rule >= ring->loaded->origin_count)
		return false;
	o = &ring->loaded->origins[rule];
	*ret = (struct rule_name){
		.key = o->key, .file = o->pos.file, .entry = o->text, .line = o->pos.line};
	return true;
}

/* Whoever empties the ring is done in a moment, and all that it had is in the log then. */
static int ring_lock(struct ring *ring, struct err *err)
{
	int r = lock_try(LOCK_RING, &ring->lock, err);

	for (int waited = 0; r == -EBUSY && waited < LOCK_WAIT_MS; waited += LOCK_STEP_MS) {
		*err = (struct err){0};
		nanosleep(&(struct timespec){.tv_nsec = LOCK_STEP_MS * 1000000L}, NULL);
		r = lock_try(LOCK_RING, &ring->lock, err);
	}
	return r;
}

static int ring_open_as(struct kernel *k, bool shared, struct ring **ret, struct err *err)
{
	struct ring *ring autoring = calloc(1, sizeof(*ring));
	int r;

	if (!ring)
		return err_set(err, ENOMEM, "out of memory");
	ring->kernel = k;
	ring->lock = -1;
	r = shared ? 0 : ring_lock(ring, err);
	if (r)
		return r;
	r = consumer_open(&ring->buffer, k->map[MAP_EVENTS], err);
	if (r)
		return r;
	ring->source = (struct event_source){
		.arg = ring,
		.names = {.arg = ring, .session = ring_session, .rule = ring_rule},
		.waiting = ring_waiting,
		.drain = ring_drain,
		.kept = ring_kept,
		.lost = ring_lost,
		.lost_told = ring_lost_told};
	*ret = TAKE_PTR(ring);
	return 0;
}

int ring_open(struct kernel *k, struct ring **ret, struct err *err)
{
	return ring_open_as(k, false, ret, err);
}

int ring_open_shared(struct kernel *k, struct ring **ret, struct err *err)
{
	return ring_open_as(k, true, ret, err);
}

bool ring_take(struct ring *ring)
{
	struct err ignored;

	ring->session_id = 0; /* its number may be another session's by now */
	return lock_try(LOCK_RING, &ring->lock, &ignored) == 0;
}

void ring_give(struct ring *ring)
{
	if (ring->lock >= 0)
		close(TAKE_FD(ring->lock));
}

int ring_fd(const struct ring *ring)
{
	return ring->kernel->map[MAP_EVENTS];
}

const struct event_source *ring_source(const struct ring *ring)
{
	return &ring->source;
}

void ring_free(struct ring **p)
{
	struct ring *ring = *p;

	if (!ring)
		return;
	consumer_close(&ring->buffer);
	loaded_free(&ring->loaded);
	if (ring->lock >= 0)
		close(ring->lock);
	free(ring);
	*p = NULL;
}
