/* SPDX-License-Identifier: GPL-2.0-only */
/* A program started in a session, and everything that it starts. */
#ifndef CLAWBPF_SESSION_RUN_H
#define CLAWBPF_SESSION_RUN_H

#include "kernel/kernel.h"

struct run_request {
	const char *session; /* key, as given */
	const char *user;    /* whom to become first; NULL: nobody else */
	char **argv;         /* NULL-ended; found by PATH */
};

struct run_result {
	int status;     /* of the program, as wait(2) gives it */
	int exec_error; /* errno value: it could not be executed; status says nothing then */
	unsigned int left_behind; /* 1: some of its processes were still there, and were ended */
};

/*
 * Waits for the program. What it leaves behind is ended with it: a run that is over has nothing
 * running. Takes LOCK_CHANGE while the session comes and goes.
 */
int run(const struct run_request *request, struct run_result *ret, struct err *err);

#endif
