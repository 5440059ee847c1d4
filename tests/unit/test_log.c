// SPDX-License-Identifier: GPL-2.0-only
/* Does the log take whole batches, from nobody but us, and give back what it took? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "events/history.h"
#include "events/log.h"
#include "events/record_json.h"
#include "events/trail.h"
#include "util/cleanup.h"

static char dir[64], path[128];

static int start(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/claw-log-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/" LOG_NAME, dir);
	return 0;
}

static int end(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static int append(struct log *l, const char *text)
{
	struct buf b = {.data = (char *)text, .len = strlen(text)};
	struct err err = {0};

	return log_append(l, &b, &err);
}

/* All lines, each with a "|" behind it. */
static char *read_all(struct log_reader *in)
{
	struct buf b = {0};
	struct err err = {0};
	const char *line;
	size_t len;

	buf_puts(&b, "");
	while (log_reader_next(in, &line, &len, &err) > 0)
		buf_printf(&b, "%.*s|", (int)len, line);
	return buf_take(&b);
}

static void assert_log(const char *expected)
{
	struct log_reader in;
	struct err err = {0};
	autofree char *text = NULL;

	assert_int_equal(log_reader_open(&in, path, &err), 0);
	text = read_all(&in);
	log_reader_close(&in);
	assert_string_equal(text, expected);
}

static void test_append(void **state)
{
	struct log *l autodestroy(log_free) = NULL;
	struct err err = {0};
	struct stat st;

	(void)state;
	assert_int_equal(log_open(&l, dir, &err), 0);
	assert_int_equal(append(l, "a\nb\n"), 0);
	assert_int_equal(append(l, "c\n"), 0);
	assert_int_equal(log_sync(l, &err), 0);
	assert_log("a|b|c|");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void test_makes_dir(void **state)
{
	struct log *l autodestroy(log_free) = NULL;
	struct err err = {0};
	char below[128];
	struct stat st;

	(void)state;
	snprintf(below, sizeof(below), "%s/new", dir);
	assert_int_equal(log_open(&l, below, &err), 0);
	assert_int_equal(stat(below, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
}

static void test_rotation(void **state)
{
	struct log *l autodestroy(log_free) = NULL;
	struct err err = {0};
	char other[160];

	(void)state;
	snprintf(other, sizeof(other), "%s.1", path);
	assert_int_equal(log_open(&l, dir, &err), 0);
	assert_int_equal(append(l, "old\n"), 0);
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(append(l, "new\n"), 0);
	assert_log("new|");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(append(l, "newest\n"), 0);
	assert_log("newest|");
}

static void test_torn_line(void **state)
{
	struct log *l autodestroy(log_free) = NULL;
	struct log_reader in;
	struct err err = {0};
	autofree char *text = NULL;

	(void)state;
	assert_int_equal(log_open(&l, dir, &err), 0);
	assert_int_equal(append(l, "whole\nhal"), 0);
	assert_int_equal(log_reader_open(&in, path, &err), 0);
	text = read_all(&in);
	assert_string_equal(text, "whole|");
	assert_true(in.torn);
	log_reader_close(&in);
	assert_int_equal(append(l, "next\n"), 0);
	assert_log("whole|hal|next|");
}

/* A limit on the file's size cuts a write short as a full disk does. */
static void test_full_disk(void **state)
{
	struct log *l autodestroy(log_free) = NULL;
	struct rlimit before, tight;
	struct buf b = {.data = (char *)"0123456789\n0123456789\n", .len = 22};
	struct err err = {0};
	int r;

	(void)state;
	assert_int_equal(log_open(&l, dir, &err), 0);
	assert_int_equal(append(l, "first\n"), 0);
	getrlimit(RLIMIT_FSIZE, &before);
	signal(SIGXFSZ, SIG_IGN);
	tight = (struct rlimit){20, before.rlim_max};
	setrlimit(RLIMIT_FSIZE, &tight);
	r = log_append(l, &b, &err);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(r, -ENOSPC);
	assert_non_null(strstr(err.message, "nothing of this batch"));
	assert_log("first|");
	assert_int_equal(append(l, "second\n"), 0);
	assert_log("first|second|");
}

/* Each plants something where the log should be. */
static void plant_link(void)
{
	assert_int_equal(symlink("/tmp/claw-log-elsewhere", path), 0);
}

static void plant_pipe(void)
{
	assert_int_equal(mkfifo(path, 0600), 0);
}

static void plant_writable(void)
{
	close(open(path, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(chmod(path, 0666), 0);
}

static void plant_second_name(void)
{
	char other[160];

	snprintf(other, sizeof(other), "%s/other", dir);
	close(open(other, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(link(other, path), 0);
}

static void plant_foreign(void)
{
	close(open(path, O_CREAT | O_WRONLY, 0600));
	if (chown(path, 12345, 12345))
		skip(); /* not root */
}

static void plant_open_dir(void)
{
	assert_int_equal(chmod(dir, 0777), 0);
}

static const struct {
	void (*plant)(void);
	const char *says;
} planted[] = {
	{plant_link, "symbolic link"},         {plant_pipe, "no regular file"},
	{plant_writable, "written by others"}, {plant_second_name, "second name"},
	{plant_open_dir, "written by others"}, {plant_foreign, "belongs to user 12345"},
};

static void test_planted(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(planted); i++) {
		struct log *l autodestroy(log_free) = NULL;
		struct err err = {0};

		start(state);
		planted[i].plant();
		assert_true(log_open(&l, dir, &err) < 0);
		assert_null(l);
		if (!strstr(err.message, planted[i].says))
			fail_msg("%s", err.message);
		end(state);
	}
}

static void test_long_lines(void **state)
{
	static char line[3 * LOG_LINE_MAX];
	struct log *l autodestroy(log_free) = NULL;
	struct log_reader in;
	struct err err = {0};
	autofree char *text = NULL;

	(void)state;
	assert_int_equal(log_open(&l, dir, &err), 0);
	assert_int_equal(append(l, "a\n"), 0);
	memset(line, 'x', sizeof(line) - 2);
	line[sizeof(line) - 2] = '\n';
	assert_int_equal(append(l, line), 0);
	assert_int_equal(append(l, "b\n"), 0);
	assert_int_equal(log_reader_open(&in, path, &err), 0);
	text = read_all(&in);
	assert_string_equal(text, "a|b|");
	assert_int_equal(in.too_long, 1);
	assert_int_equal(in.at, in.end);
	log_reader_close(&in);
}

static void test_follow_rotation(void **state)
{
	struct log *l autodestroy(log_free) = NULL;
	struct log_reader in;
	struct err err = {0};
	char other[160];

	(void)state;
	snprintf(other, sizeof(other), "%s.1", path);
	assert_int_equal(log_open(&l, dir, &err), 0);
	assert_int_equal(append(l, "a\n"), 0);
	assert_int_equal(log_reader_open(&in, path, &err), 0);
	free(read_all(&in));
	assert_false(log_reader_rotated(&in, path));
	assert_int_equal(rename(path, other), 0);
	assert_false(log_reader_rotated(&in, path));
	assert_int_equal(append(l, "b\n"), 0);
	assert_true(log_reader_rotated(&in, path));
	log_reader_close(&in);
}

/* --- history: what is shown of a log --- */

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
	f->events = f->wrong = 0;
	f->batches++;
	return r ? r : sink->batch(sink->arg);
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

static void test_trail(void **state)
{
	struct fake fake = {.events = 2, .wrong = 3, .lost = {.execs = 5}};
	struct event_source source = {
		.arg = &fake,
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

#define TEST(f) cmocka_unit_test_setup_teardown(f, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_append),          TEST(test_makes_dir),
		TEST(test_rotation),        TEST(test_torn_line),
		TEST(test_full_disk),       cmocka_unit_test(test_planted),
		TEST(test_long_lines),      TEST(test_follow_rotation),
		TEST(test_history),         TEST(test_history_follow),
		TEST(test_history_bounded), TEST(test_trail),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
