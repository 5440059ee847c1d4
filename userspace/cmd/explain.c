// SPDX-License-Identifier: GPL-2.0-only
/* What is enforced, why, and which key changes it? */
#include <errno.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/explain_facts.h"
#include "output/check.h"
#include "output/explain_kernel.h"
#include "policy/key/asked.h"
#include "policy/product/product_view.h"
#include "policy/policy_list.h"
#include "policy/product/product.h"
#include "policy/resolve.h"
#include "policy/key/session_key.h"
#include "session/enforce.h"
#include "session/marker.h"
#include "session/status.h"
#include "util/cleanup.h"

enum { OPT_AGENT, OPT_SESSION, OPT_CONFIG, OPT_DIALECT };

static const struct option_row explain_options[] = {
	[OPT_AGENT] = {"agent", 'a', "ID", "only the sessions of this agent"},
	[OPT_SESSION] = {"session", 's', "KEY", "only this session, with every tool"},
	[OPT_CONFIG] = {"config", 'c', "FILE",
			"what this file would do, instead of what is loaded"},
	[OPT_DIALECT] = {"dialect", 'd', "NAME",
			 "read --config as native, clawdbot or openclaw does"},
	{0},
};

/* What is explained, and the kernel beside it. */
struct subject {
	struct kernel *kernel; /* NULL: nothing is loaded, or the caller may not look */
	enum kernel_access access;
	struct document *document;
	u64 loaded_fingerprint;
};

static void subject_clear(struct subject *s)
{
	document_free(&s->document);
	kernel_free(&s->kernel);
}

/* Without the maps, the file that was loaded is the next best answer. */
static int subject_from_marker(struct subject *s, struct err *err)
{
	autofree char *path = NULL;
	int r = marker_read(&path, err);

	return r ? r : document_read(path, &s->document, err);
}

static int subject_open(struct context *ctx, struct subject *s, struct err *err)
{
	const char *file = ctx->opt[OPT_CONFIG];
	struct loaded *loaded autoloaded = NULL;
	int r = kernel_open(&s->kernel, err);

	if (r == -EACCES || r == -EPERM)
		s->access = KERNEL_NOT_ALLOWED;
	else if (r == -ENOENT)
		s->access = KERNEL_NOT_LOADED;
	else if (r)
		return r;
	if (file) {
		r = document_suppose_as(file, ctx->opt[OPT_DIALECT], &s->document, err);
		/* A product answers all the same, and is told to be laxer; else load would refuse
		 * it. */
		if (!r && !(dialect_of(s->document->config)->flags & DIALECT_PRODUCT))
			r = policy_check(s->document->config, err);
		return r;
	}
	if (s->access == KERNEL_NOT_ALLOWED)
		return subject_from_marker(s, err);
	if (r) {
		err_fix(err,
			"sudo clawbpf load CONFIG, or ask what a file would do: --config FILE");
		return r;
	}
	return enforced_document(s->kernel, &s->document, &loaded, err);
}

static int policies_choose(struct context *ctx, const struct subject *s, struct policy_list *list,
			   struct err *err)
{
	const struct config *c = s->document->config;
	const char *key = ctx->opt[OPT_SESSION];
	int r;

	if (dialect_of(c)->flags & DIALECT_PRODUCT && (key || ctx->opt[OPT_AGENT])) {
		struct asked asked autodestroy(asked_clear) = {0};

		r = asked_resolve(c, ctx->opt[OPT_AGENT], key, &asked, err);
		return r ? r : policy_list_add(list, c, asked.key, err);
	}
	if (key)
		return policy_list_add(list, c, key, err);
	r = policy_list_add_expected(list, c, err);
	if (!r && s->kernel)
		r = explain_add_running(s->kernel, c, list, err);
	if (!r && ctx->opt[OPT_AGENT])
		r = explain_only_agent(list, c, ctx->opt[OPT_AGENT], err);
	return r ? r : policy_list_group(list, err);
}

/*
 * A product may have no answer without --agent or --session: several agents, and none is the
 * default one. What is enforced is said all the same; the exit status is the product's.
 */
static bool product_answers(struct context *ctx, const struct config *c, struct product_view *ret)
{
	struct err err = {0};

	if (!product_view_fill(c, ctx->opt[OPT_AGENT], ctx->opt[OPT_SESSION], ret, &err))
		return true;
	fprintf(ctx->log, "clawbpf: %s: %s\n", dialect_of(c)->program, err.message);
	return false;
}

static int explain_run(struct context *ctx, int argc, char **argv, struct err *err)
{
	struct subject s autodestroy(subject_clear) = {.access = KERNEL_READ};
	struct kernel_facts facts autodestroy(kernel_facts_clear) = {0};
	struct policy_list policies autopolicies = {0};
	struct product_view view autodestroy(product_view_clear) = {0};
	struct explain_policy e;
	bool product, answer = true;
	int r;

	(void)argc;
	(void)argv;
	if (ctx->opt[OPT_DIALECT] && !ctx->opt[OPT_CONFIG])
		return err_usage(err, "--dialect is for --config: what is loaded has its dialect");
	r = subject_open(ctx, &s, err);
	if (!r && ctx->opt[OPT_AGENT] && ctx->opt[OPT_SESSION] &&
	    !(dialect_of(s.document->config)->flags & DIALECT_PRODUCT))
		return err_usage(
			err, "--session names an agent already: give one of --agent, --session");
	if (!r)
		r = policies_choose(ctx, &s, &policies, err);
	facts.access = s.access;
	if (!r && s.kernel)
		r = explain_facts_read(s.kernel, s.document, &policies, &facts, err);
	if (r)
		return r;
	product = dialect_of(s.document->config)->flags & DIALECT_PRODUCT;
	if (product)
		answer = product_answers(ctx, s.document->config, &view);
	e = (struct explain_policy){.config = s.document->config,
				    .policies = (const struct policy *const *)policies.items,
				    .count = policies.count,
				    .product = product && answer ? &view : NULL,
				    .warnings = &s.document->warnings,
				    .detail = ctx->opt[OPT_SESSION] || ctx->verbose};
	if (ctx->json) {
		r = explain_print_json(&e, &facts, ctx->out, err);
	} else {
		warnings_print(&s.document->warnings, ctx->log);
		r = explain_print(&e, &facts, ctx->out, ctx->color, err);
	}
	return r ? r : !answer || product_refuses(s.document->config);
}

const struct command explain_command = {
	.name = "explain",
	.synopsis = "[--agent ID | --session KEY] [--config FILE [--dialect NAME]]",
	.summary = "say what is enforced, why, and which config key changes it",
	.details =
		"Reads the loaded policy from the kernel, not from the file: it says so when the "
		"two\n"
		"differ. Whoever may not read the maps is answered from the file that was loaded.\n"
		"With --session, or -v, every tool is shown with the layer that decided.\n"
		"In the dialect of a product first what that product's own explain says, for the\n"
		"same --agent and --session, then what is enforced.\n",
	.options = explain_options,
	.run = explain_run,
};
