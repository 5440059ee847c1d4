// SPDX-License-Identifier: GPL-2.0-only
/* Put the containers of an agent under policy as they come, and write the audit log. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "agent/agent.h"
#include "cmd/cmd.h"
#include "config/choice.h"
#include "kernel/kernel.h"
#include "session/load.h"
#include "util/cleanup.h"

#define SOCKETS_MAX 8

enum { OPT_ENGINE, OPT_NO_ENGINE, OPT_DIALECT };

static const struct option_row agent_options[] = {
	[OPT_ENGINE] = {"engine", 'e', "SOCKET",
			"the engine on this socket, and not the usual ones; may be given again"},
	[OPT_NO_ENGINE] = {"no-engine", 0, NULL, "look after no containers, write the log only"},
	[OPT_DIALECT] = {"dialect", 'd', "NAME",
			 "read CONFIG as native, clawdbot or openclaw does"},
	{0},
};

/* What is enforced stays, when the config of today is wrong: that is better than nothing. */
static int config_load(struct context *ctx, const char *path, struct err *err)
{
	struct document *d autodocument = NULL;
	struct load_result done = {0};
	int r = document_read_as(path, ctx->opt[OPT_DIALECT], &d, err);
	char text[1024];

	if (!r)
		r = load_document(d, &done, err);
	if (!r)
		fprintf(ctx->out, "enforcing %s (generation %llu)\n", path,
			(unsigned long long)done.generation);
	if (!r || !kernel_pinned_id())
		return r;
	err_format(err, text, sizeof(text));
	fprintf(ctx->log, "clawbpf: %s\nclawbpf: what was loaded before is enforced still\n", text);
	*err = (struct err){0};
	return 0;
}

static int sockets_choose(struct context *ctx, char *given, const char **ret, struct err *err)
{
	char *rest = NULL;
	size_t n = 0;

	ret[0] = NULL;
	if (ctx->opt[OPT_NO_ENGINE])
		return given ? err_usage(err, "--engine and --no-engine exclude each other") : 0;
	if (!given) {
		ret[n++] = AGENT_DOCKER;
		/* Its socket may come later than we do. */
		if (!access(AGENT_PODMAN, F_OK) || !access("/usr/bin/podman", X_OK))
			ret[n++] = AGENT_PODMAN;
	}
	for (char *s = given ? strtok_r(given, "\n", &rest) : NULL; s;
	     s = strtok_r(NULL, "\n", &rest)) {
		if (*s != '/' || n == SOCKETS_MAX)
			return err_usage(err,
					 *s != '/' ? "--engine: \"%s\" is no absolute path"
						   : "--engine: \"%s\" is one too many",
					 s);
		ret[n++] = s;
	}
	ret[n] = NULL;
	return 0;
}

static int agent_command_run(struct context *ctx, int argc, char **argv, struct err *err)
{
	const char *sockets[SOCKETS_MAX + 1];
	autofree char *given = ctx->opt[OPT_ENGINE] ? strdup(ctx->opt[OPT_ENGINE]) : NULL;
	struct agent_request request = {.sockets = sockets, .out = ctx->out};
	int r = sockets_choose(ctx, given, sockets, err);

	if (!r && geteuid() != 0) {
		r = err_set(err, EPERM, "only root may be the agent");
		err_fix(err, "systemctl enable --now clawbpf");
	}
	if (!r && argc)
		r = config_load(ctx, argv[0], err);
	return r ? r : agent_run(&request, err);
}

const struct command agent_command = {
	.name = "agent",
	.synopsis = "[--engine SOCKET]... [--no-engine] [--dialect NAME] [CONFIG]",
	.summary = "look after containers and write the audit log, as a service does",
	.details =
		"Loads CONFIG, if there is one, and stays. Whatever container OpenClaw or Clawdbot "
		"has\n"
		"made, known by its labels and name, is in its session before its first program\n"
		"starts. Events go to the audit log as they come. Without --engine: Docker's "
		"socket,\n" AGENT_DOCKER ", and podman's, when it is installed: " AGENT_PODMAN ".\n"
		"A user's own (rootless) engine has to be named: "
		"/run/user/1000/podman/podman.sock.\n"
		"What is enforced is enforced without the agent, too. While it is gone by an "
		"accident,\n"
		"containers that nobody knows wait for the next one; after SIGTERM they do not.\n",
	.options = agent_options,
	.many = OPT_ENGINE + 1,
	.max_args = 1,
	.run = agent_command_run,
};
