/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From where events come from to the log. Reading the ring consumes it, so everybody who reads it
 * does so through here, and what was read is in the log before anybody is shown it.
 */
#ifndef CLAWBPF_EVENTS_TRAIL_H
#define CLAWBPF_EVENTS_TRAIL_H

#include "events/decode.h"
#include "events/log.h"
#include "events/record.h"

/* Who takes the events of a source. */
struct event_sink {
	void *arg;
	/* One record, borrowed. Not 0: stop, something went wrong. */
	int (*event)(void *arg, const void *bytes, size_t len);
	/*
	 * What was given so far may be forgotten by the source once this has returned 0, and not
	 * before. Called at least each hundred records. Not 0: what was given since it returned 0
	 * last is given again.
	 */
	int (*batch)(void *arg);
};

/* Where events come from: the ring buffer in the kernel. */
struct event_source {
	void *arg;
	struct record_names names;
	/* How many bytes are there. More may come. */
	size_t (*waiting)(void *arg);
	/*
	 * Gives what is there to the sink. With nothing there, waits up to timeout_ms for the first
	 * one. 0, or -errno with *err set; an error of the sink is passed on with *err untouched.
	 */
	int (*drain)(void *arg, int timeout_ms, const struct event_sink *sink, struct err *err);
	/* NULL, or: all that was given is in the log. Called before `batch` returns 0. */
	void (*kept)(void *arg);
	/* What was lost and is not in the log yet; then, once it is, that it is. */
	int (*lost)(void *arg, struct lost *ret, struct err *err);
	int (*lost_told)(void *arg, const struct lost *told, struct err *err);
};

struct trail {
	const struct event_source *source;
	struct log *log;
	struct boot_clock clock;
	struct buf lines; /* not in the log yet */
	struct lost lost; /* the same */
	u64 unreadable;   /* of the batch under way */
	u64 synced_us;
	bool unsynced;
	struct err *err; /* of the drain under way */
};

/* Borrows both until trail_end. */
void trail_start(struct trail *t, const struct event_source *source, struct log *log);
/*
 * One round: what waits in the ring goes into the log. Where the disk may not have room for it, the
 * ring is not touched, so that the events stay in it.
 */
int trail_drain(struct trail *t, int timeout_ms, struct err *err);
/* Puts the log on the medium. */
int trail_end(struct trail *t, struct err *err);

#endif
