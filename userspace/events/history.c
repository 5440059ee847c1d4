// SPDX-License-Identifier: GPL-2.0-only
/* What does the log tell? */
#include "events/history.h"

#include <errno.h>
#include <string.h>

#include "events/exits.h"
#include "events/record_json.h"
#include "util/cleanup.h"

#define SHORT_LINE 200 /* bytes; for a guess how many lines there are */

struct history {
	struct log_reader *in;
	const struct history_query *q;
	struct exits *exits; /* NULL: nothing is joined */
	struct history_sum *sum;
	record_fn on_record;
	void *arg;
	unsigned long long skip; /* so many of the records wanted come too early */
};

/* A line of the log as a record. 0: it makes no sense. 1: *r is filled. */
static int line_read(const char *line, size_t len, struct record *r, struct err *err)
{
	int ret = record_read(r, line, len);

	if (ret == -ENOMEM)
		return err_set(err, ENOMEM, "out of memory");
	return ret ? 0 : 1;
}

/* A look at the text saves reading those that have no end. */
static bool has_end(const char *line, size_t len)
{
	static const char exec[] = "\"type\":\"exec\"", exit[] = "\"type\":\"exit\"";

	return memmem(line, len, exec, sizeof(exec) - 1) ||
	       memmem(line, len, exit, sizeof(exit) - 1);
}

static int exits_collect(struct history *h, struct err *err)
{
	const char *line;
	size_t len;
	int r;

	h->exits = exits_new((size_t)(h->in->end / SHORT_LINE));
	if (!h->exits)
		return err_set(err, ENOMEM, "out of memory");
	while ((r = log_reader_next(h->in, &line, &len, err)) > 0) {
		autorecord struct record record = {0};

		if (!has_end(line, len))
			continue;
		r = line_read(line, len, &record, err);
		if (r < 0)
			return r;
		if (record.type == RECORD_EXEC || record.type == RECORD_EXIT)
			exits_note(h->exits, &record);
	}
	return r;
}

/* Also adds its end to an exec. */
static bool wanted(const struct history *h, struct record *r)
{
	const struct record_filter *f = &h->q->filter;
	const struct outcome *outcome;
	bool execs_shown = !f->types || f->types & 1u << RECORD_EXEC;

	if (r->type == RECORD_EXEC && execs_shown && h->exits && record_matches(r, f)) {
		outcome = exits_join(h->exits, r->exec_id);
		if (outcome)
			r->outcome = *outcome;
	}
	if (r->type == RECORD_EXIT && h->exits && exits_joined(h->exits, r->exec_id))
		return false;
	return record_matches(r, f);
}

static void sum_add(struct history_sum *sum, const struct record *r)
{
	sum->execs += r->type == RECORD_EXEC;
	if (r->type == RECORD_REFUSAL && r->flags & EVENT_AUDIT_ONLY)
		sum->reported++;
	else if (r->type == RECORD_REFUSAL)
		sum->refusals++;
	lost_add(&sum->lost, &r->lost);
}

/* Counts the records wanted, all of them and those behind old_end. */
static int count(struct history *h, unsigned long long *ret_all, unsigned long long *ret_new,
		 struct err *err)
{
	const char *line;
	size_t len;
	int r;

	while ((r = log_reader_next(h->in, &line, &len, err)) > 0) {
		bool is_new = h->q->only_old && h->in->at > h->q->old_end;
		autorecord struct record record = {0};

		r = line_read(line, len, &record, err);
		if (r < 0)
			return r;
		if (!r || !wanted(h, &record))
			continue;
		++*ret_all;
		*ret_new += is_new;
	}
	return r;
}

static int show(struct history *h, struct err *err)
{
	const char *line;
	size_t len;
	int r;

	while ((r = log_reader_next(h->in, &line, &len, err)) > 0) {
		autorecord struct record record = {0};

		r = line_read(line, len, &record, err);
		if (r < 0)
			return r;
		if (!r)
			h->sum->lost.unreadable += len > 0;
		if (!r || !wanted(h, &record))
			continue;
		if (h->skip) {
			h->skip--;
			continue;
		}
		sum_add(h->sum, &record);
		r = h->on_record(h->arg, &record);
		if (r)
			return r;
	}
	h->sum->torn = h->in->torn;
	h->sum->lost.unreadable += h->in->too_long;
	h->in->too_long = 0;
	return r;
}

static int limit_apply(struct history *h, struct err *err)
{
	unsigned long long all = 0, is_new = 0, keep;
	int r;

	log_reader_seek(h->in, 0);
	r = count(h, &all, &is_new, err);
	if (r)
		return r;
	keep = h->q->limit + is_new;
	h->skip = all > keep ? all - keep : 0;
	return 0;
}

int history_read(struct log_reader *in, const struct history_query *q, record_fn on_record,
		 void *arg, struct history_sum *sum, struct err *err)
{
	struct history h = {.in = in, .q = q, .sum = sum, .on_record = on_record, .arg = arg};
	int r = log_reader_refresh(in, err);

	if (r)
		return r;
	log_reader_seek(in, 0);
	r = exits_collect(&h, err);
	if (!r && q->limit)
		r = limit_apply(&h, err);
	log_reader_seek(in, 0);
	in->too_long = 0;
	if (!r)
		r = show(&h, err);
	exits_free(&h.exits);
	return r;
}

int history_follow(struct log_reader *in, const struct history_query *q, record_fn on_record,
		   void *arg, struct history_sum *sum, struct err *err)
{
	struct history h = {.in = in, .q = q, .sum = sum, .on_record = on_record, .arg = arg};
	int r;

	log_reader_seek(in, in->at);
	r = log_reader_refresh(in, err);
	return r ? r : show(&h, err);
}
