// SPDX-License-Identifier: GPL-2.0-only
/* Is of a log shown what was asked for, and does all that a source gives get into it? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "events/history.h"
#include "events/record_json.h"
#include "events/trail.h"
#include "log_folder.h"
#include "util/cleanup.h"

#define LINE(second, type, more)                                                                   \
	"{\"time\":\"2026-11-21T00:00:0" second "Z\",\"type\":\"" type "\"" more "}\n"

static const char history[] = LINE("1", "exec", ",\"session\":\"a\",\"pid\":1,\"execId\":\"1\"")
	LINE("2", "exec", ",\"session\":\"b\",\"pid\":2,\"execId\":\"2\"") LINE(
		"3", "exit", ",\"session\":\"a\",\"pid\":1,\"execId\":\"1\",\"exit\":{\"code\":3}")
		LINE("4", "refusal", ",\"session\":\"a\",\"pid\":3")
			LINE("5", "exit",
			     ",\"session\":\"b\",\"pid\":4,\"execId\":\"9\",\"exit\":{\"code\":"
			     "4}") "this is no record\n" LINE("6", "lost", ",\"execs\":7");

/* "exec1=3 " for an exec of pid 1 that ended with 3. */
static int tell(void *arg, const struct record *r)
{
	static const char *const words[] = {"none", "exec", "exit", "refusal", "lost"};
	struct buf *b = arg;

	buf_printf(b, "%s%u", words[r->type], r->pid);
	if (r->outcome.known)
		buf_printf(b, "=%d", r->outcome.status >> 8);
	if (r->outcome.replaced)
		buf_puts(b, "=>");
	buf_putc(b, ' ');
	return 0;
}

static const struct {
	struct history_query q;
	const char *told;
	const char *why;
} queries[] = {
	{{.limit = 0},
	 "exec1=3 exec2 refusal3 exit4=4 lost0 ",
	 "an end without its exec stands alone"},
	{{.filter = {.session = "a"}}, "exec1=3 refusal3 lost0 ", "what was lost may be of any"},
	{{.filter = {.types = 1 << RECORD_EXEC}}, "exec1=3 exec2 ", "ends are still joined"},
	{{.filter = {.types = 1 << RECORD_EXIT}},
	 "exit1=3 exit4=4 ",
	 "asked for, each end is shown"},
	{{.filter = {.since_us = 1795219203000000}},
	 "exit1=3 refusal3 exit4=4 lost0 ",
	 "the end of an exec that is too early stands alone"},
	{{.filter = {.until_us = 1795219202000000}},
	 "exec1=3 ",
	 "an exec has its end, when that is too late as well"},
	{{.limit = 2}, "exit4=4 lost0 ", "the last two"},
	{{.limit = 1, .only_old = true, .old_end = (sizeof(history) - 1) / 2},
	 "exec2 refusal3 exit4=4 lost0 ",
	 "the last of the old ones, and all new ones"},
	{{.limit = 100}, "exec1=3 exec2 refusal3 exit4=4 lost0 ", "more than there are"},
};

static void test_history(void **state)
{
	struct log *l autodestroy(log_free) = NULL;
	struct err err = {0};

	(void)state;
	assert_int_equal(log_open(&l, dir, &err), 0);
	assert_int_equal(append(l, history), 0);
	for (size_t i = 0; i < ARRAY_SIZE(queries); i++) {
		struct history_sum sum = {0};
		struct log_reader in;
		autobuf struct buf told = {0};

		assert_int_equal(log_reader_open(&in, path, &err), 0);
		assert_int_equal(history_read(&in, &queries[i].q, tell, &told, &sum, &err), 0);
		log_reader_close(&in);
		if (strcmp(told.data, queries[i].told) != 0)
			fail_msg("%s: %s", queries[i].why, told.data);
		assert_int_equal(sum.lost.unreadable, 1);
	}
}

static void test_history_follow(void **state)
{
	struct log *l autodestroy(log_free) = NULL;
	struct history_query q = {.limit = 0};
	struct history_sum sum = {0};
	struct log_reader in;
	struct err err = {0};
	autobuf struct buf told = {0};

	(void)state;
	assert_int_equal(log_open(&l, dir, &err), 0);
	assert_int_equal(append(l, history), 0);
	assert_int_equal(log_reader_open(&in, path, &err), 0);
	assert_int_equal(history_read(&in, &q, tell, &told, &sum, &err), 0);
	told.len = 0;
	assert_int_equal(history_follow(&in, &q, tell, &told, &sum, &err), 0);
	assert_int_equal(told.len, 0);
	assert_int_equal(append(l, history), 0);
	assert_int_equal(history_follow(&in, &q, tell, &told, &sum, &err), 0);
	assert_string_equal(told.data, "exec1 exec2 exit1=3 refusal3 exit4=4 lost0 ");
	log_reader_close(&in);
}

/* A shell that executes another program in its place: `bash -c date` does. */
static void test_history_replaced(void **state)
{
	static const char lines[] = LINE("1", "exec", ",\"pid\":1,\"ppid\":9,\"execId\":\"1\"")
		LINE("2", "exec", ",\"pid\":2,\"ppid\":1,\"execId\":\"2\"")
			LINE("3", "exec", ",\"pid\":1,\"ppid\":9,\"execId\":\"3\"") LINE(
				"4", "exit", ",\"pid\":1,\"execId\":\"3\",\"exit\":{\"code\":5}")
				LINE("5", "exec", ",\"pid\":1,\"ppid\":9,\"execId\":\"4\"")
					LINE("6", "exec", ",\"pid\":2,\"ppid\":7,\"execId\":\"5\"");
	struct log *l autodestroy(log_free) = NULL;
	struct history_query q = {.limit = 0};
	struct history_sum sum = {0};
	struct log_reader in;
	struct err err = {0};
	autobuf struct buf told = {0};

	(void)state;
	assert_int_equal(log_open(&l, dir, &err), 0);
	assert_int_equal(append(l, lines), 0);
	assert_int_equal(log_reader_open(&in, path, &err), 0);
	assert_int_equal(history_read(&in, &q, tell, &told, &sum, &err), 0);
	log_reader_close(&in);
	assert_string_equal(told.data, "exec1=> exec2 exec1=5 exec1 exec2 ");
}

/* More execs than the table of ends has room for: all are shown, and no end is shown twice. */
static void test_history_bounded(void **state)
{
	struct log *l autodestroy(log_free) = NULL;
	struct history_query q = {.limit = 0};
	struct history_sum sum = {0};
	struct log_reader in;
	struct err err = {0};
	autobuf struct buf lines = {0}, told = {0};

	(void)state;
	for (unsigned int i = 1; i <= 3000; i++) {
		struct record r = {.type = RECORD_EXEC, .time_us = i, .exec_id = i};

		record_encode(&lines, &r);
		r.type = RECORD_EXIT;
		r.outcome.known = true;
		record_encode(&lines, &r);
	}
	assert_int_equal(log_open(&l, dir, &err), 0);
	assert_int_equal(log_append(l, &lines, &err), 0);
	assert_int_equal(log_reader_open(&in, path, &err), 0);
	assert_int_equal(history_read(&in, &q, tell, &told, &sum, &err), 0);
	log_reader_close(&in);
	assert_int_equal(sum.execs, 3000);
	assert_null(strstr(told.data, "exit"));
}

/* --- trail: from a source to the log --- */

struct fake {
	unsigned int events, wrong; /* how many of each are given */
	struct lost lost;
	struct lost told;
	int batches;
};

static int fake_drain(void *arg, int timeout_ms, const struct event_sink *sink, struct err *err)
{
	struct fake *f = arg;
	struct event e = {.type = EVENT_EXEC};
	int r = 0;

	(void)timeout_ms;
	(void)err;
	for (unsigned int i = 0; !r && i < f->events; i++) {
		e.pid = i + 1;
		r = sink->event(sink->arg, &e, sizeof(e));
	}
	for (unsigned int i = 0; !r && i < f->wrong; i++)
		r = sink->event(sink->arg, &e, 5);
	f->batches++;
	if (!r)
		r = sink->batch(sink->arg);
	if (!r)
		f->events = f->wrong = 0;
	return r;
}

static int fake_lost(void *arg, struct lost *ret, struct err *err)
{
	struct fake *f = arg;

	(void)err;
	*ret = f->lost;
	return 0;
}

static int fake_told(void *arg, const struct lost *told, struct err *err)
{
	struct fake *f = arg;

	(void)err;
	f->told = *told;
	f->lost = (struct lost){0};
	return 0;
}

static size_t fake_waiting(void *arg)
{
	(void)arg;
	return 0;
}

static void test_trail(void **state)
{
	struct fake fake = {.events = 2, .wrong = 3, .lost = {.execs = 5}};
	struct event_source source = {
		.arg = &fake,
		.waiting = fake_waiting,
		.drain = fake_drain,
		.lost = fake_lost,
		.lost_told = fake_told,
	};
	struct log *l autodestroy(log_free) = NULL;
	struct history_query q = {.limit = 0};
	struct history_sum sum = {0};
	struct log_reader in;
	struct trail trail;
	struct err err = {0};
	autobuf struct buf told = {0};

	(void)state;
	assert_int_equal(log_open(&l, dir, &err), 0);
	trail_start(&trail, &source, l);
	assert_int_equal(trail_drain(&trail, 0, &err), 0);
	assert_int_equal(trail_drain(&trail, 0, &err), 0);
	assert_int_equal(trail_end(&trail, &err), 0);
	assert_int_equal(fake.told.execs, 5);
	assert_int_equal(fake.told.unreadable, 0);
	assert_int_equal(log_reader_open(&in, path, &err), 0);
	assert_int_equal(history_read(&in, &q, tell, &told, &sum, &err), 0);
	log_reader_close(&in);
	assert_string_equal(told.data, "exec1 exec2 lost0 ");
	assert_int_equal(sum.lost.execs, 5);
	assert_int_equal(sum.lost.unreadable, 3);
}

/* What could not be written is with the source still: then it is in the log once. */
static void test_trail_again(void **state)
{
	struct fake fake = {.events = 2, .wrong = 1};
	struct event_source source = {
		.arg = &fake,
		.waiting = fake_waiting,
		.drain = fake_drain,
		.lost = fake_lost,
		.lost_told = fake_told,
	};
	struct log *l autodestroy(log_free) = NULL;
	struct history_query q = {.limit = 0};
	struct history_sum sum = {0};
	struct rlimit before, tight;
	struct log_reader in;
	struct trail trail;
	struct err err = {0};
	autobuf struct buf told = {0};

	(void)state;
	assert_int_equal(log_open(&l, dir, &err), 0);
	trail_start(&trail, &source, l);
	getrlimit(RLIMIT_FSIZE, &before);
	signal(SIGXFSZ, SIG_IGN);
	tight = (struct rlimit){20, before.rlim_max};
	setrlimit(RLIMIT_FSIZE, &tight);
	assert_int_equal(trail_drain(&trail, 0, &err), -ENOSPC);
	assert_int_equal(trail_drain(&trail, 0, &err), -ENOSPC);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(trail_drain(&trail, 0, &err), 0);
	assert_int_equal(trail_end(&trail, &err), 0);
	assert_int_equal(log_reader_open(&in, path, &err), 0);
	assert_int_equal(history_read(&in, &q, tell, &told, &sum, &err), 0);
	log_reader_close(&in);
	assert_string_equal(told.data, "exec1 exec2 lost0 ");
	assert_int_equal(sum.lost.unreadable, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_history),          TEST(test_history_follow), TEST(test_history_bounded),
		TEST(test_history_replaced), TEST(test_trail),          TEST(test_trail_again),
	};

	return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
