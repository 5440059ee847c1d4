/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the log tells: its records in order, each exec with its end, filtered. The log is read
 * twice, with a limit only as far back as is needed for that, and is never held in memory.
 */
#ifndef CLAWBPF_EVENTS_HISTORY_H
#define CLAWBPF_EVENTS_HISTORY_H

#include "events/log.h"
#include "events/record.h"

struct history_query {
	struct record_filter filter;
	unsigned long long limit; /* only the last so many; 0: all */
	bool only_old;            /* `limit` leaves alone what is behind `old_end` */
	off_t old_end;
};

/* What the records that were shown add up to, and what could not be shown. */
struct history_sum {
	unsigned long long records;
	unsigned long long execs, refusals, reported; /* of them */
	struct lost lost;                             /* whatever the filter's types are */
	bool cut;  /* there are more before the first that was shown */
	bool torn; /* the last line has no end */
};

/* Borrowed until it returns; what it returns ends the reading unless it is 0. */
typedef int (*record_fn)(void *arg, const struct record *r);

/* All that is in the log now; in->at is behind it then. *sum is added to. */
int history_read(struct log_reader *in, const struct history_query *q, record_fn on_record,
		 void *arg, struct history_sum *sum, struct err *err);
/* What came since, as it comes: an exec has no end yet, so each exit is a record of its own. */
int history_follow(struct log_reader *in, const struct history_query *q, record_fn on_record,
		   void *arg, struct history_sum *sum, struct err *err);

#endif
