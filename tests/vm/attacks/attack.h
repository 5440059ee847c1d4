/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One attack, and what came of it. A program here is a family of them:
 *   FAMILY         makes all of them, each in a process of its own: a line an attack, NAME <tab>
 *                  escaped | contained | n/a <tab> what was seen
 *   FAMILY NAME    makes one; exits 0 escaped, 1 contained, 2 not applicable here
 *   FAMILY -l      lists them: NAME GOAL WHO SURE
 * GOAL is what an attack is after, and so which policies it breaks; WHO has it with nothing loaded.
 */
#ifndef CLAWBPF_ATTACK_H
#define CLAWBPF_ATTACK_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Where attacks find what they need: made by lib-attacks.sh. */
#define ARENA    "/srv/attack/"
#define DENIED   ARENA "denied"   /* may not be executed, and exits with VICTIM */
#define HARMLESS ARENA "harmless" /* the same length; may, and exits with 43 */
#define TMP      ARENA "tmp/"     /* anybody may write here; the same file system */
#define SECRET   ARENA "secret"   /* a blocked bind source */
#define HELPER   ARENA "helper"   /* a script: leaves TMP "helped" */
#define HELPED   TMP "helped"
#define OUTSIDE  ARENA "outside.sock"
#define MOUNTS   "/run/attack/" /* what is mounted */
#define PORT     7007

enum verdict { ESCAPED, CONTAINED, NOT_HERE, VICTIM = 42 };

/* GOAL_EXEC, GOAL_SELF: every session. The others: those that are sandboxed. */
enum goal { GOAL_EXEC, GOAL_SELF, GOAL_NET, GOAL_MOUNT, GOAL_LEAVE, GOAL_MACHINE };

__attribute__((unused)) static const char *const goal_words[] = {"exec",  "self",  "net",
								 "mount", "leave", "machine"};

#ifndef VERDICT_WORDS
#define VERDICT_WORDS "escaped", "contained", "n/a"
#endif

enum who { ANYBODY, ROOT };

struct attack {
	const char *name;
	int (*run)(const struct attack *a); /* a verdict, or ends as the denied program does */
	enum goal goal;
	enum who who;
	int maybe;        /* not every kernel or machine has what it needs */
	const char *text; /* for `run`, as are the numbers */
	long number, other;
};

/* What was seen, in memory that the attacker's process shares with the one that prints it. */
static char *seen;
#define SEEN_MAX 200

__attribute__((format(printf, 1, 2), unused)) static void see(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(seen, SEEN_MAX, fmt, ap);
	va_end(ap);
}

/* Of a system call: what it means that it returned this. */
__attribute__((unused)) static int verdict_of(long r, const char *what)
{
	int error = errno;

	see("%s: %s", what, r < 0 ? strerror(error) : "done");
	if (r >= 0)
		return ESCAPED;
	return error == EPERM || error == EACCES ? CONTAINED : NOT_HERE;
}

/* The call fails in any case, later for who may make it. */
__attribute__((unused)) static int refused_late(long r, const char *what)
{
	int error = errno;

	if (r < 0 && error != EPERM && error != EACCES && error != ENOSYS) {
		see("%s: %s, so who asks may", what, strerror(error));
		return ESCAPED;
	}
	return verdict_of(r, what);
}

/* A step on the way: the attack ends here when it does not succeed. */
__attribute__((unused)) static void step(long r, const char *what)
{
	if (r < 0)
		_exit(verdict_of(r, what));
}

__attribute__((unused)) static int not_here(const char *why)
{
	see("%s", why);
	return NOT_HERE;
}

/* Executes, in place of this process; its end is the attack's. */
__attribute__((unused)) static int become(const char *path)
{
	char *argv[] = {(char *)path, NULL};

	execve(path, argv, environ);
	return verdict_of(-1, "execve");
}

__attribute__((unused)) static int become_at(int fd, const char *name, int flags)
{
	char *argv[] = {(char *)"x", NULL};

	syscall(SYS_execveat, fd, name, argv, environ, flags);
	return verdict_of(-1, "execveat");
}

/* Everything written, into a new file. */
__attribute__((unused)) static void file_make(const char *path, const void *bytes, size_t len,
					      mode_t mode)
{
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	step(fd, path);
	step(write(fd, bytes, len), "write");
	fchmod(fd, mode);
	close(fd);
}

/* Into a file that is there. */
__attribute__((unused)) static int file_put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), r;

	if (fd < 0)
		return -1;
	r = write(fd, text, strlen(text)) < 0 ? -1 : 0;
	close(fd);
	return r;
}

/* A number that the test has told of the process outside. */
__attribute__((unused)) static long told(const char *name)
{
	const char *text = getenv(name);

	if (text && *text)
		return strtol(text, NULL, 0);
	_exit(not_here("there is no process outside to be seen from here"));
}

/* --- all of a family ---------------------------------------------------------------------------
 */

/* Whoever it leaves behind may be the one that runs the denied program. */
static int attack_make(const struct attack *a)
{
	int status, verdict = NOT_HERE, ran = 0;
	pid_t first, pid;

	see("-");
	fflush(NULL);
	first = fork();
	if (first == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		alarm(30);
		_exit(a->run(a));
	}
	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		if (WIFEXITED(status) && WEXITSTATUS(status) == VICTIM)
			ran = 1;
		if (pid != first)
			continue;
		verdict = WIFEXITED(status) ? WEXITSTATUS(status) : CONTAINED;
		if (verdict == 126 || verdict == 127) {
			see("exit %d: what it started could not execute it", verdict);
			verdict = CONTAINED;
		}
		if (WIFSIGNALED(status))
			see("ended by SIG%s", sigabbrev_np(WTERMSIG(status)));
		if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
			verdict = NOT_HERE;
	}
	if (ran)
		see("the denied program ran");
	return ran ? ESCAPED : verdict > NOT_HERE ? NOT_HERE : verdict;
}

__attribute__((unused)) static int attacks_main(const struct attack *table, size_t count, int argc,
						char **argv)
{
	static const char *const words[] = {VERDICT_WORDS};
	int verdict = NOT_HERE, list = argc > 1 && !strcmp(argv[1], "-l"), found = 0;

	seen = mmap(NULL, SEEN_MAX, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (seen == MAP_FAILED)
		return NOT_HERE;
	setvbuf(stdout, NULL, _IOLBF, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	umask(0);
	for (size_t i = 0; i < count; i++) {
		const struct attack *a = &table[i];

		if (!list && argc > 1 && strcmp(argv[1], a->name) != 0)
			continue;
		found = 1;
		if (list) {
			printf("%s %s %s %s\n", a->name, goal_words[a->goal],
			       a->who == ROOT ? "root" : "anybody", a->maybe ? "maybe" : "sure");
			continue;
		}
		verdict = attack_make(a);
		printf("%s\t%s\t%s\n", a->name, words[verdict], seen);
	}
	if (!found)
		fprintf(stderr, "no attack of that name; -l lists them\n");
	return argc > 1 && !list ? verdict : 0;
}

#define ATTACKS_MAIN(table)                                                                        \
	int main(int argc, char **argv)                                                            \
	{                                                                                          \
		return attacks_main(table, ARRAY_SIZE(table), argc, argv);                         \
	}

#endif
