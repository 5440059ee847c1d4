// SPDX-License-Identifier: GPL-2.0-only
/* Which clawbpf is this, and what does it stand on? */
#include <errno.h>
#include <sys/utsname.h>

#include <bpf/libbpf.h>

#include "abi/types.h"
#include "cmd/cmd.h"
#include "util/json.h"

static int version_run(struct context *ctx, int argc, char **argv, struct err *err)
{
	struct utsname kernel;
	struct json j = {.pretty = true};

	(void)argc;
	(void)argv;
	if (uname(&kernel))
		return err_errno(err, errno, "the kernel's version cannot be read");
	if (!ctx->json) {
		fprintf(ctx->out, "clawbpf %s (libbpf %s, Linux %s)\n", CLAWBPF_VERSION,
			libbpf_version_string() + 1, kernel.release);
		return 0;
	}
	json_object(&j, NULL);
	json_text(&j, "version", CLAWBPF_VERSION);
	json_number(&j, "abi", CLAW_ABI_VERSION);
	json_text(&j, "libbpf", libbpf_version_string() + 1);
	json_text(&j, "kernel", kernel.release);
	json_object_end(&j);
	json_print(&j, ctx->out);
	return 0;
}

const struct command version_command = {
	.name = "version",
	.synopsis = "",
	.summary = "print the version",
	.run = version_run,
};
