/* SPDX-License-Identifier: GPL-2.0-only */
/* From the bytes of a ring-buffer record to a struct record. */
#ifndef CLAWBPF_EVENTS_DECODE_H
#define CLAWBPF_EVENTS_DECODE_H

#include "events/clock.h"
#include "events/record.h"

struct rule_name {
	const char *key, *file, *entry; /* borrowed until the next call; NULL: none */
	u32 line;
};

/* What the numbers in an event mean: answered from the maps, or from what is remembered. */
struct record_names {
	void *arg;
	/* false: the session is not known any more. Borrowed until the next call. */
	bool (*session)(void *arg, u32 id, const char **ret_key, const char **ret_agent);
	/* false: that generation's origins are gone. */
	bool (*rule)(void *arg, u64 generation, u32 rule, struct rule_name *ret);
};

/*
 * Reads one record of `len` bytes, which need no alignment. `names` may be NULL.
 * -EBADMSG: it is none of ours (too short, lengths that do not fit, unknown numbers); -ENOMEM.
 * *r has to be empty, and is empty again after an error.
 */
int event_decode(struct record *r, const void *bytes, size_t len, struct boot_clock clock,
		 const struct record_names *names);

#endif
