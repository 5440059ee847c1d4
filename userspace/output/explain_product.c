// SPDX-License-Identifier: GPL-2.0-only
/* What does the product of a dialect say itself of a session? For people. */
#include "output/explain_product.h"

#include <errno.h>

#include "config/choice.h"
#include "config/schema.h"
#include "policy/product/exec_view.h"
#include "policy/product/product.h"
#include "policy/product/product_view.h"
#include "policy/resolve.h"
#include "util/cleanup.h"

static void print_folders(const struct product_view *v, const struct text_out *out)
{
	fputs("  effectiveHostWorkspaceRoot: ", out->file);
	text_put(out, v->host_root);
	fputs("\n  backend: ", out->file);
	text_put(out, v->backend);
	fputs(" runtimeWorkdir: ", out->file);
	text_put(out, v->workdir);
	fprintf(out->file, " workspaceSource: %s\n", v->workspace_source);
	if (v->mount_count)
		fputs("  workspaceMounts:\n", out->file);
	for (size_t i = 0; i < v->mount_count; i++) {
		fputs("    - ", out->file);
		text_put(out, v->mounts[i].host);
		fputs(" -> ", out->file);
		text_put(out, v->mounts[i].container);
		fprintf(out->file, " %s (%s)\n", v->mounts[i].writable ? "rw" : "ro",
			v->mounts[i].source);
	}
}

static void print_line(const struct text_out *out, const char *name, const char *text)
{
	fprintf(out->file, "  %s: ", name);
	text_put(out, text);
	fputc('\n', out->file);
}

static void print_sandbox(const struct product_view *v, const struct text_out *out)
{
	bool folders = v->dialect->flags & DIALECT_SCOPE_HAS_WORKSPACE;

	fputs("Effective sandbox:\n", out->file);
	print_line(out, "agentId", v->asked.agent);
	print_line(out, "sessionKey", v->asked.key);
	print_line(out, "mainSessionKey", v->asked.main_key);
	fprintf(out->file, "  runtime: %s\n", v->sandboxed ? "sandboxed" : "direct");
	fprintf(out->file, "  mode: %s scope: %s", words_sandbox_mode[v->sandbox.mode],
		words_sandbox_scope[v->sandbox.scope]);
	if (!folders)
		fprintf(out->file, " perSession: %s",
			v->sandbox.scope == SCOPE_SESSION ? "true" : "false");
	fprintf(out->file, "\n  workspaceAccess: %s workspaceRoot: ",
		words_workspace_access[v->sandbox.access]);
	text_put(out, v->workspace_root);
	fputc('\n', out->file);
	if (folders)
		print_folders(v, out);
}

static void print_list(const struct text_out *out, const struct sandbox_list *l, const char *name)
{
	fprintf(out->file, "  %s (%s): ", name, l->from);
	for (size_t i = 0; i < l->count; i++) {
		fputs(i ? ", " : "", out->file);
		text_put(out, l->items[i].text);
	}
	fputs(l->count ? "\n" : "(empty)\n", out->file);
}

static void print_elevated(const struct product_view *v, const struct text_out *out)
{
	const struct elevated_answer *a = &v->elevated.answer;

	fprintf(out->file, "\nElevated:\n  enabled: %s\n", a->enabled ? "true" : "false");
	print_line(out, "channel", v->asked.channel ? v->asked.channel : "(unknown)");
	fprintf(out->file, "  allowedByConfig: %s\n", v->elevated.allowed ? "true" : "false");
	if (a->count)
		fputs("  failing gates: ", out->file);
	for (size_t i = 0; i < a->count; i++) {
		fprintf(out->file, "%s%s (", i ? ", " : "", a->gates[i].name);
		text_put(out, a->gates[i].key);
		fputs(i + 1 < a->count ? ")" : ")\n", out->file);
	}
}

void explain_product_print(const struct explain_policy *e, FILE *file)
{
	const struct product_view *v = e->product;
	struct text_out out = {.file = file, .config = e->config->file};

	print_sandbox(v, &out);
	fputs("\nSandbox tool policy:\n", file);
	print_list(&out, &v->tools.allow, "allow");
	print_list(&out, &v->tools.deny, "deny ");
	print_elevated(v, &out);
	if (v->sandbox.mode == SANDBOX_NON_MAIN && v->sandboxed) {
		fputs("\nHint: sandbox mode is non-main; use main session key to run direct: ",
		      file);
		text_put(&out, v->asked.main_key);
		fputc('\n', file);
	}
	fputs("\nFix-it:\n", file);
	for (char *const *k = v->fix; *k; k++) {
		fputs("  - ", file);
		text_put(&out, *k);
		fputc('\n', file);
	}
	fprintf(file, "\nDocs: %s\n\n", v->dialect->docs_url);
}

/* --- ours ----------------------------------------------------------------------------------- */

static void print_difference(const struct dialect *d, const struct policy *p, size_t first,
			     const struct text_out *out)
{
	fprintf(out->file, "  - %s would give ", d->program);
	text_put(out, p->session_key);
	for (size_t t = first; t < p->tool_count; t++) {
		if (!product_is_laxer(&p->tools[t], &p->tools[first]))
			continue;
		fputs(t == first ? ": " : ", ", out->file);
		text_put(out, p->tools[t].tool);
	}
	fputs("; denied here  [", out->file);
	text_put(out, p->tools[first].origin.key);
	fputs("]\n", out->file);
}

void explain_product_warn(const struct explain_policy *e, struct warnings *ret)
{
	product_notes(e->config, ret);
	if (e->product)
		product_session_notes(e->product, ret);
}

static void print_differences(const struct explain_policy *e, const struct text_out *out)
{
	const struct dialect *d = dialect_of(e->config);
	struct warnings notes autowarnings = {0};
	struct err err = {0};

	for (size_t i = 0; i < e->count; i++)
		for (size_t t = 0; t < e->policies[i]->tool_count; t++)
			if (product_is_first(e->policies[i], t))
				print_difference(d, e->policies[i], t, out);
	if (policy_check(e->config, &err) && err.code) {
		fprintf(out->file,
			"  - %s would start with it; it would not be loaded here: ", d->program);
		text_put(out, err.message);
		fputc('\n', out->file);
	}
	explain_product_warn(e, &notes);
	for (size_t i = 0; i < notes.count; i++) {
		fputs("  - ", out->file);
		text_put(out, notes.items[i].text);
		fputc('\n', out->file);
	}
}

static void print_container(const struct explain_policy *e, const struct text_out *out)
{
	const struct product_view *v = e->product;

	if (!v || !v->sandboxed)
		return;
	fputs("Container: ", out->file);
	text_put(out, v->names.container);
	fputs(", its folder: ", out->file);
	text_put(out, v->names.folder);
	fputc('\n', out->file);
	for (char *const *r = v->refusals; r && *r; r++) {
		fputs("  - it would not be made: ", out->file);
		text_put(out, *r);
		fputc('\n', out->file);
	}
}

static void print_exec(const struct explain_policy *e, const struct text_out *out)
{
	const struct product_view *v = e->product;
	struct exec_view exec autodestroy(exec_view_clear) = {0};

	if (!v || exec_view_fill(e->config, v->asked.settings, v->sandboxed, &exec))
		return;
	fprintf(out->file,
		"Commands: run on host %s%s; outside: security %s, ask %s, unanswered %s\n",
		words_exec_host[exec.host], exec.unchecked ? ", unchecked" : "",
		words_exec_security[exec.rules.security], words_exec_ask[exec.rules.ask],
		words_exec_security[exec.rules.fallback]);
	if (exec.problem) {
		fputs("  - exec-approvals.json is not believed, nothing is allowed by it: ",
		      out->file);
		text_put(out, exec.problem);
		fputc('\n', out->file);
	}
	if (exec.note)
		fprintf(out->file, "  - %s\n", exec.note);
	for (size_t i = 0; i < exec.count; i++) {
		fputs("  - allowed: ", out->file);
		text_put(out, exec.entries[i].pattern);
		fputs(exec.entries[i].note ? ": " : "", out->file);
		text_put(out, exec.entries[i].note ? exec.entries[i].note : "");
		fputc('\n', out->file);
	}
}

static void print_verdict(const struct config *c, int product, const struct text_out *out)
{
	const struct dialect *d = dialect_at(product);
	struct warnings problems autowarnings = {0};

	product_problems_of(c, product, &problems);
	fprintf(out->file, "%s %s %s this file%s\n", d->program, d->version,
		problems.count ? "refuses" : "accepts", problems.count ? ":" : "");
	for (size_t i = 0; i < problems.count; i++) {
		fputs("  - ", out->file);
		text_put(out, problems.items[i].text);
		fputc('\n', out->file);
	}
}

static void print_dialect(const struct config *c, const struct text_out *out)
{
	fprintf(out->file, "Dialect: %s (%s)\n", dialect_of(c)->name,
		dialect_reason_name(c->speaks_because));
}

void explain_product_verdicts(const struct explain_policy *e, const struct text_out *out)
{
	if (dialect_of(e->config)->flags & DIALECT_PRODUCT)
		return;
	fputc('\n', out->file);
	print_dialect(e->config, out);
	for (int i = 0; i < DIALECT_COUNT; i++)
		if (dialect_at(i)->flags & DIALECT_PRODUCT)
			print_verdict(e->config, i, out);
}

void explain_product_notes(const struct explain_policy *e, const struct text_out *out)
{
	const struct dialect *d = dialect_of(e->config);
	struct warnings problems autowarnings = {0};

	if (!(d->flags & DIALECT_PRODUCT))
		return;
	product_problems(e->config, &problems);
	print_dialect(e->config, out);
	print_verdict(e->config, e->config->speaks, out);
	if (product_consequence(e->config, &problems))
		fprintf(out->file, "  %s\n", product_consequence(e->config, &problems));
	print_container(e, out);
	print_exec(e, out);
	print_differences(e, out);
	fputc('\n', out->file);
}
