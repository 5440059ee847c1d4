// SPDX-License-Identifier: GPL-2.0-only
/* How do events get from the kernel into the log? */
#include "events/trail.h"

#include <errno.h>

#include "events/record_json.h"

/*
 * What an event may take as JSON, at most: five bytes for one that is no text, and what is said
 * around it. Even with nothing in the ring something may come, or was lost.
 */
#define JSON_FACTOR 6
#define ROOM_MIN    (256 * 1024)
#define SYNC_US     1000000

void trail_start(struct trail *t, const struct event_source *source, struct log *log)
{
	*t = (struct trail){.source = source, .log = log, .clock = clock_read()};
}

static int trail_write(struct trail *t, void (*kept)(void *arg))
{
	int r = log_append_then(t->log, &t->lines, kept, t->source->arg, t->err);

	if (r)
		return r;
	t->unsynced |= t->lines.len > 0;
	t->lines.len = 0;
	return 0;
}

static int trail_event(void *arg, const void *bytes, size_t len)
{
	struct trail *t = arg;
	autorecord struct record r = {0};
	int ret = event_decode(&r, bytes, len, t->clock, &t->source->names);

	if (ret == -ENOMEM)
		return err_set(t->err, ENOMEM, "out of memory");
	if (ret)
		t->unreadable++;
	else
		record_encode(&t->lines, &r);
	return 0;
}

static int trail_batch(void *arg)
{
	struct trail *t = arg;
	int r = trail_write(t, t->source->kept);

	if (!r) {
		t->lost.unreadable += t->unreadable;
		t->unreadable = 0;
	}
	return r;
}

/* A line for what nobody will see; told to the source only when it is in the log. */
static int trail_lost(struct trail *t)
{
	struct record r = {
		.type = RECORD_LOST, .time_us = clock_now_us(), .boot_ns = clock_boot_ns()};
	struct lost told = {0};
	int ret = t->source->lost(t->source->arg, &told, t->err);

	if (ret)
		return ret;
	r.lost = t->lost;
	lost_add(&r.lost, &told);
	if (!lost_any(&r.lost))
		return 0;
	record_encode(&t->lines, &r);
	ret = trail_write(t, NULL);
	if (ret)
		return ret;
	t->lost = (struct lost){0};
	return t->source->lost_told(t->source->arg, &told, t->err);
}

static int trail_sync(struct trail *t)
{
	u64 now = clock_now_us();
	int r;

	if (!t->unsynced || now - t->synced_us < SYNC_US)
		return 0;
	r = log_sync(t->log, t->err);
	t->synced_us = now;
	t->unsynced = r != 0;
	return r;
}

int trail_drain(struct trail *t, int timeout_ms, struct err *err)
{
	struct event_sink sink = {.arg = t, .event = trail_event, .batch = trail_batch};
	int r;

	t->err = err;
	r = log_room(t->log, JSON_FACTOR * t->source->waiting(t->source->arg) + ROOM_MIN, err);
	if (!r)
		r = t->source->drain(t->source->arg, timeout_ms, &sink, err);
	if (!r)
		r = trail_batch(t);
	if (!r)
		r = trail_lost(t);
	/* What is not in the log, the source has still, and gives again. */
	t->lines.len = 0;
	t->unreadable = 0;
	return r ? r : trail_sync(t);
}

int trail_end(struct trail *t, struct err *err)
{
	int r = 0;

	t->err = err;
	if (t->log && t->unsynced)
		r = log_sync(t->log, err);
	buf_free(&t->lines);
	return r;
}
