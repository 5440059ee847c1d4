/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A table of attempts, each made in a process of its own. For each a line is printed:
 *   NAME <tab> PID <tab> VERDICT <tab> WHAT <tab> EVENT
 * PID made the attempt, and is the one that an event is about. EVENT is what the audit trail has to
 * say when the attempt is refused, as words FIELD=VALUE. VERDICT:
 *   allowed   it succeeded
 *   refused   with EPERM, or as the attempt itself knows a refusal
 *   killed    the process was ended by SIGKILL
 *   absent    this kernel has no such thing
 *   untried   what the attempt needs could not be set up
 *   other     refused by something else; WHAT says by what
 */
#ifndef CLAWBPF_PROBE_TABLE_H
#define CLAWBPF_PROBE_TABLE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* What an attempt answers beside 0 and an errno. */
#define ABSENT  250
#define UNTRIED 251
#define REFUSED 252 /* otherwise than by EPERM */

struct attempt {
	const char *name;
	int (*run)(const struct attempt *a); /* in a child: 0, an errno, or one of those above */
	const char *event;
	const char *text; /* for `run`, as are the numbers */
	long number, other;
};

/* 0 or the errno of a system call. */
static inline int answer_of(long r)
{
	return r < 0 ? errno : 0;
}

/* A step that must work for there to be an attempt at all. */
static inline void need(long r, const char *what)
{
	if (r >= 0)
		return;
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	_exit(UNTRIED);
}

static inline const char *verdict_word(int status)
{
	int code = WEXITSTATUS(status);

	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGKILL ? "killed" : "other";
	switch (code) {
	case 0:
		return "allowed";
	case EPERM:
	case REFUSED:
		return "refused";
	case ABSENT:
		return "absent";
	case UNTRIED:
		return "untried";
	default:
		return "other";
	}
}

static inline const char *what_word(int status)
{
	int code = WEXITSTATUS(status);

	if (WIFSIGNALED(status))
		return strsignal(WTERMSIG(status));
	return code && code < ABSENT ? strerror(code) : "-";
}

/* What each attempt begins with. */
static void (*attempt_prepare)(void);

/* Makes one attempt. Returns what waitpid(2) gives. */
static inline int attempt_make(const struct attempt *a, pid_t *ret_pid)
{
	int status = UNTRIED << 8;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		alarm(20); /* what hangs was refused by nobody */
		if (attempt_prepare)
			attempt_prepare();
		_exit(a->run(a));
	}
	if (pid > 0)
		waitpid(pid, &status, 0);
	*ret_pid = pid;
	return status;
}

/* The attempts named on the command line, all when none is. 2: a name that is not there. */
static inline int table_run(const struct attempt *table, size_t count, int argc, char **argv)
{
	int left = argc - 1;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < count; i++) {
		const struct attempt *a = &table[i];
		int wanted = argc < 2, status;
		pid_t pid;

		for (int j = 1; j < argc; j++)
			wanted |= !strcmp(argv[j], a->name);
		if (!wanted)
			continue;
		left--;
		status = attempt_make(a, &pid);
		printf("%s\t%d\t%s\t%s\t%s\n", a->name, (int)pid, verdict_word(status),
		       what_word(status), a->event ? a->event : "");
	}
	return argc > 1 && left ? 2 : 0;
}

#endif
