/* SPDX-License-Identifier: GPL-2.0-only */
/* A program started in a session, and everything that it starts. */
#ifndef CLAWBPF_SESSION_RUN_H
#define CLAWBPF_SESSION_RUN_H

#include "kernel/kernel.h"

#define RUN_TIMEOUT_CONFIG (-1)

struct run_elevated;

struct run_request {
	const char *session; /* key, as given */
	const char *user;    /* whom to become first; NULL: nobody else, or the sandbox's own */
	char **argv;         /* NULL-ended; found by PATH */
	/* On the host, as approved; session has to be canonical then. NULL: where the session
	 * runs. */
	const struct run_elevated *elevated;
	bool kernel_only; /* no sandbox is made around a session that is to have one */
	long long
		timeout; /* seconds; 0: none; RUN_TIMEOUT_CONFIG: a sandbox's, as the config says */
};

struct run_result {
	int status;     /* of the program, as wait(2) gives it */
	int exec_error; /* errno value: it could not be executed; status says nothing then */
	int box_status; /* bubblewrap could not execute it: 126 or 127; 0: it could */
	char what[64];  /* with exec_error: what could not be done; "": the program */
	unsigned int left_behind; /* 1: some of its processes were still there, and were ended */
	unsigned int timed_out;   /* so many seconds were all that it had: it was ended */
	u64 cgroup;               /* its events carry this number */
	u64 refusals;             /* so many things were refused to the session meanwhile */
};

/*
 * Waits for the program. What it leaves behind is ended with it: a run that is over has nothing
 * running. A session that is to be sandboxed gets the built-in sandbox. Takes LOCK_CHANGE while the
 * session comes and goes. Of an elevated one also the errors of elevated_claim: nothing has run
 * then.
 */
int run(const struct run_request *request, struct run_result *ret, struct err *err);

#endif
