/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attempts to get a program executed, each in a child of its own, and what came of them. An attempt
 * is a line "NAME METHOD ARG..."; its outcome is a line "NAME VERDICT PID WHY": PID is of the
 * process that made the last step, which is the one that an event is about. VERDICT:
 *   0  the program ran, or the step that was tried succeeded
 *   1  refused with EPERM, or the process was killed by SIGKILL
 *   2  it could not be tried
 *   3  refused by something else
 */
#ifndef CLAWBPF_PROBE_ATTEMPT_H
#define CLAWBPF_PROBE_ATTEMPT_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGS_MAX 12

struct method {
	const char *name;
	int args;                    /* at least so many */
	void (*run)(char **arg);     /* in a child: ends by one of the functions below */
	int (*run_here)(char **arg); /* instead, in the very thread: 0 or an errno */
	int ended_by; /* the signal by which the kernel ends what it must not run on */
};

/* What a child tells: at most one line of each kind. */
struct told {
	enum { TOLD_RUNS, TOLD_REFUSED, TOLD_UNTRIED, TOLD_DONE } kind;
	pid_t pid;
	int error;
	char what[64];
};

static int told_fd = -1;
static int held_fd = -1; /* opened before the session began (-o) */

static void tell(int kind, const char *what)
{
	struct told t = {.kind = kind, .pid = (pid_t)syscall(SYS_getpid), .error = errno};

	snprintf(t.what, sizeof(t.what), "%s", what);
	if (write(told_fd, &t, sizeof(t)) != sizeof(t))
		_exit(125);
}

/* A step that has to succeed for there to be an attempt. */
static void need(long r, const char *what)
{
	if (r >= 0)
		return;
	tell(TOLD_UNTRIED, what);
	_exit(125);
}

/* A step that the policy may refuse. */
static void attempt(long r, const char *what)
{
	if (r >= 0)
		return;
	tell(TOLD_REFUSED, what);
	_exit(125);
}

/* Nothing was refused, and there is nothing to execute. */
static void succeed(const char *what)
{
	tell(TOLD_DONE, what);
	_exit(0);
}

/* argv, or the path itself when there is none. */
static char **argv_or(char **argv, char *path, char *buffer[2])
{
	if (argv && argv[0])
		return argv;
	buffer[0] = path;
	buffer[1] = NULL;
	return buffer;
}

static void run(char *path, char **argv)
{
	char *own[2];

	tell(TOLD_RUNS, "execve");
	execve(path, argv_or(argv, path, own), environ);
	attempt(-1, "execve");
}

__attribute__((unused)) static void run_at(int fd, char *name, char **argv, int flags)
{
	char *own[2];

	tell(TOLD_RUNS, "execveat");
	syscall(SYS_execveat, fd, name, argv_or(argv, name[0] ? name : (char *)"fd", own), environ,
		flags);
	attempt(-1, "execveat");
}

/* --- one attempt ------------------------------------------------------------------------------ */

struct outcome {
	int verdict;
	pid_t pid;
	char why[160];
};

static void child_start(const struct method *m, char **arg, int told, int output)
{
	int null = open("/dev/null", O_RDONLY);

	dup2(null, 0);
	dup2(output, 1);
	dup2(output, 2);
	told_fd = told;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(30);
	m->run(arg);
	errno = 0;
	need(-1, "the method came back");
}

/* Of the last process that told something; whoever else there was is reaped too. */
static int status_wait(pid_t first, pid_t pid)
{
	int status = 0, status_of_pid = 0;
	pid_t got;

	if (pid == first || !pid)
		return waitpid(first, &status, __WALL) == first ? status : -1;
	waitpid(first, &status, __WALL);
	/* Its parent waited for it, or it is ours by now: we reap what our children leave behind.
	 */
	got = waitpid(pid, &status_of_pid, __WALL);
	return got == pid ? status_of_pid : status;
}

static void judge_status(struct outcome *o, const struct method *m, int status, int output)
{
	char text[4096] = "";

	if (pread(output, text, sizeof(text) - 1, 0) < 0)
		text[0] = '\0';
	o->verdict = 3;
	if (status == -1) {
		snprintf(o->why, sizeof(o->why), "its end was not seen");
	} else if (WIFSIGNALED(status)) {
		o->verdict = WTERMSIG(status) == SIGKILL || WTERMSIG(status) == m->ended_by ? 1 : 3;
		snprintf(o->why, sizeof(o->why), "killed by SIG%s", sigabbrev_np(WTERMSIG(status)));
	} else if (WEXITSTATUS(status) == 126 || WEXITSTATUS(status) == 127) {
		/* A loader that could not load, a shell that could not start. */
		o->verdict = strstr(text, "Operation not permitted") ||
					     strstr(text, "failed to map segment")
				     ? 1
				     : 3;
		text[strcspn(text, "\n")] = '\0';
		snprintf(o->why, sizeof(o->why), "exit %d: %.120s", WEXITSTATUS(status), text);
	} else {
		o->verdict = 0;
		snprintf(o->why, sizeof(o->why), "it ran: exit %d", WEXITSTATUS(status));
	}
}

static void judge(struct outcome *o, const struct method *m, pid_t child, int told, int output)
{
	struct told t, last = {.kind = TOLD_UNTRIED, .what = "it told nothing"};
	pid_t runs = 0;
	int status;

	while (read(told, &t, sizeof(t)) == sizeof(t)) {
		last = t;
		if (t.kind == TOLD_RUNS)
			runs = t.pid;
	}
	status = status_wait(child, last.pid);
	o->pid = last.pid;
	if (last.kind == TOLD_RUNS) {
		o->pid = runs;
		judge_status(o, m, status, output);
	} else if (last.kind == TOLD_DONE) {
		o->verdict = 0;
		snprintf(o->why, sizeof(o->why), "%s", last.what);
	} else {
		o->verdict = last.kind == TOLD_UNTRIED ? 2 : last.error == EPERM ? 1 : 3;
		snprintf(o->why, sizeof(o->why), "%s: %s", last.what, strerror(last.error));
	}
}

static void outcome_of(const struct method *m, char **arg, struct outcome *o)
{
	int told[2], output = memfd_create("output", MFD_CLOEXEC);
	pid_t child;

	if (m->run_here) {
		int error = m->run_here(arg);

		o->pid = (pid_t)syscall(SYS_getpid);
		o->verdict = !error ? 0 : error == EPERM ? 1 : 3;
		snprintf(o->why, sizeof(o->why), "%s", strerror(error));
		return;
	}
	if (output < 0 || pipe2(told, O_CLOEXEC)) {
		o->verdict = 2;
		snprintf(o->why, sizeof(o->why), "no pipe: %s", strerror(errno));
		return;
	}
	child = fork();
	if (child == 0)
		child_start(m, arg, told[1], output);
	close(told[1]);
	judge(o, m, child, told[0], output);
	close(told[0]);
	close(output);
}

/* --- many of them ----------------------------------------------------------------------------- */

static const struct method *probe_methods;

static const struct method *method_find(const char *name)
{
	for (const struct method *m = probe_methods; m->name; m++) {
		if (!strcmp(m->name, name))
			return m;
	}
	return NULL;
}

/* word[0] is the attempt's name, word[1] the method. */
static int attempt_make(char **word, int count)
{
	struct outcome o = {.verdict = 2, .why = "no such method, or too few arguments"};
	const struct method *m = count > 1 ? method_find(word[1]) : NULL;

	if (m && count - 2 >= m->args)
		outcome_of(m, word + 2, &o);
	printf("%s %d %d %s\n", word[0], o.verdict, (int)o.pid, o.why);
	fflush(stdout);
	return o.verdict;
}

struct batch {
	const char *file; /* NULL: one attempt, from word */
	char **word;
	int count, verdict;
	const char *go; /* a FIFO: wait until somebody opened it for writing */
};

static void *batch_make(void *arg)
{
	struct batch *b = arg;
	char line[8192];
	FILE *f;

	if (b->go)
		close(open(b->go, O_RDONLY | O_CLOEXEC));
	if (!b->file) {
		b->verdict = attempt_make(b->word, b->count);
		return NULL;
	}
	f = fopen(b->file, "re");
	b->verdict = f ? 0 : 2;
	while (f && fgets(line, sizeof(line), f)) {
		char *word[ARGS_MAX + 1] = {NULL}, *rest = NULL;
		int n = 0;

		for (char *w = strtok_r(line, " \t\n", &rest); w && n < ARGS_MAX;
		     w = strtok_r(NULL, " \t\n", &rest))
			word[n++] = w;
		if (n)
			attempt_make(word, n);
	}
	if (f)
		fclose(f);
	return NULL;
}

/*
 * [-o FILE] [-w FIFO] [-t] (-f FILE | METHOD ARG...)
 *   -o FILE   open this now, for the methods "held-..."
 *   -w FIFO   say "ready", and begin when the FIFO is opened by a writer
 *   -t        a thread makes the attempts that was there before the wait, and is not the leader
 *   -f FILE   a batch; the exit status is 0. Else that of the one attempt.
 */
static int attempts_main(int argc, char **argv, const struct method *methods)
{
	struct batch b = {.verdict = 2};
	int option, threaded = 0;
	pthread_t thread;

	probe_methods = methods;
	while ((option = getopt(argc, argv, "+o:w:tf:")) != -1) {
		switch (option) {
		case 'o':
			held_fd = open(optarg, O_RDONLY | O_CLOEXEC);
			break;
		case 'w':
			b.go = optarg;
			break;
		case 't':
			threaded = 1;
			break;
		case 'f':
			b.file = optarg;
			break;
		default:
			return 2;
		}
	}
	b.word = argv + optind - 1; /* one attempt has no name of its own: "-" */
	b.count = argc - optind + 1;
	b.word[0] = (char *)"-";
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (threaded && pthread_create(&thread, NULL, batch_make, &b))
		return 2;
	if (b.go)
		puts("ready");
	fflush(stdout);
	if (threaded)
		pthread_join(thread, NULL);
	else
		batch_make(&b);
	return b.verdict;
}

#endif
