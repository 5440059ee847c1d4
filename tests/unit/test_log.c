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
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log_folder.h"
#include "util/cleanup.h"

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
/* Somebody appends, and is in the middle of it when the log is read. */
static void test_half_batch(void **state)
{
	struct log_reader in;
	struct err err = {0};
	int ready[2], status;
	char c;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

		if (flock(fd, LOCK_EX) || write(fd, "a\nha", 4) != 4 || write(ready[1], "", 1) != 1)
			_exit(1);
		usleep(100000);
		_exit(write(fd, "lf\n", 3) != 3);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(log_reader_open(&in, path, &err), 0);
	autofree char *text = read_all(&in);

	assert_string_equal(text, "a|half|");
	assert_false(in.torn);
	log_reader_close(&in);
	close(ready[0]);
	close(ready[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_append),
		TEST(test_makes_dir),
		TEST(test_rotation),
		TEST(test_torn_line),
		TEST(test_half_batch),
		TEST(test_full_disk),
		cmocka_unit_test(test_planted),
		TEST(test_long_lines),
		TEST(test_follow_rotation),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
