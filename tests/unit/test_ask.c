// SPDX-License-Identifier: GPL-2.0-only
/* What is found out about a container, when its engine does not say everything at once? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "folder.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/ask.h"
#include "util/cleanup.h"

#define ID    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

#define LISTED                                                                                     \
	"[{\"Id\":\"" ID "\",\"Names\":[\"/a\"],\"Labels\":{\"openclaw.sessionKey\":\"list\"}}]"
#define STRANGER                                                                                   \
	"[{\"Id\":\"" OTHER "\",\"Names\":[\"/"                                                    \
	"a\"],\"Labels\":{\"openclaw.sessionKey\":\"list\"}}]"
#define TOLD                                                                                       \
	"{\"Action\":\"create\",\"Actor\":{\"ID\":\"" ID                                           \
	"\",\"Attributes\":{\"name\":\"a\",\"openclaw.sessionKey\":\"events\"}}}\n"

/* NULL: it does not answer; what begins with a digit is a status. */
static const struct {
	const char *why, *list, *events, *scope;
} rows[] = {
	{"in the list", LISTED, "", "list"},
	{"the list waits for a lock, the events tell", NULL, TOLD, "events"},
	{"the list alone answers", LISTED, NULL, "list"},
	{"not in the list", "[]", "", "none"},
	{"another one in the list", STRANGER, "", "none"},
	{"the events do not know it, the list waits", NULL, "", "no answer"},
	{"the list fails, the events tell", "500", TOLD, "events"},
	{"both fail", "500", "404", "no answer"},
	{"no JSON", "<html>", "<html>", "no answer"},
};

struct heard {
	struct loop *loop;
	char text[32];
};

static void hear(void *arg, const char *id, const struct container_facts *f)
{
	struct heard *h = arg;

	assert_string_equal(id, ID);
	assert_string_equal(h->text, "no answer"); /* once only */
	snprintf(h->text, sizeof(h->text), "%s", f ? f->scope : "none");
	loop_stop(h->loop);
}

static void enough(void *arg)
{
	loop_stop(arg);
}

/* An engine, in a process of its own. */
static void answer(int fd, size_t row)
{
	char request[2048] = "", head[128];
	const char *body;
	bool failed;

	if (read(fd, request, sizeof(request) - 1) <= 0)
		return;
	body = strstr(request, "GET /events") ? rows[row].events : rows[row].list;
	if (!body)
		return; /* and the connection stays open */
	failed = *body >= '0' && *body <= '9';
	snprintf(head, sizeof(head),
		 "HTTP/1.1 %.3s OK\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n",
		 failed ? body : "200", strlen(body));
	if (write(fd, head, strlen(head)) > 0 && *body && write(fd, body, strlen(body)) < 0)
		_exit(1);
	close(fd);
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
	for (int c; !pid && (c = accept(fd, NULL, NULL)) >= 0;)
		answer(c, row);
	close(fd);
	return pid;
}

/* What came of one question, in so many milliseconds. */
static void ask(const char *socket, long ms, char *ret, size_t size)
{
	struct heard heard = {.text = "no answer"};
	struct ask_listener listener = {.arg = &heard, .answer = hear};
	struct timer *timer = NULL;
	struct http *http = NULL;
	struct asks *asks = NULL;
	struct err err = {0};

	assert_int_equal(loop_new(&heard.loop, &err), 0);
	assert_int_equal(http_new(heard.loop, &http, &err), 0);
	assert_int_equal(loop_timer_new(heard.loop, enough, heard.loop, &timer, &err), 0);
	assert_int_equal(asks_new(heard.loop, http, socket, &listener, &asks, &err), 0);
	assert_int_equal(asks_start(asks, ID, &err), 0);
	assert_int_equal(asks_start(asks, ID, &err), 0); /* it is asked already */
	loop_timer_set(timer, ms);
	assert_int_equal(loop_run(heard.loop, &err), 0);
	snprintf(ret, size, "%s", heard.text);
	asks_free(&asks);
	http_free(&http);
	loop_timer_free(&timer);
	loop_free(&heard.loop);
}

static void test_answers(void **state)
{
	autofolder char *dir = folder_new();
	char path[100], text[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool silent = !strcmp(rows[i].scope, "no answer");
		pid_t pid;

		snprintf(path, sizeof(path), "%s/%zu", dir, i);
		pid = engine_start(path, i);
		ask(path, silent ? 300 : 20000, text, sizeof(text));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		unlink(path);
		if (strcmp(text, rows[i].scope))
			fail_msg("%s: %s, not %s", rows[i].why, text, rows[i].scope);
	}
	snprintf(path, sizeof(path), "%s/nobody", dir);
	ask(path, 20000, text, sizeof(text));
	assert_string_equal(text, "none");
}

/* So many have connected that nobody accepts: one more is told to come again. */
static void test_busy(void **state)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	autofolder char *dir = folder_new();
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int first = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int next = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	char text[32];

	(void)state;
	snprintf(at.sun_path, sizeof(at.sun_path), "%s/busy", dir);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 0), 0);
	assert_int_equal(connect(first, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(connect(next, (struct sockaddr *)&at, sizeof(at)), -1);
	assert_int_equal(errno, EAGAIN);
	ask(at.sun_path, 300, text, sizeof(text));
	assert_string_equal(text, "no answer"); /* not "none": it may well have it */
	close(fd);
	ask(at.sun_path, 20000, text, sizeof(text));
	assert_string_equal(text, "none");
	close(first);
	close(next);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
