// SPDX-License-Identifier: GPL-2.0-only
/* Which layer decided about each tool of a session, and what is refused to it? */
#include "output/explain_detail.h"

#include <errno.h>
#include <string.h>

#include "output/table.h"
#include "util/buf.h"
#include "util/cleanup.h"

static int add_origin(struct table *t, const struct text_out *out, const struct origin *o)
{
	autofree char *text = origin_text(out, o);

	if (!text)
		return -ENOMEM;
	table_add(t, STYLE_DIM, text);
	return 0;
}

static int print_trail(const struct policy *p, const struct text_out *out)
{
	struct table t autotable = {.columns = 4};

	fputs("Tools of ", out->file);
	text_put(out, p->session_key);
	fputs(":\n", out->file);
	for (size_t i = 0; i < p->tool_count; i++) {
		const struct tool_verdict *v = &p->tools[i];
		const char *word = v->allowed ? "allowed" : v->by_name ? "denied" : "left out";

		table_add(&t, STYLE_PLAIN, v->tool);
		table_add(&t, v->allowed ? STYLE_GOOD : STYLE_BAD, word);
		table_add(&t, STYLE_PLAIN, v->layer);
		if (add_origin(&t, out, &v->origin))
			return -ENOMEM;
	}
	if (table_print(&t, out->file, out->color, 2))
		return -ENOMEM;
	fputc('\n', out->file);
	return 0;
}

struct refusals {
	struct table table; /* what, by which key, and the objects, which may be many */
	const struct text_out *out;
};

static int add_refusal(struct refusals *r, const char *what, const char *object,
		       const struct origin *o)
{
	table_add(&r->table, STYLE_PLAIN, what);
	if (add_origin(&r->table, r->out, o))
		return -ENOMEM;
	table_add(&r->table, STYLE_PLAIN, object);
	return 0;
}

static bool same_reason(const struct denied_binary *a, const struct denied_binary *b)
{
	if (!a->tool || !b->tool)
		return false;
	return !strcmp(a->tool, b->tool);
}

/* A tool's programs on one line, each entry of denyBinaries on its own. */
static int add_binaries(struct refusals *r, const struct policy *p)
{
	size_t end;

	for (size_t i = 0; i < p->binary_count; i = end) {
		autobuf struct buf names = {0};
		autofree char *text = NULL;

		for (end = i; end < p->binary_count; end++) {
			if (end > i && !same_reason(&p->binaries[i], &p->binaries[end]))
				break;
			if (end > i)
				buf_puts(&names, ", ");
			if (p->binaries[end].kind == BINARY_SHA256)
				buf_puts(&names, "sha256:");
			buf_puts(&names, p->binaries[end].value);
		}
		text = buf_take(&names);
		if (!text || add_refusal(r, p->binaries[i].tool ? p->binaries[i].tool : "program",
					 text, &p->binaries[i].origin))
			return -ENOMEM;
	}
	return 0;
}

static int add_blocked(struct refusals *r, const struct policy *p)
{
	size_t end;

	for (size_t i = 0; i < p->blocked_count; i = end) {
		autobuf struct buf paths = {0};
		autofree char *text = NULL;

		for (end = i; end < p->blocked_count; end++) {
			if (end > i && strcmp(p->blocked[i].origin.key, p->blocked[end].origin.key))
				break;
			buf_printf(&paths, "%s%s", end > i ? ", " : "", p->blocked[end].path);
		}
		text = buf_take(&paths);
		if (!text || add_refusal(r, "bind mount", text, &p->blocked[i].origin))
			return -ENOMEM;
	}
	return 0;
}

static void refusals_free(struct refusals *r)
{
	table_free(&r->table);
}

static int print_refusals(const struct policy *p, const struct text_out *out)
{
	struct refusals all autodestroy(refusals_free) = {.table = {.columns = 3}, .out = out};
	int r = 0;

	fputs(p->enforce ? "Refused to " : "Would be refused (audit only) to ", out->file);
	text_put(out, p->session_key);
	fputs(":\n", out->file);
	if (p->exec_denied)
		r = add_refusal(&all, "exec", "every program after the session's first",
				&p->exec_origin);
	if (!r && p->network_none)
		r = add_refusal(&all, "network", "every socket but unix and route netlink ones",
				&p->network_origin);
	if (!r)
		r = add_binaries(&all, p);
	if (!r)
		r = add_blocked(&all, p);
	if (!r && p->sandboxed)
		r = add_refusal(
			&all, "machine",
			"mounts, processes outside, kernel modules and settings, raw memory and "
			"disks, the clock",
			&p->sandbox_origin);
	if (!r && !all.table.count)
		fputs("  nothing\n", out->file);
	if (!r)
		r = table_print(&all.table, out->file, out->color, 2);
	fputc('\n', out->file);
	return r;
}

int explain_detail_print(const struct policy *p, const struct text_out *out)
{
	int r = print_trail(p, out);

	return r ? r : print_refusals(p, out);
}
