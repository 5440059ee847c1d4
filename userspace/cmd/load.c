// SPDX-License-Identifier: GPL-2.0-only
/* Make a config the enforced policy; and take it all away again. */
#include "session/load.h"

#include "cmd/cmd.h"
#include "cmd/report.h"
#include "config/choice.h"
#include "kernel/skeleton.h"
#include "output/check.h"
#include "output/style.h"
#include "policy/product/product.h"
#include "policy/resolve.h"
#include "util/cleanup.h"
#include "util/json.h"

static void print_json(struct context *ctx, const struct document *d,
		       const struct load_result *done)
{
	struct json j autojson = {.pretty = true};

	json_object(&j, NULL);
	json_bool(&j, "ok", true);
	json_text(&j, "config", sources_root(d->sources));
	json_text(&j, "dialect", dialect_of(d->config)->name);
	json_unsigned(&j, "generation", done->generation);
	json_bool(&j, "first", done->first);
	json_bool(&j, "programsReplaced", done->programs_replaced);
	json_array(&j, "tested");
	for (int i = 0; i < SELF_TEST_COUNT; i++) {
		if (done->tested[i] == SELF_TEST_REFUSED)
			json_text(&j, NULL, self_test_name(i));
	}
	json_array_end(&j);
	report_warnings_json(&j, &d->warnings);
	json_object_end(&j);
	json_print(&j, ctx->out);
}

enum { OPT_DIALECT };

static const struct option_row load_options[] = {
	[OPT_DIALECT] = {"dialect", 'd', "NAME", "read it as native, clawdbot or openclaw does"},
	{0},
};

/* The product may refuse what is enforced here all the same: somebody should know. */
static void print_dialect(struct context *ctx, const struct document *d)
{
	const struct dialect *dialect = dialect_of(d->config);
	struct warnings problems autowarnings = {0};

	if (!(dialect->flags & DIALECT_PRODUCT))
		return;
	product_problems(d->config, &problems);
	warnings_print(&problems, ctx->log);
	fprintf(ctx->out, "Read as %s %s does (%s)%s.\n", dialect->program, dialect->version,
		dialect_reason_name(d->config->speaks_because),
		problems.count ? ", which itself would refuse it" : "");
}

static void print_libbpf(const char *text)
{
	fputs(text, stderr);
}

static int load_run(struct context *ctx, int argc, char **argv, struct err *err)
{
	struct document *d autodocument = NULL;
	struct load_result done = {0};
	char text[1024];
	int r;

	(void)argc;
	if (ctx->verbose > 1)
		skeleton_log(print_libbpf);
	r = document_read_as(argv[0], ctx->opt[OPT_DIALECT], &d, err);
	if (!r)
		r = policy_check(d->config,
				 err); /* what is wrong with it is no matter of the kernel */
	if (!r)
		r = load_document(d, &done, err);
	if (r)
		return r;
	if (done.unlogged.code) {
		err_format(&done.unlogged, text, sizeof(text));
		fprintf(ctx->log, "clawbpf: it is enforced, but not in the audit log: %s\n", text);
	}
	if (ctx->json) {
		print_json(ctx, d, &done);
		return 0;
	}
	warnings_print(&d->warnings, ctx->log);
	style_print(ctx->out, ctx->color, STYLE_GOOD, "Enforcing");
	fprintf(ctx->out, " %s (generation %llu%s).\n", sources_root(d->sources),
		(unsigned long long)done.generation, done.first ? "" : ", replaced at once");
	if (done.programs_replaced)
		fputs("The programs in the kernel were of another build, and were replaced.\n",
		      ctx->out);
	report_self_test(ctx->out, done.tested);
	print_dialect(ctx, d);
	return 0;
}

const struct command load_command = {
	.name = "load",
	.synopsis = "[--dialect NAME] CONFIG",
	.summary = "make a config the enforced policy; again: replace it at once",
	.details =
		"Reads the config and what it includes, resolves the policy of every session, and\n"
		"puts it into the kernel, where it stays when this program has ended. Sessions "
		"that\n"
		"are running get the new policy with their next system call, all of it or none.\n"
		"A config that is refused changes nothing.\n"
		"Without --dialect the config's clawbpf.dialect counts, else the file's name\n"
		"(clawdbot.json, openclaw.json), else it is native.\n",
	.options = load_options,
	.min_args = 1,
	.max_args = 1,
	.run = load_run,
};

enum { OPT_FORCE };

static const struct option_row unload_options[] = {
	[OPT_FORCE] = {"force", 'f', NULL,
		       "also while processes are in sessions: they go on, free"},
	{0},
};

static int unload_run(struct context *ctx, int argc, char **argv, struct err *err)
{
	bool loaded = false;
	int r = unload(ctx->opt[OPT_FORCE] != NULL, &loaded, err);

	(void)argc;
	(void)argv;
	if (r)
		return r;
	if (ctx->json) {
		struct json j autojson = {.pretty = true};

		json_object(&j, NULL);
		json_bool(&j, "ok", true);
		json_bool(&j, "wasLoaded", loaded);
		json_object_end(&j);
		json_print(&j, ctx->out);
		return 0;
	}
	fputs(loaded ? "Nothing is enforced any more.\n" : "No policy was loaded.\n", ctx->out);
	return 0;
}

const struct command unload_command = {
	.name = "unload",
	.synopsis = "[--force]",
	.summary = "stop enforcing, and leave nothing behind in the kernel",
	.details = "Removes every program, map and pin of clawbpf, and its empty cgroups. The "
		   "audit log\n"
		   "stays. Refused while processes are in a session.\n",
	.options = unload_options,
	.run = unload_run,
};
