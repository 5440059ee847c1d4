// SPDX-License-Identifier: GPL-2.0-only
/* Which sessions are there? Put a cgroup or a process into one, forget one. */
#include <errno.h>
#include <string.h>

#include "cmd/cmd.h"
#include "kernel/lock.h"
#include "kernel/maps.h"
#include "kernel/sessions.h"
#include "output/table.h"
#include "policy/key/session_key.h"
#include "session/census.h"
#include "session/cgroup.h"
#include "session/enforce.h"
#include "session/inherit.h"
#include "session/registry.h"
#include "util/cleanup.h"
#include "util/escape.h"
#include "util/json.h"

enum { OPT_SESSION, OPT_GATEWAY, OPT_CGROUP, OPT_PID, OPT_CONTAINER, OPT_KILL };

static const struct option_row session_options[] = {
	[OPT_SESSION] = {"session", 's', "KEY", "the session: agent:main:telegram:group:-100123"},
	[OPT_GATEWAY] = {"gateway", 'g', NULL,
			 "the agent's own process tree, instead of a session"},
	[OPT_CGROUP] = {"cgroup", 'c', "PATH",
			"add: who is in this cgroup or below it, and who comes"},
	[OPT_PID] = {"pid", 'p', "PID", "add: this process and its descendants"},
	[OPT_CONTAINER] = {"container", 0, NULL,
			   "add --cgroup: a container runtime starts here; armed once it left the "
			   "host's root"},
	[OPT_KILL] = {"kill", 'k', NULL, "remove: end the session's processes first"},
	{0},
};

/* Its own commands are looked at; in all else it is as free as before. */
static int gateway_add(struct context *ctx, struct kernel *k, pid_t pid, struct err *err)
{
	const char *cgroup = ctx->opt[OPT_CGROUP];
	unsigned int count;
	u32 id;
	int r = registry_add_gateway(k, &id, err);

	if (r)
		return r;
	return cgroup ? registry_add_cgroup(k, id, cgroup, ENTRY_GATEWAY, err)
		      : registry_add_process(k, id, pid, PHASE_GATEWAY, &count, err);
}

static int add_options_check(struct context *ctx, long long *ret_pid, struct err *err)
{
	const char *cgroup = ctx->opt[OPT_CGROUP];

	if (!cgroup == !ctx->opt[OPT_PID])
		return err_usage(err, "add takes either --cgroup PATH or --pid PID");
	if (ctx->opt[OPT_CONTAINER] && !cgroup)
		return err_usage(err, "--container goes with --cgroup");
	if (ctx->opt[OPT_CONTAINER] && ctx->opt[OPT_GATEWAY])
		return err_usage(err, "a gateway is no container");
	return option_number(ctx, OPT_PID, 1, 1 << 22, ret_pid, err);
}

static int session_add_run(struct context *ctx, struct kernel *k, pid_t pid, struct err *err)
{
	const char *cgroup = ctx->opt[OPT_CGROUP];
	unsigned int count = 0;
	u32 id;
	int r;

	if (ctx->opt[OPT_GATEWAY])
		return gateway_add(ctx, k, pid, err);
	r = registry_add(k, ctx->opt[OPT_SESSION], &id, NULL, err);
	/* Who comes later is looked through at its first exec. */
	if (!r && (!cgroup || cgroup_populated(cgroup)))
		r = inherit_prepare_always(k, id, err);
	if (!r && cgroup)
		r = registry_add_cgroup(k, id, cgroup,
					ctx->opt[OPT_CONTAINER] ? ENTRY_CONTAINER : 0, err);
	else if (!r)
		r = registry_add_process(k, id, pid, PHASE_ARMED, &count, err);
	return r;
}

static int session_remove_run(struct context *ctx, struct kernel *k, struct err *err)
{
	struct census census autodestroy(census_clear) = {0};
	const struct session_use *use = NULL;
	struct session session;
	u32 id;
	const char *key = ctx->opt[OPT_GATEWAY] ? SESSION_GATEWAY : ctx->opt[OPT_SESSION];
	int r = session_find(k, key, &id, &session, err);

	if (!r)
		r = census_take(k, &census, err);
	if (!r)
		use = census_find(&census, id);
	if (use && use->processes && !ctx->opt[OPT_KILL]) {
		err_set(err, EBUSY, "%u %s in the session", use->processes,
			use->processes == 1 ? "process is" : "processes are");
		return err_fix(err, "end them first, or give --kill");
	}
	if (!r)
		r = registry_close(k, id, err);
	if (!r && ctx->opt[OPT_KILL])
		r = registry_kill(k, id, err);
	return r ? r : registry_remove(k, id, err);
}

static int list_json(struct context *ctx, const struct kernel *k, const struct census *census,
		     struct err *err)
{
	struct json j autojson = {.pretty = true};
	int r = 0;

	json_object(&j, NULL);
	json_array(&j, "sessions");
	for (size_t i = 0; !r && i < census->count; i++) {
		const struct session_use *use = &census->items[i];
		struct session_counts counts;
		struct session s;

		r = session_read(k, use->session, &s, err);
		if (!r)
			r = session_counts_read(k, use->session, &counts, err);
		if (r)
			break;
		json_object(&j, NULL);
		json_text(&j, "session", s.key);
		json_text(&j, "agent", s.agent);
		json_unsigned(&j, "id", use->session);
		json_unsigned(&j, "processes", use->processes);
		json_unsigned(&j, "cgroups", use->cgroups);
		json_unsigned(&j, "containers", use->containers);
		json_unsigned(&j, "execs", counts.execs);
		json_unsigned(&j, "refusals", counts.refusals);
		json_unsigned(&j, "reports", counts.reports);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	return r ? r : json_print(&j, ctx->out);
}

static int list_text(struct context *ctx, const struct kernel *k, const struct census *census,
		     struct err *err)
{
	int r = 0;

	if (!census->count)
		fputs("No session is registered.\n", ctx->out);
	else
		fprintf(ctx->out, "%-48s %10s %8s %9s\n", "SESSION", "PROCESSES", "EXECS",
			"REFUSALS");
	for (size_t i = 0; !r && i < census->count; i++) {
		const struct session_use *use = &census->items[i];
		struct session_counts counts;
		autobuf struct buf key = {0}; /* a container's name may be in it */
		struct session s;

		r = session_read(k, use->session, &s, err);
		if (!r)
			r = session_counts_read(k, use->session, &counts, err);
		escape_message(&key, s.key, r ? 0 : strlen(s.key));
		if (!r)
			fprintf(ctx->out, "%-48s %10u %8llu %9llu\n", key.data ? key.data : "?",
				use->processes, (unsigned long long)counts.execs,
				(unsigned long long)counts.refusals);
	}
	return r;
}

/* What is over is not listed, and not kept. */
static int session_list_run(struct context *ctx, struct kernel *k, struct err *err)
{
	struct census census autodestroy(census_clear) = {0};
	int r = registry_sweep(k, err);

	if (!r)
		r = census_take(k, &census, err);
	if (r)
		return r;
	return ctx->json ? list_json(ctx, k, &census, err) : list_text(ctx, k, &census, err);
}

static int session_run(struct context *ctx, int argc, char **argv, struct err *err)
{
	struct kernel *k autokernel = NULL;
	bool list = argc == 0 || !strcmp(argv[0], "list");
	bool add = !list && !strcmp(argv[0], "add");
	autoclose int lock = -1;
	long long pid = 0;
	int r;

	if (!list && !add && strcmp(argv[0], "remove") != 0)
		return err_usage(err, "\"%s\" is none of add, list, remove", argv[0]);
	if (!list && !ctx->opt[OPT_SESSION] == !ctx->opt[OPT_GATEWAY])
		return err_usage(err, ctx->opt[OPT_GATEWAY]
					      ? "--session and --gateway exclude each other"
					      : "--session KEY is missing");
	if (add && add_options_check(ctx, &pid, err))
		return -err->code;
	r = lock_take(LOCK_CHANGE, &lock, err);
	if (!r)
		r = kernel_open(&k, err);
	if (r)
		return list || !ctx->opt[OPT_SESSION]
			       ? r
			       : session_key_first(ctx->opt[OPT_SESSION], r, err);
	if (list)
		return session_list_run(ctx, k, err);
	r = add ? session_add_run(ctx, k, (pid_t)pid, err) : session_remove_run(ctx, k, err);
	if (!r && ctx->json)
		fputs("{\"ok\": true}\n", ctx->out);
	return r;
}

const struct command session_command = {
	.name = "session",
	.synopsis = "[list] | add (--session KEY | --gateway) (--cgroup PATH [--container] | "
		    "--pid PID) | remove (--session KEY | --gateway) [--kill]",
	.summary = "put cgroups and processes into sessions, list and remove sessions",
	.details = "A process that is in a session stays in it, wherever it moves, and so does all "
		   "that\n"
		   "it starts. `add --pid` takes a process that runs already: what it has open it\n"
		   "keeps, but a network socket is of no use to it any more where the policy says "
		   "so.\n"
		   "--gateway: what the agent itself starts on the host, although its config says "
		   "that it\n"
		   "is sandboxed, is refused or reported (clawbpf.gateway).\n",
	.options = session_options,
	.max_args = 1,
	.run = session_run,
};
