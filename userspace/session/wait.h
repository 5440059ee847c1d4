/* SPDX-License-Identifier: GPL-2.0-only */
/* Waiting for a program: its end, the signals that are meant for it, and its time. */
#ifndef CLAWBPF_SESSION_WAIT_H
#define CLAWBPF_SESSION_WAIT_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct waiting {
	pid_t pid;
	bool boxed;           /* pid is bubblewrap; the program is its grandchild */
	const char *cgroup;   /* all of it; to be killed when the time is up */
	unsigned int timeout; /* seconds; 0: none */
	bool timed_out;       /* filled by wait_program */
};

/* From before the process is made until it is waited for, signals are kept. *ret_old: for the
 * child.
 */
void wait_prepare(sigset_t *ret_old);
/* The program's status, as wait(2) gives it. */
int wait_program(struct waiting *w);

#endif
