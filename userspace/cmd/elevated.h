/* SPDX-License-Identifier: GPL-2.0-only */
/* A command of a session that is to run outside of its sandbox: decided, approved, run. */
#ifndef CLAWBPF_CMD_ELEVATED_H
#define CLAWBPF_CMD_ELEVATED_H

#include "cmd/cmd.h"
#include "kernel/kernel.h"
#include "session/approvals.h"
#include "session/run.h"

struct elevated_options {
	const char *sender; /* "telegram:123"; NULL: nobody says */
	bool no_prompt;
};

/*
 * As run(): *ret_stays is set when no pattern is for the command, and nothing was run. Waits for an
 * approval, for as long as the config says.
 */
int elevated_run(struct context *ctx, const struct run_request *request,
		 const struct elevated_options *options, struct run_result *ret, bool *ret_stays,
		 struct err *err);

/* The terminal of whoever calls, to be asked on; -1: there is none, or it is not only his. */
int prompt_open(const struct kernel *k);
/* Is a process of a session on our terminal, or has it open? */
bool prompt_is_shared(const struct kernel *k);
/* Asks; in what follows, prompt_read has the answer. */
void prompt_ask(int tty, u64 id, const struct approval *a, const char *by, unsigned int seconds);
/* Nobody has to answer any more. */
void prompt_end(int tty);
/* 1: *ret is the answer; 0: there is none yet. */
int prompt_read(int tty, int timeout_ms, enum approval_verdict *ret);

#endif
