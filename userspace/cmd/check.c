// SPDX-License-Identifier: GPL-2.0-only
/* Is this config right, and what would be enforced? */
#include <errno.h>
#include <stdlib.h>

#include "cmd/cmd.h"
#include "config/json5.h"
#include "output/check.h"
#include "policy/image.h"
#include "policy/policy_list.h"
#include "policy/product/product.h"
#include "policy/resolve.h"
#include "util/cleanup.h"
#include "util/json.h"

enum { OPT_SYNTAX, OPT_DIALECT };

static const struct option_row check_options[] = {
	[OPT_SYNTAX] = {"syntax", 0, NULL, "look at nothing but the JSON5 of this one file"},
	[OPT_DIALECT] = {"dialect", 'd', "NAME", "read it as native, clawdbot or openclaw does"},
	{0},
};

/* The network, programs at all, and the mount tree are a rule each, which no list has. */
static size_t rules_of_policy(const struct image_policy *p)
{
	return p->rule_count + !!(p->flags & POLICY_NO_NETWORK) + !!(p->flags & POLICY_NO_EXEC) +
	       !!(p->flags & POLICY_SANDBOXED);
}

/* What the kernel would be told: compiled as a load does it, then counted and thrown away. */
static int rules_count(const struct policy_list *p, struct check_report *report, struct err *err)
{
	struct image *image autodestroy(image_free) = NULL;
	int r = image_new(&image, err);
	size_t index;

	report->policies = 0;
	for (size_t i = 0; !r && i < p->count; i++) {
		size_t before = image->policy_count;

		r = image_add_policy(image, p->items[i], &index, err);
		if (r || image->policy_count == before)
			continue;
		report->policies++;
		report->rules += rules_of_policy(&image->policies[index]);
	}
	return r;
}

static int check_all(struct context *ctx, const char *path, struct err *err)
{
	struct document *d autodocument = NULL;
	struct policy_list policies autopolicies = {0};
	struct check_report report = {0};
	int r = document_read_as(path, ctx->opt[OPT_DIALECT], &d, err);

	if (!r)
		r = policy_check(d->config, err);
	if (!r)
		r = policy_list_add_expected(&policies, d->config, err);
	if (!r)
		r = rules_count(&policies, &report, err);
	if (r) {
		if (d)
			warnings_print(&d->warnings, ctx->log);
		return r;
	}
	report.document = d;
	report.explain = (struct explain_policy){
		.config = d->config,
		.policies = (const struct policy *const *)policies.items,
		.count = policies.count,
		.detail = ctx->verbose,
		.warnings = &d->warnings,
	};
	if (ctx->json) {
		r = check_print_json(&report, ctx->out, err);
	} else {
		warnings_print(&d->warnings, ctx->log);
		r = check_print(&report, ctx->out, ctx->color, err);
	}
	return r ? r : product_refuses(d->config);
}

static int check_syntax(struct context *ctx, const char *path, struct err *err)
{
	struct sources *sources autodestroy(sources_free) = sources_new(false);
	struct node *root autodestroy(node_free) = NULL;
	struct json j = {.pretty = true};
	const char *text;
	size_t len;
	int r;

	if (!sources)
		return err_set(err, ENOMEM, "out of memory");
	r = sources_read(sources, path, &text, &len, err);
	if (!r)
		r = json5_read(path, text, len, &root, NULL, err);
	if (r || !ctx->json)
		return r;
	json_object(&j, NULL);
	json_bool(&j, "ok", true);
	json_text(&j, "file", path);
	json_object_end(&j);
	json_print(&j, ctx->out);
	return 0;
}

static int check_run(struct context *ctx, int argc, char **argv, struct err *err)
{
	(void)argc;
	return ctx->opt[OPT_SYNTAX] ? check_syntax(ctx, argv[0], err)
				    : check_all(ctx, argv[0], err);
}

const struct command check_command = {
	.name = "check",
	.synopsis = "[--syntax] [--dialect NAME] FILE",
	.summary = "check a config and say what would be enforced; changes nothing",
	.details =
		"Reads FILE and all that it includes as load does, resolves every session that it\n"
		"lets expect, and prints what each may do. With -v, the layer that decided about\n"
		"each tool, and all that would be refused. Needs no privilege.\n"
		"Also which dialect it was read in, and what the products would say of the file. "
		"When\n"
		"a product was asked for by --dialect or clawbpf.dialect and would refuse the "
		"file, "
		"the\n"
		"exit status is 1.\n",
	.options = check_options,
	.min_args = 1,
	.max_args = 1,
	.run = check_run,
};
