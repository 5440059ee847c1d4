// SPDX-License-Identifier: GPL-2.0-only
/* What does a config decide for its sessions? For people. */
#include "output/explain_policy.h"

#include <errno.h>
#include <string.h>

#include "config/schema.h"
#include "output/explain_detail.h"
#include "output/explain_product.h"
#include "output/explain_text.h"
#include "output/style.h"
#include "policy/check/findings.h"
#include "policy/view.h"
#include "util/cleanup.h"

/* One agent's sessions: policies[first] to policies[end - 1]. */
struct block {
	const struct explain_policy *e;
	size_t first, end;
	const struct session_view *view; /* of the first */
	struct text_out *out;
};

static const struct policy *block_policy(const struct block *b, size_t i)
{
	return b->e->policies[i];
}

static void print_sandbox(const struct block *b)
{
	const struct sandbox *s = &b->view->sandbox;

	fprintf(b->out->file, "Sandbox mode:     %s\n", words_sandbox_mode[s->mode]);
	fprintf(b->out->file, "Sandbox scope:    %s\n", words_sandbox_scope[s->scope]);
	fprintf(b->out->file, "Workspace access: %s\n\n", words_workspace_access[s->access]);
}

static void print_sessions(const struct block *b)
{
	for (size_t i = b->first; i < b->end; i++) {
		const struct policy *p = block_policy(b, i);

		fputs("Session \"", b->out->file);
		text_put(b->out, p->session_key);
		fputs("\" → ", b->out->file);
		style_print(b->out->file, b->out->color, p->sandboxed ? STYLE_GOOD : STYLE_WARN,
			    "%s", p->sandboxed ? "SANDBOX" : "HOST");
		if (!p->sandboxed)
			fprintf(b->out->file, " (%s)", p->sandbox_reason);
		fputs(p->enforce ? "\n" : " (audit only: nothing is refused)\n", b->out->file);
	}
	fputc('\n', b->out->file);
}

/* Where a command that matches a pattern ends up: deny is absolute, and so is a closed gate. */
static void print_where(const struct block *b)
{
	const struct elevated_view *e = &b->view->elevated;

	for (size_t i = b->first; i < b->end; i++) {
		const struct policy *p = block_policy(b, i);

		if (!p->exec_denied)
			continue;
		fprintf(b->out->file, "refused (exec is denied%s%s)\n",
			p->exec_origin.key ? " by " : "",
			p->exec_origin.key ? p->exec_origin.key : "");
		return;
	}
	fputs(!e->enabled   ? "refused (elevated is off)\n"
	      : e->approval ? "host (with approval)\n"
			    : "host (without approval)\n",
	      b->out->file);
}

static void print_patterns(const struct block *b)
{
	const struct setting_list *patterns = b->view->elevated.patterns;
	size_t widest = 0;

	fputs(patterns->count ? "Elevated patterns:\n" : "Elevated patterns: none\n", b->out->file);
	for (size_t i = 0; i < patterns->count; i++)
		if (text_width(patterns->items[i].text) > widest)
			widest = text_width(patterns->items[i].text);
	for (size_t i = 0; i < patterns->count; i++) {
		const char *text = patterns->items[i].text;

		fputs("  ", b->out->file);
		text_put(b->out, text);
		fprintf(b->out->file, "%*s → ", (int)(widest - text_width(text)), "");
		print_where(b);
	}
	fputc('\n', b->out->file);
}

static int print_denied(const struct block *b)
{
	size_t count, printed = 0;
	autofree const struct setting_list **denies = view_denies(b->e->config, b->view, &count);

	if (!denies)
		return -ENOMEM;

	fputs("  Denied: ", b->out->file);
	for (size_t l = 0; l < count; l++)
		for (size_t i = 0; i < denies[l]->count; i++) {
			fputs(printed++ ? ", " : "", b->out->file);
			text_put(b->out, denies[l]->items[i].text);
		}
	fputs(printed ? "\n" : "nothing\n", b->out->file);
	return 0;
}

static bool same_tools(const struct policy *a, const struct policy *b)
{
	if (a->tool_count != b->tool_count)
		return false;
	for (size_t i = 0; i < a->tool_count; i++)
		if (a->tools[i].allowed != b->tools[i].allowed ||
		    strcmp(a->tools[i].tool, b->tools[i].tool))
			return false;
	return true;
}

static void print_allowed(const struct block *b, const struct policy *p)
{
	size_t printed = 0;

	for (size_t i = 0; i < p->tool_count; i++) {
		if (!p->tools[i].allowed)
			continue;
		fputs(printed++ ? ", " : "", b->out->file);
		text_put(b->out, p->tools[i].tool);
	}
	fputs(printed ? "\n" : "none\n", b->out->file);
}

/* One line when all sessions of the agent have the same tools, else one for each. */
static void print_effective(const struct block *b)
{
	bool same = true;

	for (size_t i = b->first + 1; i < b->end && same; i++)
		same = same_tools(block_policy(b, b->first), block_policy(b, i));
	fputs("  Effective tools: ", b->out->file);
	if (same) {
		print_allowed(b, block_policy(b, b->first));
		return;
	}
	fputc('\n', b->out->file);
	for (size_t i = b->first; i < b->end; i++) {
		fputs("    ", b->out->file);
		text_put(b->out, block_policy(b, i)->session_key);
		fputs(": ", b->out->file);
		print_allowed(b, block_policy(b, i));
	}
}

static void print_layer(const struct block *b, const struct setting_list *l, const char *what)
{
	if (!l->key)
		return;
	fprintf(b->out->file, " %s ", what);
	for (size_t i = 0; i < l->count; i++) {
		fputs(i ? ", " : "", b->out->file);
		text_put(b->out, l->items[i].text);
	}
	fputs(l->count ? ";" : "nothing;", b->out->file);
}

/* Which provider a turn uses is not to be seen from outside the agent. */
static void print_providers(const struct block *b, const struct entries *e)
{
	const struct tool_layer_entry *items = e->items;

	for (size_t i = 0; i < e->count; i++) {
		const struct tool_layer *l = &items[i].layer;

		fputs("  With ", b->out->file);
		text_put(b->out, items[i].entry.name);
		fputc(':', b->out->file);
		if (l->profile.key)
			fprintf(b->out->file, " profile %s;", l->profile.text);
		print_layer(b, &l->allow, "allow");
		print_layer(b, &l->deny, "deny");
		fprintf(b->out->file, " by the agent's own code only  [%s]\n", items[i].entry.key);
	}
}

static int print_tools(const struct block *b)
{
	const struct setting *profile = b->view->profile;

	fputs("Tool policy:\n  Profile: ", b->out->file);
	text_put(b->out, profile ? profile->text : "none (every tool)");
	fputc('\n', b->out->file);
	if (print_denied(b))
		return -ENOMEM;
	print_effective(b);
	print_providers(b, &b->e->config->tools.by_provider);
	if (b->view->agent)
		print_providers(b, &b->view->agent->tools.by_provider);
	fputc('\n', b->out->file);
	return 0;
}

static void print_list(const struct block *b, const struct list_view *l, const char *what,
		       const char *empty)
{
	size_t count = l->list ? l->list->count : 0;

	fprintf(b->out->file, "  %s (%s): ", what, l->from);
	for (size_t i = 0; i < count; i++) {
		fputs(i ? ", " : "", b->out->file);
		text_put(b->out, l->list->items[i].text);
	}
	for (const char *const *t = l->defaults; t && *t; t++)
		fprintf(b->out->file, "%s%s", count++ ? ", " : "", *t);
	fprintf(b->out->file, "%s  [%s]\n", count ? "" : empty, l->key);
}

static void print_sandbox_tools(const struct block *b)
{
	fputs("Sandbox tool policy:\n", b->out->file);
	print_list(b, &b->view->sandbox_allow, "allow", "every tool");
	for (size_t i = 0; i < b->view->sandbox_deny_count; i++)
		print_list(b, &b->view->sandbox_deny[i], "deny", "nothing");
	fputc('\n', b->out->file);
}

static void print_senders(const struct block *b, const struct entries *e)
{
	const struct list_entry *items = e->items;

	for (size_t i = 0; i < e->count; i++) {
		fprintf(b->out->file, "  %s: ", items[i].entry.key);
		for (size_t s = 0; s < items[i].list.count; s++) {
			fputs(s ? ", " : "", b->out->file);
			text_put(b->out, items[i].list.items[s].text);
		}
		fputs(items[i].list.count ? "\n" : "nobody\n", b->out->file);
	}
}

static int print_elevated(const struct block *b)
{
	const struct elevated_view *first = &b->view->elevated;

	fprintf(b->out->file, "Elevated:\n  enabled: %s  [", first->enabled ? "true" : "false");
	text_source(b->out, &first->enabled_source);
	fputs("]\n", b->out->file);
	print_senders(b, first->allow_from);
	print_senders(b, first->agent_allow_from);
	for (size_t i = b->first; i < b->end; i++) {
		struct session_view v autodestroy(session_view_clear) = {0};
		struct err err;

		if (session_view_fill(b->e->config, block_policy(b, i), &v, &err))
			return -err.code;
		if (!v.elevated.gate_count)
			continue;
		fputs("  failing gates of ", b->out->file);
		text_put(b->out, block_policy(b, i)->session_key);
		for (size_t g = 0; g < v.elevated.gate_count; g++)
			fprintf(b->out->file, "%s %s (%s)", g ? "," : ":", v.elevated.gates[g].name,
				v.elevated.gates[g].key);
		fputc('\n', b->out->file);
	}
	fputc('\n', b->out->file);
	return 0;
}

static int print_fixes(const struct block *b)
{
	char **keys autodestroy(view_fix_keys_free) = NULL;

	if (view_fix_keys(b->view, &keys))
		return -ENOMEM;
	fputs("Fix-it keys:\n", b->out->file);
	for (char **k = keys; *k; k++)
		fprintf(b->out->file, "  - %s\n", *k);
	return 0;
}

static int print_block(struct block *b)
{
	int r;

	print_sandbox(b);
	print_sessions(b);
	print_patterns(b);
	r = print_tools(b);
	if (r)
		return r;
	print_sandbox_tools(b);
	r = print_elevated(b);
	for (size_t i = b->first; i < b->end && !r && b->e->detail; i++)
		r = explain_detail_print(block_policy(b, i), b->out);
	return r ? r : print_fixes(b);
}

static void print_findings(const struct explain_policy *e, struct text_out *out)
{
	struct warnings w autowarnings = {0};

	policy_findings(e->config, &w);
	if (w.count)
		fputs("\nWorth a look:\n", out->file);
	for (size_t i = 0; i < w.count; i++) {
		fputs("  - ", out->file);
		text_put(out, w.items[i].text);
		if (w.items[i].pos.line)
			fprintf(out->file, " (%s:%u)", w.items[i].pos.file, w.items[i].pos.line);
		fputc('\n', out->file);
	}
	if (w.dropped)
		fprintf(out->file, "  - and %zu more\n", w.dropped);
}

int explain_policy_print(const struct explain_policy *e, FILE *out, bool color, struct err *err)
{
	struct text_out text = {.file = out, .color = color, .config = e->config->file};
	size_t end;

	if (e->product)
		explain_product_print(e, out);
	explain_product_notes(e, &text);
	for (size_t first = 0; first < e->count; first = end) {
		struct session_view v autodestroy(session_view_clear) = {0};
		struct block b = {.e = e, .first = first, .view = &v, .out = &text};
		int r = session_view_fill(e->config, e->policies[first], &v, err);

		if (r)
			return r;
		for (end = first + 1; end < e->count; end++)
			if (strcmp(e->policies[end]->agent, e->policies[first]->agent))
				break;
		b.end = end;
		fputs(first ? "\n" : "", out);
		if (first || end < e->count)
			style_print(out, color, STYLE_BOLD, "Agent \"%s\"\n\n", v.key.agent);
		if (print_block(&b))
			return err_set(err, ENOMEM, "out of memory");
	}
	print_findings(e, &text);
	explain_product_verdicts(e, &text);
	return 0;
}
