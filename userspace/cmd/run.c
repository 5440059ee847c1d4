// SPDX-License-Identifier: GPL-2.0-only
/* Run a program in a session. */
#include "session/run.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "cmd/cmd.h"

enum { OPT_SESSION, OPT_USER };

static const struct option_row run_options[] = {
	[OPT_SESSION] = {"session", 's', "KEY", "the session: agent:main:telegram:group:-100123"},
	[OPT_USER] = {"user", 'u', "NAME", "become this user first"},
	{0},
};

/* As a shell tells it: 128 + the signal that ended it. */
static int status_of(const struct run_result *done)
{
	if (done->exec_error)
		return done->exec_error == ENOENT ? 127 : 126;
	return WIFSIGNALED(done->status) ? 128 + WTERMSIG(done->status) : WEXITSTATUS(done->status);
}

static int run_run(struct context *ctx, int argc, char **argv, struct err *err)
{
	struct run_request request = {
		.session = ctx->opt[OPT_SESSION], .user = ctx->opt[OPT_USER], .argv = argv};
	struct run_result done = {0};
	int r;

	(void)argc;
	if (!request.session)
		return err_usage(err, "--session KEY is missing");
	fflush(ctx->out);
	r = run(&request, &done, err);
	if (r)
		return r;
	if (done.exec_error)
		fprintf(ctx->log, "clawbpf: %s: %s%s\n", argv[0], strerror(done.exec_error),
			done.exec_error == EPERM ? " (`clawbpf audit` says why)" : "");
	if (done.left_behind)
		fputs("clawbpf: the program left processes behind, which were ended\n", ctx->log);
	return status_of(&done);
}

const struct command run_command = {
	.name = "run",
	.synopsis = "--session KEY [--user NAME] -- PROGRAM [ARG]...",
	.summary = "run a program, and all that it starts, in a session",
	.details =
		"The policy holds from the program's first instruction on, and for everything "
		"that\n"
		"it starts, wherever that goes. The exit status is the program's own; 128 + N "
		"when\n"
		"signal N ended it, 127 when it was not found, 126 when it could not be executed.\n"
		"Processes that it leaves behind are ended with it.\n",
	.options = run_options,
	.min_args = 1,
	.max_args = CMD_ARGS_ANY,
	.flags = CMD_VERBATIM,
	.run = run_run,
};
