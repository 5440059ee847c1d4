// SPDX-License-Identifier: GPL-2.0-only
/* Run a program in a session. */
#include "session/run.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "cmd/elevated.h"
#include "events/log.h"
#include "events/record_json.h"
#include "output/refusals.h"
#include "util/cleanup.h"

#define STATUS_TIMED_OUT 124 /* as timeout(1) has it */

#define LOG_TRIES   10 /* until another reader of the ring has written what is ours */
#define LOG_STEP_NS 50000000

enum {
	OPT_SESSION,
	OPT_USER,
	OPT_TIMEOUT,
	OPT_KERNEL_ONLY,
	OPT_QUIET,
	OPT_ELEVATED,
	OPT_SENDER,
	OPT_NO_PROMPT
};

static const struct option_row run_options[] = {
	[OPT_SESSION] = {"session", 's', "KEY", "the session: agent:main:telegram:group:-100123"},
	[OPT_USER] = {"user", 'u', "NAME", "become this user first"},
	[OPT_TIMEOUT] = {"timeout", 'T', "SECONDS", "end it after so long; 0: never"},
	[OPT_KERNEL_ONLY] = {"kernel-only", 0, NULL,
			     "make no sandbox: the kernel's rules on the host's files"},
	[OPT_QUIET] = {"quiet-refusals", 'q', NULL, "do not tell at the end what was refused"},
	[OPT_ELEVATED] = {"elevated", 'e', NULL,
			  "on the host, if tools.elevated lets it and somebody approves"},
	[OPT_SENDER] = {"sender", 'S', "PROVIDER:ID",
			"elevated: who wrote the message: telegram:123"},
	[OPT_NO_PROMPT] = {"no-prompt", 0, NULL,
			   "elevated: ask by `clawbpf approvals`, never on this terminal"},
	{0},
};

/* --- what was refused --------------------------------------------------------------------------
 */

static off_t log_size(void)
{
	struct stat st;

	return stat(LOG_PATH, &st) ? 0 : st.st_size;
}

static int refusals_read(struct refusals *r, off_t from, struct err *err)
{
	struct log_reader in = LOG_READER_EMPTY;
	const char *line;
	size_t len;
	int ret = log_reader_open(&in, LOG_PATH, err);

	if (ret)
		return ret;
	log_reader_seek(&in, from <= in.end ? from : 0);
	while ((ret = log_reader_next(&in, &line, &len, err)) > 0) {
		autorecord struct record record = {0};

		if (!record_read(&record, line, len))
			ret = refusals_note(r, &record);
		if (ret < 0)
			break;
	}
	log_reader_close(&in);
	return ret < 0 ? ret : 0;
}

/* A convenience: the trail has it all, so that no failure here is worth a word. */
static void refusals_tell(const struct run_result *done, off_t from, FILE *out)
{
	struct err ignored;

	for (int i = 0; i < LOG_TRIES; i++) {
		struct refusals *r autodestroy(refusals_free) = refusals_new(done->cgroup);
		bool last = i == LOG_TRIES - 1;

		if (!r || (refusals_read(r, from, &ignored) && ignored.code != ENOENT))
			return;
		if (refusals_count(r) >= done->refusals || last) {
			refusals_print(r, out);
			return;
		}
		nanosleep(&(struct timespec){.tv_nsec = LOG_STEP_NS}, NULL);
	}
}

/* --- the command -------------------------------------------------------------------------------
 */

/* As a shell tells it: 128 + the signal that ended it. */
static int status_of(const struct run_result *done)
{
	if (done->timed_out)
		return STATUS_TIMED_OUT;
	if (done->exec_error)
		return done->exec_error == ENOENT ? 127 : 126;
	if (done->box_status)
		return done->box_status;
	return WIFSIGNALED(done->status) ? 128 + WTERMSIG(done->status) : WEXITSTATUS(done->status);
}

static void tell(struct context *ctx, const struct run_result *done, const char *program,
		 off_t log_from)
{
	if (done->exec_error)
		fprintf(ctx->log, "clawbpf: %s: %s%s\n", done->what[0] ? done->what : program,
			strerror(done->exec_error),
			done->exec_error == EPERM ? " (`clawbpf audit` says why)" : "");
	if (done->left_behind)
		fputs("clawbpf: the program left processes behind, which were ended\n", ctx->log);
	if (done->timed_out)
		fprintf(ctx->log,
			"clawbpf: %s was ended after %u second%s, with all that it started "
			"(--timeout, or tools.exec.timeoutSec)\n",
			program, done->timed_out, done->timed_out == 1 ? "" : "s");
	if (done->refusals && !ctx->opt[OPT_QUIET])
		refusals_tell(done, log_from, ctx->log);
}

static int options_check(struct context *ctx, struct err *err)
{
	if (!ctx->opt[OPT_SESSION])
		return err_usage(err, "--session KEY is missing");
	if (ctx->opt[OPT_ELEVATED] && ctx->opt[OPT_KERNEL_ONLY])
		return err_usage(err, "--elevated and --kernel-only exclude each other");
	if (!ctx->opt[OPT_ELEVATED] && (ctx->opt[OPT_SENDER] || ctx->opt[OPT_NO_PROMPT]))
		return err_usage(err, "%s goes with --elevated",
				 ctx->opt[OPT_SENDER] ? "--sender" : "--no-prompt");
	if (ctx->opt[OPT_SENDER] &&
	    (!strchr(ctx->opt[OPT_SENDER], ':') || ctx->opt[OPT_SENDER][0] == ':'))
		return err_usage(err, "--sender: \"%s\" is no PROVIDER:ID", ctx->opt[OPT_SENDER]);
	return 0;
}

/* Where the session's commands run, unless it is elevated. */
static int run_somewhere(struct context *ctx, const struct run_request *request,
			 struct run_result *ret, struct err *err)
{
	const struct elevated_options options = {.sender = ctx->opt[OPT_SENDER],
						 .no_prompt = ctx->opt[OPT_NO_PROMPT]};
	bool stays = true;
	int r = 0;

	if (ctx->opt[OPT_ELEVATED])
		r = elevated_run(ctx, request, &options, ret, &stays, err);
	return r || !stays ? r : run(request, ret, err);
}

static int run_run(struct context *ctx, int argc, char **argv, struct err *err)
{
	struct run_request request = {.session = ctx->opt[OPT_SESSION],
				      .user = ctx->opt[OPT_USER],
				      .argv = argv,
				      .kernel_only = ctx->opt[OPT_KERNEL_ONLY],
				      .timeout = RUN_TIMEOUT_CONFIG};
	struct run_result done = {0};
	off_t log_from = log_size();
	int r;

	(void)argc;
	r = options_check(ctx, err);
	if (r)
		return r;
	r = option_number(ctx, OPT_TIMEOUT, 0, 1000000000, &request.timeout, err);
	if (r)
		return r;
	fflush(ctx->out);
	r = run_somewhere(ctx, &request, &done, err);
	if (r)
		return r;
	tell(ctx, &done, argv[0], log_from);
	return status_of(&done);
}

const struct command run_command = {
	.name = "run",
	.synopsis = "--session KEY [--user NAME] [--timeout SECONDS] [--quiet-refusals] "
		    "[--kernel-only | --elevated [--sender PROVIDER:ID] [--no-prompt]] "
		    "-- PROGRAM [ARG]...",
	.summary = "run a program, and all that it starts, in a session",
	.details =
		"The policy holds from the program's first instruction on, and for everything "
		"that\n"
		"it starts, wherever that goes. A session that is to be sandboxed gets a sandbox\n"
		"(bubblewrap): no network, a private directory or the workspace, no root.\n"
		"The exit status is the program's own; 128 + N when signal N ended it, 127 when "
		"it\n"
		"was not found, 126 when it could not be executed, 124 when its time was up.\n"
		"Processes that it leaves behind are ended with it.\n"
		"--elevated: outside of the sandbox, when the config's tools.elevated admits "
		"sender "
		"and\n"
		"command, and somebody approves, on this terminal or by `clawbpf approvals`. A "
		"command\n"
		"that no pattern is for runs in the sandbox; what is refused, denied or not "
		"answered "
		"in\n"
		"time does not run: 1, and the gate with its key is said.\n",
	.options = run_options,
	.min_args = 1,
	.max_args = CMD_ARGS_ANY,
	.flags = CMD_VERBATIM,
	.run = run_run,
};
