/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests: what the real programs printed, and how many answers agree with ours. */
#ifndef CLAWBPF_TESTS_GOLDEN_H
#define CLAWBPF_TESTS_GOLDEN_H

#include "config/choice.h"
#include "config/schema.h"
#include "doc.h"
#include "policy/dialect/dialect.h"
#include "tree.h"

#define GOLDEN "tests/data/golden/"

/* Which of the collections is opened: "functions", or "generated". */
static const char *golden_set = "functions";

struct golden {
	struct sources *sources;
	struct node *root;
	size_t agree, reasoned, differ; /* cases */
};

static inline void golden_close(struct golden *g)
{
	node_free(&g->root);
	sources_free(&g->sources);
}
#define autogolden __attribute__((cleanup(golden_close)))

static inline struct node *golden_read(struct sources *s, const char *path)
{
	struct node *root = NULL;
	struct err err = {0};
	const char *text;
	size_t len;

	if (sources_read(s, path, &text, &len, &err) ||
	    json5_read(path, text, len, &root, NULL, &err))
		fail_msg("%s: %s", path, err.message);
	return root;
}

static inline struct golden golden_open(int dialect, const char *topic)
{
	struct golden g = {.sources = sources_new(false)};
	autofree char *path = NULL;

	assert_true(asprintf(&path, GOLDEN "%s/%s/%s.json", golden_set, words_dialect[dialect],
			     topic) > 0);
	g.root = golden_read(g.sources, path);
	return g;
}

/* The same config, read by a dialect; HOME is /home/claw. */
static inline struct doc golden_doc(int dialect, const char *text)
{
	struct dialect_choice choice = {.dialect = dialect, .because = DIALECT_BY_OPTION};
	struct doc d = {.sources = sources_new(false)};
	int r = json5_read("test.json5", text, strlen(text), &d.root, &d.warnings, &d.err);

	if (!r)
		r = config_decode_as(d.root, d.sources, &choice, &d.config, &d.warnings, &d.err);
	if (r)
		fail_msg("%s: %s", text, d.err.message);
	return d;
}

static inline const char *node_text(const struct node *n, const char *key)
{
	const struct node *at = node_get(n, key);

	return at && at->type == NODE_STRING ? at->string.bytes : NULL;
}

static inline bool node_flag(const struct node *n, const char *key)
{
	const struct node *at = node_get(n, key);

	return at && at->type == NODE_BOOL && at->boolean;
}

static inline bool node_list_has(const struct node *list, const char *text)
{
	const struct node *item;

	node_for_each_item (list, item)
		if (item->type == NODE_STRING && !strcmp(item->string.bytes, text))
			return true;
	return false;
}

static inline char *node_line(const struct node *n)
{
	struct buf b = {0};

	tree_text(&b, n, false);
	return buf_take(&b);
}

/* One case: agrees, or has a reason, or is an error of ours. */
static inline void golden_count(struct golden *g, const struct node *one, bool agrees,
				const char *reason, const char *ours)
{
	autofree char *line = NULL;

	if (agrees) {
		g->agree++;
	} else if (reason) {
		g->reasoned++;
	} else {
		g->differ++;
		line = node_line(one);
		print_error("differs: %.1500s\n  ours: %s\n", line, ours ? ours : "");
	}
}

static inline void golden_report(const struct golden *g, int dialect, const char *topic)
{
	print_message("%s %s: %zu of %zu agree, %zu have a reason\n", words_dialect[dialect], topic,
		      g->agree, g->agree + g->reasoned + g->differ, g->reasoned);
	assert_int_equal(g->differ, 0);
}

#endif
