// SPDX-License-Identifier: GPL-2.0-only
/* Is everything told again when an engine's events were cut off, and is it said that they were? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "folder.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/engine.h"
#include "util/cleanup.h"

#define REST         "123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HEAD         "HTTP/1.1 200 OK\r\n\r\n"
#define EVENT        "{\"Action\":\"create\",\"Actor\":{\"ID\":\"2" REST "\"}}\n"
#define ENTRY(which) "{\"Id\":\"" which REST "\",\"Names\":[\"/a\"]}"
#define PIECES       2

/*
 * The engine has container 1, tells of 2 as it comes, and is cut off as it tells of 3; when one
 * looks again it has 1 and 3.
 */
static const struct {
	const char *why;
	const char *events[PIECES]; /* of the first connection; then it is closed */
	const char *told;
} rows[] = {
	{"cut off between two events", {EVENT}, "+2"},
	{"in the middle of an event", {EVENT, "{\"Action\":\"create\",\"Ac"}, "+2"},
	{"in the middle of the first", {"{\"Action\":"}, ""},
	{"in the middle of a piece", {EVENT, "\n\n{"}, "+2"},
	{"an event that is none, and then it is cut off", {"<html>\n", EVENT}, "+2"},
};

struct heard {
	struct loop *loop;
	int lists;
	bool listing;
	char text[256];
};

static void note(struct heard *h, const char *what)
{
	size_t len = strlen(h->text);

	snprintf(h->text + len, sizeof(h->text) - len, "%s", what);
}

static void on_container(void *arg, struct engine *e, const struct container_facts *f)
{
	char text[3] = {((struct heard *)arg)->listing ? ' ' : '+', *f->id};

	(void)e;
	note(arg, text);
}

static void on_list(void *arg, struct engine *e, enum engine_list what)
{
	struct heard *h = arg;

	(void)e;
	h->listing = what == LIST_BEGIN;
	note(h, what == LIST_BEGIN ? " (" : what == LIST_END ? " )" : " broken)");
	if (what == LIST_END && ++h->lists == 2)
		loop_stop(h->loop);
}

static void on_state(void *arg, struct engine *e, bool up, const char *why)
{
	(void)e;
	assert_true(up || why);
	note(arg, up ? " up" : " down");
}

static void on_answer(void *arg, struct engine *e, const char *id, const struct container_facts *f)
{
	(void)arg;
	(void)e;
	(void)id;
	(void)f;
	fail();
}

static void enough(void *arg)
{
	note(arg, " (nothing more)");
	loop_stop(((struct heard *)arg)->loop);
}

static void say(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) < 0)
		_exit(1);
}

/* The engine, in a process of its own: the first events are told once the list was. */
static void engine_be(int listener, size_t row)
{
	int streams = 0, first = -1, fd;

	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		char request[2048] = "";

		if (read(fd, request, sizeof(request) - 1) <= 0)
			_exit(1);
		if (strstr(request, "GET /events")) {
			say(fd, HEAD);
			if (!streams++)
				first = fd;
			continue; /* and it stays open */
		}
		say(fd, HEAD "[" ENTRY("1"));
		say(fd, streams > 1 ? "," ENTRY("3") "]" : "]");
		close(fd);
		usleep(100000); /* so that the list is read by then */
		for (size_t i = 0; first >= 0 && i < PIECES && rows[row].events[i]; i++)
			say(first, rows[row].events[i]);
		if (first >= 0)
			close(first);
		first = -1;
	}
	_exit(0);
}

static pid_t engine_start(const char *path, size_t row)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 8), 0);
	pid = fork();
	if (pid < 0)
		fail_msg("fork: %m");
	if (!pid)
		engine_be(fd, row);
	close(fd);
	return pid;
}

static void watch(const char *socket, struct heard *heard)
{
	struct engine_listener listener = {.arg = heard,
					   .container = on_container,
					   .list = on_list,
					   .state = on_state,
					   .answer = on_answer};
	struct engine *engine = NULL;
	struct timer *timer = NULL;
	struct http *http = NULL;
	struct err err = {0};

	assert_int_equal(loop_new(&heard->loop, &err), 0);
	assert_int_equal(http_new(heard->loop, &http, &err), 0);
	assert_int_equal(loop_timer_new(heard->loop, enough, heard, &timer, &err), 0);
	loop_timer_set(timer, 20000);
	assert_int_equal(engine_new(heard->loop, http, socket, &listener, &engine, &err), 0);
	assert_int_equal(loop_run(heard->loop, &err), 0);
	engine_free(&engine);
	http_free(&http);
	loop_timer_free(&timer);
	loop_free(&heard->loop);
}

static void test_cut_off(void **state)
{
	autofolder char *dir = folder_new();
	char path[100], wanted[100];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct heard heard = {0};
		pid_t pid;

		snprintf(path, sizeof(path), "%s/%zu", dir, i);
		pid = engine_start(path, i);
		watch(path, &heard);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		unlink(path);
		snprintf(wanted, sizeof(wanted), " up ( 1 )%s down up ( 1 3 )", rows[i].told);
		if (strcmp(heard.text, wanted) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", rows[i].why, heard.text, wanted);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
