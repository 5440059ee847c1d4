// SPDX-License-Identifier: GPL-2.0-only
/* What does the log tell? */
#include "events/history.h"

#include <errno.h>
#include <string.h>

#include "events/exits.h"
#include "events/record_json.h"
#include "util/cleanup.h"

#define SHORT_LINE 200 /* bytes; for a guess how many lines there are */

/* With a limit, so many bytes at the end are looked at first, then so many times more at least. */
#define TAIL_FIRST (256 * 1024)
#define TAIL_MORE  4

/* Two records that far apart are in the log in the order of their times. */
#define ORDER_NS (10 * 1000000000ull)

struct history {
	struct log_reader *in;
	const struct history_query *q;
	struct exits *exits; /* NULL: nothing is joined */
	struct history_sum *sum;
	record_fn on_record;
	void *arg;
	off_t from;              /* what is before it is not read */
	unsigned long long skip; /* so many of the records wanted come too early */
	bool begun;              /* they are over */
};

/* The records wanted. */
struct tally {
	unsigned long long all;
	unsigned long long is_new; /* of them behind old_end */
	unsigned long long unsure; /* the last that is not wanted if its exec is before `from` */
	u64 least_ns;              /* since boot, of the execs and exits up to here */
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

static bool execs_shown(const struct history *h)
{
	return !h->q->filter.types || h->q->filter.types & 1u << RECORD_EXEC;
}

static int exits_collect(struct history *h, struct err *err)
{
	const char *line;
	size_t len;
	int r;

	exits_free(&h->exits);
	if (!execs_shown(h))
		return 0; /* nothing is joined */
	h->exits = exits_new((size_t)((h->in->end - h->from) / SHORT_LINE));
	if (!h->exits)
		return err_set(err, ENOMEM, "out of memory");
	log_reader_seek(h->in, h->from);
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

	if (r->type == RECORD_EXEC && execs_shown(h) && h->exits && record_matches(r, f)) {
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
	sum->records++;
	sum->execs += r->type == RECORD_EXEC;
	if (r->type == RECORD_REFUSAL && r->flags & EVENT_AUDIT_ONLY)
		sum->reported++;
	else if (r->type == RECORD_REFUSAL)
		sum->refusals++;
	lost_add(&sum->lost, &r->lost);
}

/*
 * May the exec of this exit be before `from`? Not where something is read that was before that
 * exec: in this run of the machine or in an earlier one.
 */
static bool exec_unread(const struct history *h, const struct record *r, u64 least_ns)
{
	u64 lasted = r->outcome.duration_ns;
	u64 executed = r->boot_ns > lasted ? r->boot_ns - lasted : 0;

	return h->from && r->type == RECORD_EXIT && r->exec_id && execs_shown(h) &&
	       least_ns + ORDER_NS >= executed;
}

static void least_note(struct tally *t, const struct record *r)
{
	bool timed = r->type == RECORD_EXEC || r->type == RECORD_EXIT;

	if (timed && r->boot_ns && (!t->least_ns || r->boot_ns < t->least_ns))
		t->least_ns = r->boot_ns;
}

static int count(struct history *h, struct tally *t, struct err *err)
{
	const char *line;
	size_t len;
	int r;

	log_reader_seek(h->in, h->from);
	while ((r = log_reader_next(h->in, &line, &len, err)) > 0) {
		bool is_new = h->q->only_old && h->in->at > h->q->old_end;
		autorecord struct record record = {0};

		r = line_read(line, len, &record, err);
		if (r < 0)
			return r;
		if (r)
			least_note(t, &record);
		if (!r || !wanted(h, &record))
			continue;
		t->all++;
		t->is_new += is_new;
		if (exec_unread(h, &record, t->least_ns))
			t->unsure = t->all;
	}
	return r;
}

/* Of a record that is not shown: what was lost is told all the same. */
static void unshown_add(struct history *h, const struct record *r)
{
	struct record_filter f = h->q->filter;

	f.types = 0;
	if (h->begun && r->type == RECORD_LOST && record_matches(r, &f))
		lost_add(&h->sum->lost, &r->lost);
}

/* Is what comes now shown? The first that is not too early begins it. */
static bool begins(struct history *h)
{
	if (h->skip) {
		h->skip--;
		return false;
	}
	if (!h->begun)
		h->in->too_long = 0;
	h->begun = true;
	return true;
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
			h->sum->lost.unreadable += h->begun && len > 0;
		if (r && !wanted(h, &record))
			unshown_add(h, &record);
		else if (r && begins(h)) {
			sum_add(h->sum, &record);
			r = h->on_record(h->arg, &record);
			if (r)
				return r;
		}
	}
	h->sum->torn = h->in->torn;
	h->sum->lost.unreadable += h->in->too_long;
	h->in->too_long = 0;
	return r;
}

/* Looks at the last so many bytes. *ret_sure: what is to be shown of them would be so of all. */
static int tail_look(struct history *h, off_t bytes, struct tally *t, bool *ret_sure,
		     struct err *err)
{
	unsigned long long keep;
	int r = log_reader_seek_line(h->in, h->in->end > bytes ? h->in->end - bytes : 0, err);

	h->from = h->in->at;
	if (!r)
		r = exits_collect(h, err);
	if (!r)
		r = count(h, t, err);
	keep = h->q->limit + t->is_new;
	h->skip = t->all > keep ? t->all - keep : 0;
	h->begun = !h->from && !h->skip;
	*ret_sure = !h->from || (t->all >= keep && t->unsure <= h->skip);
	return r;
}

/* How much is enough, if it is before as it was in the last `bytes`? */
static off_t tail_guess(const struct history *h, off_t bytes, const struct tally *t)
{
	unsigned long long keep = h->q->limit + t->is_new, more = TAIL_MORE;

	if (t->all && 2 * (keep / t->all) > more)
		more = 2 * (keep / t->all);
	if (!t->all || more > (unsigned long long)(h->in->end / bytes))
		return h->in->end;
	return bytes * (off_t)more;
}

/* Where the last that are wanted begin: as far back as it takes to be sure of each of them. */
static int limit_apply(struct history *h, struct err *err)
{
	bool sure = false;
	int r = 0;

	for (off_t bytes = TAIL_FIRST; !r && !sure;) {
		struct tally t = {0};

		r = tail_look(h, bytes, &t, &sure, err);
		bytes = tail_guess(h, bytes, &t);
	}
	h->sum->cut = !h->begun;
	return r;
}

int history_read(struct log_reader *in, const struct history_query *q, record_fn on_record,
		 void *arg, struct history_sum *sum, struct err *err)
{
	struct history h = {.in = in, .q = q, .sum = sum, .on_record = on_record, .arg = arg};
	int r = log_reader_refresh(in, err);

	h.begun = !q->limit;
	if (!r)
		r = q->limit ? limit_apply(&h, err) : exits_collect(&h, err);
	log_reader_seek(in, h.from);
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

	h.begun = true;
	log_reader_seek(in, in->at);
	r = log_reader_refresh(in, err);
	return r ? r : show(&h, err);
}
