// SPDX-License-Identifier: GPL-2.0-only
/* What did the sessions execute, and what was refused? */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "events/clock.h"
#include "events/history.h"
#include "events/log_unpack.h"
#include "events/record_json.h"
#include "events/trail.h"
#include "events/words.h"
#include "kernel/ring.h"
#include "output/history_text.h"
#include "output/record_text.h"
#include "policy/key/session_key.h"
#include "session/registry.h"
#include "util/cleanup.h"

#define FOLLOW_MS    200 /* between two looks */
#define FOLLOW_LIMIT 10  /* of what was logged before */

#define PINS_WAIT_MS 3000
#define PINS_STEP_MS 50

enum { OPT_FOLLOW, OPT_SESSION, OPT_AGENT, OPT_TYPE, OPT_SINCE, OPT_UNTIL, OPT_LIMIT, OPT_FILE };

static const struct option_row audit_options[] = {
	[OPT_FOLLOW] = {"follow", 'f', NULL, "the last 10, then go on as events come"},
	[OPT_SESSION] = {"session", 's', "KEY", "only this session"},
	[OPT_AGENT] = {"agent", 'a', "ID", "only this agent"},
	[OPT_TYPE] = {"type", 't', "TYPE",
		      "only exec, exit, refusal, lost, approved, ...; several with commas"},
	[OPT_SINCE] = {"since", 'S', "TIME", "only from then on: 10m, 2h, 7d, 2026-01-31T15:04"},
	[OPT_UNTIL] = {"until", 'U', "TIME", "only what was before then"},
	[OPT_LIMIT] = {"limit", 'n', "N", "only the last N"},
	[OPT_FILE] = {"file", 'F', "FILE", "show this log, and leave the kernel alone"},
	{0},
};

struct audit {
	bool unloaded; /* there is nothing in the kernel to take events from */
	struct context *ctx;
	struct history_query query;
	struct history_sum sum;
	struct log_reader in;
	const char *path;
	int unpacked;    /* what is read instead, of a compressed one; -1 */
	struct log *log; /* NULL: nothing is drained */
	struct trail trail;
};

static volatile sig_atomic_t stopped;

static void on_stop(int signal)
{
	(void)signal;
	stopped = 1;
}

/* "exec,refusal" as bits. */
static int types_read(const char *text, unsigned int *ret_types, struct err *err)
{
	autofree char *copy = strdup(text);
	char *rest = copy;

	if (!copy)
		return err_set(err, ENOMEM, "out of memory");
	for (char *word; (word = strsep(&rest, ","));) {
		int type = record_type_of_word(word);

		if (type < 0)
			return err_usage(
				err,
				"--type: \"%s\" is none of exec, exit, refusal, lost, "
				"approval-requested, approved, approval-denied, approval-expired, "
				"approval-revoked, approval-unused, loaded, unloaded",
				word);
		*ret_types |= 1u << type;
	}
	return 0;
}

static int time_read(struct context *ctx, unsigned int option, u64 *ret_us, struct err *err)
{
	if (ctx->opt[option] && clock_parse(ctx->opt[option], clock_now_us(), ret_us, err))
		return err->code = CMD_USAGE, -CMD_USAGE;
	return 0;
}

static int query_read(struct context *ctx, struct history_query *q, struct err *err)
{
	long long limit = ctx->opt[OPT_FOLLOW] ? FOLLOW_LIMIT : 0;
	int r = 0;

	q->filter.session = ctx->opt[OPT_SESSION];
	q->filter.agent = ctx->opt[OPT_AGENT];
	if (ctx->opt[OPT_SESSION])
		r = session_key_check(ctx->opt[OPT_SESSION], err);
	if (!r && ctx->opt[OPT_TYPE])
		r = types_read(ctx->opt[OPT_TYPE], &q->filter.types, err);
	if (!r)
		r = time_read(ctx, OPT_SINCE, &q->filter.since_us, err);
	if (!r)
		r = time_read(ctx, OPT_UNTIL, &q->filter.until_us, err);
	if (!r && ctx->opt[OPT_UNTIL] && ctx->opt[OPT_FOLLOW])
		r = err_usage(err, "--until: what is to come has no end with --follow");
	if (!r)
		r = option_number(ctx, OPT_LIMIT, 1, 1ll << 40, &limit, err);
	q->limit = (unsigned long long)limit;
	return r;
}

static int audit_record(void *arg, const struct record *r)
{
	struct audit *a = arg;
	autobuf struct buf line = {0};
	FILE *out = a->ctx->out;

	if (!a->ctx->json)
		return record_print(r, out, a->ctx->color);
	record_encode(&line, r);
	if (line.failed)
		return -ENOMEM;
	fwrite(line.data, 1, line.len, out);
	return ferror(out) ? -EIO : 0;
}

/* Who asks for what was before the log begins, may find it in the one that was moved away. */
static void warn_rotated(struct audit *a)
{
	autobuf struct buf older = {0};
	autorecord struct record first = {0};
	struct log_reader in;
	struct err ignored;
	char begins[CLOCK_TEXT_LEN];
	const char *line;
	size_t len;

	buf_printf(&older, "%s.1", a->path);
	if (!a->query.filter.since_us || older.failed || access(older.data, F_OK) ||
	    log_reader_open(&in, a->path, &ignored))
		return;
	if (log_reader_next(&in, &line, &len, &ignored) > 0 && !record_read(&first, line, len) &&
	    first.time_us > a->query.filter.since_us) {
		clock_format(first.time_us, 0, begins);
		fprintf(a->ctx->log,
			"clawbpf: %s begins at %s: what was before is in %s (--file)\n", a->path,
			begins, older.data);
	}
	log_reader_close(&in);
}

static void warn(struct audit *a)
{
	FILE *log = a->ctx->log;

	if (a->unloaded && !a->ctx->json)
		fputs("clawbpf: nothing is enforced, no policy is loaded: this is the log alone\n",
		      log);
	if (a->sum.torn)
		fprintf(log,
			"clawbpf: the last line of %s has no end: it was cut in a power cut, or "
			"others than clawbpf write there\n",
			a->path);
}

/* The error of on_record, which cannot say it itself. */
static int record_failed(int r, struct err *err)
{
	if (r < 0 && !err->code)
		return err_set(err, -r,
			       r == -ENOMEM ? "out of memory" : "the answer could not be written");
	return r;
}

static int show_all(struct audit *a, struct err *err)
{
	char unpacked[32];
	int r;

	snprintf(unpacked, sizeof(unpacked), "/proc/self/fd/%d", a->unpacked);
	r = log_reader_open(&a->in, a->unpacked < 0 ? a->path : unpacked, err);
	if (!r)
		r = history_read(&a->in, &a->query, audit_record, a, &a->sum, err);
	return record_failed(r, err);
}

/* A load or an unload may be in the middle of its pins: that is over in a moment. */
static int kernel_open_whole(struct kernel **ret, struct err *err)
{
	int r = kernel_open(ret, err);

	for (int waited = 0; r == -ESTALE && waited < PINS_WAIT_MS; waited += PINS_STEP_MS) {
		*err = (struct err){0};
		nanosleep(&(struct timespec){.tv_nsec = PINS_STEP_MS * 1000000L}, NULL);
		r = kernel_open(ret, err);
	}
	return r;
}

/*
 * What waits in the kernel goes into the log first, so that asking twice tells the same. Kernel and
 * ring are let go at once: others want to read too, and there may be a load or an unload between.
 */
static int drain(struct audit *a, struct err *err)
{
	struct kernel *k autokernel = NULL;
	struct ring *ring autoring = NULL;
	int r;

	if (!a->log)
		return 0;
	r = kernel_open_whole(&k, err);
	a->unloaded = r == -ENOENT;
	if (a->unloaded) {
		*err = (struct err){0}; /* nothing is loaded: there is still the log */
		return 0;
	}
	if (!r && a->in.fd < 0) /* once, where it goes on */
		r = registry_reap(k, err);
	if (!r)
		r = ring_open(k, &ring, err);
	if (r == -EBUSY) {
		*err = (struct err){0}; /* somebody else is about it all the time */
		return 0;
	}
	if (r)
		return r;
	a->trail.source = ring_source(ring);
	return trail_drain(&a->trail, 0, err);
}

static int follow_once(struct audit *a, struct err *err)
{
	int r = drain(a, err);

	if (r)
		return r;
	if (a->in.fd < 0) {
		if (access(a->path, F_OK))
			return 0;
		r = log_reader_open(&a->in, a->path, err);
	}
	if (!r)
		r = history_follow(&a->in, &a->query, audit_record, a, &a->sum, err);
	if (!r && log_reader_rotated(&a->in, a->path))
		log_reader_close(&a->in);
	if (!r && fflush(a->ctx->out))
		r = err_errno(err, errno, "the answer could not be written");
	return record_failed(r, err);
}

static int follow(struct audit *a, struct err *err)
{
	struct sigaction stop = {.sa_handler = on_stop};
	int r = 0;

	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	fflush(a->ctx->out);
	while (!r && !stopped) {
		r = follow_once(a, err);
		if (!r)
			nanosleep(&(struct timespec){.tv_nsec = FOLLOW_MS * 1000000L}, NULL);
	}
	return r;
}

static int start(struct audit *a, struct err *err)
{
	struct stat st;
	int r;

	if (a->ctx->opt[OPT_FILE])
		return log_unpack(a->path, &a->unpacked, err);
	if (geteuid() != 0) {
		err_set(err, EPERM, "only root may read the audit trail");
		return err_fix(err, "sudo clawbpf audit");
	}
	r = log_open(&a->log, NULL, err);
	if (r)
		return r;
	trail_start(&a->trail, NULL, a->log);
	if (a->ctx->opt[OPT_FOLLOW]) {
		a->query.only_old = true;
		a->query.old_end = stat(a->path, &st) ? 0 : st.st_size;
	}
	return drain(a, err);
}

static int show(struct audit *a, struct err *err)
{
	int r = show_all(a, err);

	if (!r && a->ctx->opt[OPT_FOLLOW])
		r = follow(a, err);
	if (r)
		return r;
	if (!a->ctx->json)
		history_sum_print(&a->sum, a->query.filter.types, a->ctx->out);
	warn(a);
	warn_rotated(a);
	return 0;
}

static int audit_run(struct context *ctx, int argc, char **argv, struct err *err)
{
	const char *file = ctx->opt[OPT_FILE];
	struct audit a = {
		.ctx = ctx, .in = LOG_READER_EMPTY, .path = file ? file : LOG_PATH, .unpacked = -1};
	struct err ignored;
	int r = query_read(ctx, &a.query, err);

	(void)argc;
	(void)argv;
	if (!r)
		r = start(&a, err);
	if (!r)
		r = show(&a, err);
	else if (r == -ENOSPC) /* nothing can be added, but what there is can be looked at */
		show_all(&a, &ignored);
	if (a.log && trail_end(&a.trail, r ? &ignored : err) && !r)
		r = -err->code;
	log_reader_close(&a.in);
	if (a.unpacked >= 0)
		close(a.unpacked);
	log_free(&a.log);
	return r;
}

const struct command audit_command = {
	.name = "audit",
	.synopsis = "[--follow] [--session KEY] [--agent ID] [--type TYPE] [--since TIME] "
		    "[--until TIME] [--limit N] [--file FILE]",
	.summary = "show what sessions executed, and what was refused",
	.details = "Takes the events that wait in the kernel, appends them to " LOG_PATH ",\n"
		   "and shows that log: each exec with how it ended, each refusal with the config "
		   "key\n"
		   "it comes from, and how many events were lost. With --json, one object a line.\n"
		   "Bytes that are not printable are written \\n, \\t, \\r or \\xNN, a backslash "
		   "\\\\.\n",
	.options = audit_options,
	.run = audit_run,
};
