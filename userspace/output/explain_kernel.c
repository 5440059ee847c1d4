// SPDX-License-Identifier: GPL-2.0-only
/* What does the kernel enforce? For people. */
#include "output/explain_kernel.h"

#include <stdlib.h>
#include <string.h>

#include "events/clock.h"
#include "output/explain_box.h"
#include "output/explain_text.h"
#include "output/style.h"

static void print_difference(const struct kernel_facts *k, struct text_out *out)
{
	if (k->other) {
		style_print(
			out->file, out->color, STYLE_BAD,
			"  NOT WHAT IS ENFORCED: what stands above is another config than the one "
			"loaded.\n");
	} else if (k->changed) {
		style_print(out->file, out->color, STYLE_BAD,
			    "  THE FILE %s: what stands above and below is what was loaded.\n",
			    k->changed);
	}
}

static void print_loaded(const struct kernel_facts *k, struct text_out *out)
{
	char when[CLOCK_TEXT_LEN];

	clock_format(k->loaded_at * 1000000, 0, when);
	fputs("  Loaded: ", out->file);
	text_put(out, k->config);
	fprintf(out->file, ", %s, generation %llu\n", when, (unsigned long long)k->generation);
	fprintf(out->file, "  Rules:  %zu in %zu policies\n", k->rules, k->policies);
}

static void print_hooks(const struct kernel_facts *k, struct text_out *out)
{
	const char *sep = "  Hooks:  ";

	for (size_t i = 0; i < k->hook_count; i++) {
		if (!k->hooks[i].attached)
			continue;
		fprintf(out->file, "%s%s", sep, k->hooks[i].hook);
		sep = ", ";
	}
	fputs("\n  Refused since the programs were loaded:", out->file);
	sep = " ";
	for (size_t i = 0; i < k->hook_count; i++) {
		const struct hook_stats *s = &k->hooks[i].stats;

		if (!k->hooks[i].counted || !(s->refused + s->reported))
			continue;
		fprintf(out->file, "%s%s %llu of %llu", sep, k->hooks[i].hook,
			(unsigned long long)s->refused, (unsigned long long)s->asked);
		if (s->reported)
			fprintf(out->file, " (and %llu reported only)",
				(unsigned long long)s->reported);
		sep = ", ";
	}
	fputs(*sep == ' ' ? " nothing\n" : "\n", out->file);
}

static bool tool_has_binaries(const struct policy *p, const char *tool)
{
	for (size_t i = 0; i < p->binary_count; i++) {
		if (p->binaries[i].tool && !strcmp(p->binaries[i].tool, tool))
			return true;
	}
	return false;
}

static bool tool_in_kernel(const struct policy *p, const struct tool_verdict *t)
{
	return (p->exec_denied && !strcmp(t->tool, "exec")) || tool_has_binaries(p, t->tool);
}

static void print_tool(const struct policy *p, const struct tool_verdict *t, struct text_out *out)
{
	const char *sep = ": ";

	fputs("    denied by the kernel: ", out->file);
	text_put(out, t->tool);
	if (p->exec_denied && !strcmp(t->tool, "exec")) {
		fputs(": every exec after the first program\n", out->file);
		return;
	}
	for (size_t i = 0; i < p->binary_count; i++) {
		if (!p->binaries[i].tool || strcmp(p->binaries[i].tool, t->tool) != 0)
			continue;
		fputs(sep, out->file);
		text_put(out, p->binaries[i].value);
		sep = ", ";
	}
	fputc('\n', out->file);
}

static void print_tools(const struct policy *p, struct text_out *out)
{
	const char *sep = "    denied by the agent's own code only: ";

	for (size_t i = 0; i < p->tool_count; i++) {
		if (!p->tools[i].allowed && tool_in_kernel(p, &p->tools[i]))
			print_tool(p, &p->tools[i], out);
	}
	for (size_t i = 0; i < p->tool_count; i++) {
		if (p->tools[i].allowed || tool_in_kernel(p, &p->tools[i]))
			continue;
		fputs(sep, out->file);
		text_put(out, p->tools[i].tool);
		sep = ", ";
	}
	if (*sep == ',')
		fputc('\n', out->file);
}

static void print_session(const struct kernel_facts *k, const struct session_facts *s,
			  const struct policy *p, struct text_out *out)
{
	fputs("  Session \"", out->file);
	text_put(out, p->session_key);
	fputs("\": ", out->file);
	if (k->access != KERNEL_READ) {
		fputs(p->enforce ? "mode enforce\n" : "mode audit\n", out->file);
		print_tools(p, out);
		return;
	}
	if (s->differs)
		style_print(out->file, out->color, STYLE_BAD, "under ANOTHER policy; ");
	fprintf(out->file, "mode %s, %s", p->enforce ? "enforce" : "audit",
		s->registered ? "running" : "not running");
	if (s->registered)
		fprintf(out->file, " (%llu execs, %llu refusals%s)", (unsigned long long)s->execs,
			(unsigned long long)(s->refusals + s->reports),
			s->reports ? ", some reported only" : "");
	if (s->known)
		fprintf(out->file,
			"; rules: %u files, %u names, %u paths, %u contents, %u bind sources\n",
			s->files, s->names, s->paths, s->contents, s->binds);
	else
		fputs("; its policy is in no map: it gets there when the session starts\n",
		      out->file);
	print_tools(p, out);
}

static void print_place(const struct place_facts *p, struct text_out *out)
{
	fprintf(out->file,
		"  Execs:  %llu in sandboxes, %llu on the host by rule, %llu on the host against "
		"the rule",
		(unsigned long long)p->sandboxed, (unsigned long long)p->by_rule,
		(unsigned long long)(p->refused + p->reported));
	if (p->refused + p->reported)
		fprintf(out->file, " (%llu refused, %llu reported only)",
			(unsigned long long)p->refused, (unsigned long long)p->reported);
	fprintf(out->file, ", %llu elevated\n  Gateway: ", (unsigned long long)p->elevated);
	if (!p->promise) {
		fputs("the config does not promise that all is sandboxed\n", out->file);
		return;
	}
	text_put(out, p->promise);
	fprintf(out->file, " is held to: %s%s\n", p->mode,
		p->watched ? "" : "; but its process is not known (clawbpf session add --gateway)");
}

static void print_always(const struct always_facts *a, struct text_out *out)
{
	if (a->problem) {
		fputs("  Approved for always: ", out->file);
		text_put(out, a->problem);
		fputc('\n', out->file);
	} else if (a->count) {
		fputs("  Approved for always (clawbpf approvals revoke ID):\n", out->file);
	}
	for (size_t i = 0; i < a->count; i++) {
		fputs("    ", out->file);
		text_put(out, a->lines[i]);
		fputc('\n', out->file);
	}
}

static void print_kernel(const struct explain_policy *e, const struct kernel_facts *k, FILE *file,
			 bool color)
{
	struct text_out out = {.file = file, .color = color};

	style_print(file, color, STYLE_BOLD, "\nKernel:\n");
	switch (k->access) {
	case KERNEL_READ:
		print_difference(k, &out);
		print_loaded(k, &out);
		print_hooks(k, &out);
		print_place(&k->place, &out);
		print_always(&k->always, &out);
		break;
	case KERNEL_NOT_LOADED:
		style_print(file, color, STYLE_BAD,
			    "  Nothing is enforced: no policy is loaded.\n");
		break;
	case KERNEL_NOT_ALLOWED:
		style_print(file, color, STYLE_WARN,
			    "  Only root may read what is enforced; this is what the file says.\n");
		break;
	}
	for (size_t i = 0; i < e->count; i++) {
		print_session(k, k->sessions ? &k->sessions[i] : NULL, e->policies[i], &out);
		explain_box_print(e->config, e->policies[i], &out);
	}
	if (k->access == KERNEL_READ && k->gaps && k->gaps[0])
		fputs("  Not covered on this kernel:\n", file);
	for (size_t i = 0; k->access == KERNEL_READ && k->gaps && k->gaps[i]; i++)
		fprintf(file, "    %s\n", k->gaps[i]);
}

int explain_print(const struct explain_policy *e, const struct kernel_facts *k, FILE *out,
		  bool color, struct err *err)
{
	int r = explain_policy_print(e, out, color, err);

	if (!r)
		print_kernel(e, k, out, color);
	return r;
}

void kernel_facts_clear(struct kernel_facts *k)
{
	free(k->config);
	free(k->place.promise);
	for (size_t i = 0; i < k->always.count; i++)
		free(k->always.lines[i]);
	free(k->always.lines);
	free(k->always.problem);
	free(k->hooks);
	free(k->sessions);
	*k = (struct kernel_facts){0};
}
