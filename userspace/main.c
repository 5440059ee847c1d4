// SPDX-License-Identifier: GPL-2.0-only
/* From the command line to an exit status: 0 done, 1 failed, 2 wrong usage. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "output/error.h"
#include "util/mask.h"
#include "util/streams.h"

/* What was printed may still fail to arrive: a full disk, a closed pipe. */
static int out_flush(struct context *ctx, struct err *err)
{
	struct pollfd out = {.fd = fileno(ctx->out)};

	errno = 0;
	if (!fflush(ctx->out) && !ferror(ctx->out))
		return 0;
	if (!errno) /* it failed earlier, and stdio has forgotten why */
		errno = poll(&out, 1, 0) == 1 && out.revents & POLLERR ? EPIPE : EIO;
	return err_errno(err, errno, "the answer could not be written");
}

static void fail_print(struct context *ctx, struct err *err)
{
	usage_hint(ctx, err);
	if (err->code == EPIPE && ferror(ctx->out))
		return; /* whoever read it has left: `clawbpf audit | head` */
	if (ctx->json && !ferror(ctx->out))
		error_print_json(ctx->out, err);
	else
		error_print(ctx->log, err);
	fflush(ctx->out);
}

int main(int argc, char **argv)
{
	struct context ctx = {.out = stdout, .log = stderr};
	struct err err = {0};
	int r, r_out;

	streams_guard();
	if (argc && git_ssh_is(argv[0]))
		return git_ssh_run(argc, argv);
	/* A reader that leaves must not end a load half way. Children get the default back. */
	signal(SIGPIPE, SIG_IGN);
	mask_take();
	signal(SIGCHLD, SIG_DFL); /* a caller who ignores it would have us wait for what is over */

	r = context_read(&ctx, &argc, &argv, &err);
	if (!r)
		r = ctx.command->run(&ctx, argc, argv, &err);
	if (r < 0)
		fail_print(&ctx, &err);
	r_out = out_flush(&ctx, &err);
	if (r_out && r >= 0) {
		fail_print(&ctx, &err);
		return EXIT_FAILURE;
	}
	if (r < 0)
		return err.code == CMD_USAGE ? 2 : EXIT_FAILURE;
	return r;
}
