// SPDX-License-Identifier: GPL-2.0-only
/* What does the kernel refuse to this session: exec as a whole, which binaries, which binds? */
#include "policy/denied.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/checks.h"
#include "policy/sandbox/binds.h"
#include "policy/dialect/dialect.h"
#include "policy/origin.h"
#include "policy/sandbox/product_binds.h"
#include "policy/tools/tool_binaries.h"
#include "util/cleanup.h"
#include "util/path.h"
#include "util/seen.h"

static int out_of_memory(struct err *err)
{
	return err_set(err, ENOMEM, "out of memory");
}

/* --- exec ----------------------------------------------------------------------------------- */

static struct tool_verdict *find_tool(const struct policy *p, const char *tool)
{
	for (size_t i = 0; i < p->tool_count; i++)
		if (!strcmp(p->tools[i].tool, tool))
			return &p->tools[i];
	return NULL;
}

/*
 * Why the programs of a tool are refused. A profile or an allow list does not name what it leaves
 * out: a refusal would not tell which tool it is about.
 */
static int source_of_tool(struct tool_verdict *v, struct source *ret)
{
	const char *text = v->origin.text;

	*ret = (struct source){.key = v->origin.key, .pos = v->origin.pos, .text = text};
	if (v->by_name || !v->origin.key)
		return 0;
	if (!v->left_out && asprintf(&v->left_out, "%s%swithout %s", text ? text : "",
				     text ? ", " : "", v->tool) < 0) {
		v->left_out = NULL;
		return -ENOMEM;
	}
	ret->text = v->left_out;
	return 0;
}

/* Without the exec tool the agent has nothing to execute, wherever the session runs. */
static int fill_exec(struct policy *p, struct err *err)
{
	struct tool_verdict *exec = find_tool(p, "exec");
	struct source s;

	if (!exec || exec->allowed)
		return 0;
	p->exec_denied = true;
	if (source_of_tool(exec, &s))
		return out_of_memory(err);
	return origin_copy(&p->exec_origin, &s) ? out_of_memory(err) : 0;
}

/* --- binaries ------------------------------------------------------------------------------- */

/* Collects before the doubles go: plain pointers, copied when the list is final. */
struct candidate {
	enum binary_kind kind;
	const char *value; /* borrowed */
	const char *tool;  /* borrowed; NULL: from denyBinaries */
	struct source source;
	size_t place;
	bool twice;
};

struct candidates {
	struct candidate *items; /* owned */
	size_t count, cap;
};

static void candidates_clear(struct candidates *c)
{
	free(c->items);
}

static int add_candidate(struct candidates *c, const char *text, const char *tool, struct source s)
{
	size_t prefix = strlen(SHA256_PREFIX);
	struct candidate *one;

	if (c->count == c->cap) {
		size_t cap = c->cap ? c->cap * 2 : 64;
		struct candidate *items = reallocarray(c->items, cap, sizeof(*items));

		if (!items)
			return -ENOMEM;
		c->items = items;
		c->cap = cap;
	}
	one = &c->items[c->count];
	*one = (struct candidate){.value = text, .tool = tool, .source = s, .place = c->count};
	if (!strncmp(text, SHA256_PREFIX, prefix)) {
		one->kind = BINARY_SHA256;
		one->value += prefix;
	} else {
		one->kind = text[0] == '/' ? BINARY_PATH : BINARY_NAME;
	}
	c->count++;
	return 0;
}

static int add_list(struct candidates *c, const struct setting_list *l)
{
	int r = 0;

	for (size_t i = 0; i < l->count && !r; i++)
		r = add_candidate(c, l->items[i].text, NULL,
				  source_of_setting(&l->items[i], "clawbpf.denyBinaries"));
	return r;
}

static const struct setting_list *find_override(const struct claw_settings *claw, const char *tool)
{
	const struct list_entry *e;

	if (!claw)
		return NULL;
	e = entries_find(&claw->tool_binaries, tool, sizeof(*e));
	return e ? &e->list : NULL;
}

/* The config's list for a tool (everybody's and the agent's), else the built-in row. */
static int add_tool(struct candidates *c, struct tool_verdict *v, const struct claw_settings *all,
		    const struct claw_settings *own)
{
	const struct setting_list *lists[] = {find_override(all, v->tool),
					      find_override(own, v->tool)};
	const struct tool_binaries *row = tool_binaries_find(v->tool);
	struct source s;
	int r = 0;

	if (!lists[0] && !lists[1] && !row)
		return 0;
	r = source_of_tool(v, &s);
	for (size_t l = 0; l < ARRAY_SIZE(lists); l++)
		for (size_t i = 0; lists[l] && i < lists[l]->count && !r; i++)
			r = add_candidate(c, lists[l]->items[i].text, v->tool, s);
	if (lists[0] || lists[1] || !row)
		return r;
	for (const char *const *name = row->names; *name && !r; name++)
		r = add_candidate(c, *name, v->tool, s);
	return r;
}

static int by_value_and_place(const void *a, const void *b)
{
	const struct candidate *const *x = a, *const *y = b;
	int r = ((*x)->kind > (*y)->kind) - ((*x)->kind < (*y)->kind);

	if (!r)
		r = strcmp((*x)->value, (*y)->value);
	return r ? r : ((*x)->place > (*y)->place) - ((*x)->place < (*y)->place);
}

static int mark_doubles(struct candidates *c)
{
	autofree struct candidate **sorted = calloc(c->count + 1, sizeof(*sorted));

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < c->count; i++)
		sorted[i] = &c->items[i];
	qsort(sorted, c->count, sizeof(*sorted), by_value_and_place);
	for (size_t i = 1; i < c->count; i++)
		sorted[i]->twice = sorted[i]->kind == sorted[i - 1]->kind &&
				   !strcmp(sorted[i]->value, sorted[i - 1]->value);
	return 0;
}

static int copy_binaries(struct policy *p, const struct candidates *c)
{
	p->binaries = calloc(c->count + 1, sizeof(*p->binaries));
	if (!p->binaries)
		return -ENOMEM;
	for (size_t i = 0; i < c->count; i++) {
		const struct candidate *one = &c->items[i];
		struct denied_binary *b = &p->binaries[p->binary_count];

		if (one->twice)
			continue;
		p->binary_count++;
		b->kind = one->kind;
		b->value = strdup(one->value);
		b->tool = one->tool ? strdup(one->tool) : NULL;
		if (!b->value || (one->tool && !b->tool) || origin_copy(&b->origin, &one->source))
			return -ENOMEM;
	}
	return 0;
}

/*
 * A tool that is denied by name takes its programs along everywhere; one that a profile or an allow
 * list merely leaves out does so in a sandbox only: on the host those programs are the user's own.
 */
static int fill_binaries(struct policy *p, const struct config *c, const struct claw_settings *own,
			 struct err *err)
{
	struct candidates found autodestroy(candidates_clear) = {0};
	int r = add_list(&found, &c->claw.deny_binaries);

	if (!r && own)
		r = add_list(&found, &own->deny_binaries);
	for (size_t i = 0; i < p->tool_count && !r; i++)
		if (!p->tools[i].allowed && (p->tools[i].by_name || p->sandboxed))
			r = add_tool(&found, &p->tools[i], &c->claw, own);
	if (!r)
		r = mark_doubles(&found);
	if (!r)
		r = copy_binaries(p, &found);
	return r ? out_of_memory(err) : 0;
}

/* --- bind sources --------------------------------------------------------------------------- */

static int add_blocked(struct policy *p, const char *path, const struct source *s,
		       struct seen *seen)
{
	unsigned long long hash = seen_hash(SEEN_START, path);
	struct blocked_source *b;
	size_t cursor = 0, place;

	while (seen_next(seen, hash, &cursor, &place))
		if (!strcmp(p->blocked[place].path, path))
			return 0;
	if (seen_add(seen, hash, p->blocked_count))
		return -ENOMEM;
	b = &p->blocked[p->blocked_count++];
	b->path = strdup(path);
	return b->path && !origin_copy(&b->origin, s) ? 0 : -ENOMEM;
}

static int add_blocked_list(struct policy *p, const struct setting_list *l, struct seen *seen)
{
	int r = 0;

	for (size_t i = 0; i < l->count && !r; i++) {
		struct source s = source_of_setting(&l->items[i], "clawbpf.blockedBindSources");

		r = add_blocked(p, l->items[i].text, &s, seen);
	}
	return r;
}

/*
 * What a product blocks beyond that, as far as a kernel can: its own mounts and an engine's come
 * from folders in /run, and from the home of whoever runs it, so those stay open as a whole.
 */
static int add_product_sources(struct policy *p, const struct config *c, const struct source *s,
			       struct seen *seen)
{
	int r = add_blocked(p, "/boot", s, seen);

	if (!r && strcmp(c->home, "/root") && strncmp(c->home, "/root/", 6))
		r = add_blocked(p, "/root", s, seen);
	for (const char *const *name = product_blocked_at_home; *name && !r; name++) {
		autofree char *text = NULL, *path = NULL;

		if (asprintf(&text, "%s/%s", c->home, *name) < 0) {
			text = NULL;
			return -ENOMEM;
		}
		path = path_canonical(text);
		r = path ? add_blocked(p, path, s, seen) : -ENOMEM;
	}
	return r;
}

/* A sandbox blocks the built-in sources because the session is sandboxed: that key undoes them. */
static int fill_blocked(struct policy *p, const struct config *c, const struct claw_settings *own,
			struct err *err)
{
	struct source because = {.key = p->sandbox_origin.key,
				 .pos = p->sandbox_origin.pos,
				 .text = p->sandbox_origin.text};
	size_t count = c->claw.blocked_sources.count + (own ? own->blocked_sources.count : 0);
	struct seen seen autodestroy(seen_clear) = {0};
	bool product = dialect_of(c)->flags & DIALECT_CHECKS_BINDS && c->home;
	int r = 0;

	if (!p->sandboxed)
		return 0;
	for (const char *const *path = blocked_defaults; *path; path++)
		count++;
	for (const char *const *name = product_blocked_at_home; *name; name++)
		count++;
	count += 2; /* /boot and /root */
	p->blocked = calloc(count, sizeof(*p->blocked));
	if (!p->blocked)
		return out_of_memory(err);
	for (const char *const *path = blocked_defaults; *path && !r; path++)
		r = add_blocked(p, *path, &because, &seen);
	if (!r && product)
		r = add_product_sources(p, c, &because, &seen);
	if (!r)
		r = add_blocked_list(p, &c->claw.blocked_sources, &seen);
	if (!r && own)
		r = add_blocked_list(p, &own->blocked_sources, &seen);
	return r ? out_of_memory(err) : 0;
}

int denied_fill(struct policy *p, const struct config *c, struct err *err)
{
	const struct claw_settings *own = config_find_claw_agent(c, p->agent);
	int r = fill_exec(p, err);

	if (!r)
		r = fill_binaries(p, c, own, err);
	return r ? r : fill_blocked(p, c, own, err);
}
