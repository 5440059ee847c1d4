// SPDX-License-Identifier: GPL-2.0-only
/* What does the trail say of an exec? Executes itself in many ways; each is a line of a table
 * (table.h), and what the trail has to say is in the test. What the program does then is in its
 * environment, since its arguments are what is tried: END=CODE, END=-SIGNAL, END=+MILLISECONDS, or
 * END=socket: 0 when an internet socket can be had, 1 when not.
 */
#include "table.h"

#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#define SELF "/probes/audit-exec"

static char *end_of(const char *how)
{
	static char text[32];

	snprintf(text, sizeof(text), "END=%s", how);
	return text;
}

static int act(const char *end)
{
	struct timespec t = {0};

	if (!strcmp(end, "socket"))
		return socket(AF_INET, SOCK_DGRAM, 0) < 0;
	if (end[0] == '+') {
		t.tv_nsec = atol(end) * 1000000;
		nanosleep(&t, NULL);
		return 0;
	}
	if (end[0] == '-')
		raise(atoi(end + 1));
	return atoi(end);
}

static int execute(const char *path, char *const argv[], const char *how)
{
	char *env[] = {end_of(how), NULL};

	execve(path, argv, env);
	return errno;
}

/* --- arguments ----------------------------------------------------------------------------------
 */

/* The text's words, at each '|'; how it ends is the number. */
static int exec_words(const struct attempt *a)
{
	static char text[512];
	char *argv[16], *rest = text, how[16];
	int argc = 0;

	snprintf(text, sizeof(text), "%s", a->text);
	while (rest && argc < 15)
		argv[argc++] = strsep(&rest, "|");
	argv[argc] = NULL;
	snprintf(how, sizeof(how), a->other ? "+%ld" : "%ld", a->number);
	return execute(SELF, argv, how);
}

static int exec_none(const struct attempt *a)
{
	char *argv[] = {NULL};

	(void)a;
	return execute(SELF, argv, "0");
}

/* So many bytes in one argument, behind "p". */
static int exec_long(const struct attempt *a)
{
	char *argv[] = {(char *)"p", malloc((size_t)a->number + 1), NULL};

	memset(argv[1], 'x', (size_t)a->number);
	argv[1][a->number] = '\0';
	return execute(SELF, argv, "0");
}

/* So many arguments. */
static int exec_many(const struct attempt *a)
{
	char **argv = calloc((size_t)a->number + 1, sizeof(*argv));

	for (long i = 0; i < a->number; i++)
		argv[i] = (char *)"a";
	return execute(SELF, argv, "0");
}

/* --- places -------------------------------------------------------------------------------------
 */

static char *const plain[] = {(char *)"p", NULL};

static int exec_in(const struct attempt *a)
{
	mkdir(a->text, 0755);
	need(chdir(a->text), a->text);
	if (a->number)
		need(rmdir(a->text), "rmdir");
	return execute(SELF, plain, "0");
}

/* So many directories of 200 letters below one another; the program by a path of its own, or there.
 */
static int exec_deep(const struct attempt *a)
{
	char name[201];

	memset(name, 'd', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	need(chdir("/srv"), "chdir");
	for (long i = 0; i < a->number; i++) {
		mkdir(name, 0755);
		need(chdir(name), "chdir");
	}
	if (!a->text)
		return execute(SELF, plain, "0");
	link("/srv/audit-exec", a->text);
	return execute(a->text, plain, "0");
}

static int exec_chroot(const struct attempt *a)
{
	need(chroot(a->text), "chroot");
	need(chdir("/probes"), "chdir");
	return execute(SELF, plain, "0");
}

static int exec_path(const struct attempt *a)
{
	return execute(a->text, plain, "0");
}

static int exec_descriptor(const struct attempt *a)
{
	int fd = open(SELF, O_PATH | O_CLOEXEC);
	char *env[] = {end_of("0"), NULL};

	(void)a;
	need(fd, SELF);
	syscall(SYS_execveat, fd, "", plain, env, AT_EMPTY_PATH);
	return errno;
}

static int exec_user(const struct attempt *a)
{
	need(setgid((gid_t)a->number), "setgid");
	need(setuid((uid_t)a->number), "setuid");
	return execute(SELF, plain, "0");
}

static const struct attempt table[] = {
	{"plain", exec_words, NULL, "p|one|two words", 0, 0},
	{"code", exec_words, NULL, "p", 7, 0},
	{"segv", exec_words, NULL, "p", -SIGSEGV, 0},
	{"kill", exec_words, NULL, "p", -SIGKILL, 0},
	{"slow", exec_words, NULL, "p", 300, 1},
	{"newline", exec_words, NULL,
	 "p|a\nb|\n{\"type\":\"exec\",\"session\":\"agent:main:main\"}\n", 0, 0},
	{"backslash", exec_words, NULL, "p|a\\nb|\\", 0, 0},
	{"quote", exec_words, NULL, "p|\"],\"uid\":1,\"x\":[\"", 0, 0},
	{"terminal", exec_words, NULL, "p|\033[31mred\033[0m\a\b\r|\177|\302\233", 0, 0},
	{"not-utf8", exec_words, NULL, "p|\377\376|\303|\300\257|ok \303\251", 0, 0},
	{"direction", exec_words, NULL, "p|\342\200\256gnp.exe", 0, 0},
	{"empty-words", exec_words, NULL, "||x|", 0, 0},
	{"no-words", exec_none, NULL, NULL, 0, 0},
	{"fits", exec_long, NULL, NULL, 2045, 0},
	{"too-long", exec_long, NULL, NULL, 2046, 0},
	{"far-too-long", exec_long, NULL, NULL, 100000, 0},
	{"many", exec_many, NULL, NULL, 3000, 0},
	{"cwd", exec_in, NULL, "/srv/a dir\n\"", 0, 0},
	{"cwd-gone", exec_in, NULL, "/srv/gone", 1, 0},
	{"cwd-root", exec_in, NULL, "/", 0, 0},
	{"cwd-long", exec_deep, NULL, NULL, 4, 0},
	{"cwd-too-long", exec_deep, NULL, NULL, 6, 0},
	{"path-long", exec_deep, NULL, "./audit-exec", 15, 0},
	{"path-too-long", exec_deep, NULL, "./audit-exec", 25, 0},
	{"chroot", exec_chroot, NULL, "/srv/root", 0, 0},
	{"symlink", exec_path, NULL, "/srv/link-to-it", 0, 0},
	{"script", exec_path, NULL, "/srv/script", 0, 0},
	{"descriptor", exec_descriptor, NULL, NULL, 0, 0},
	{"user", exec_user, NULL, NULL, 1000, 0},
};

int main(int argc, char **argv)
{
	const char *end = getenv("END");

	if (end)
		return act(end);
	return table_run(table, ARRAY_SIZE(table), argc, argv);
}
