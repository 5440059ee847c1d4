// SPDX-License-Identifier: GPL-2.0-only
/* Do we answer about tools as the real programs did? */
#include "golden.h"

#include "policy/tools/sandbox_tools.h"
#include "policy/tools/tools.h"

/* --- toolmatch: profiles, defaults, the sandbox's lists ------------------------------------- */

static bool same_list(const struct sandbox_list *ours, const struct node *theirs)
{
	if (ours->count != theirs->array.count)
		return false;
	for (size_t i = 0; i < ours->count; i++)
		if (strcmp(ours->items[i].text, theirs->array.items[i]->string.bytes))
			return false;
	return true;
}

static void list_line(struct buf *b, const struct sandbox_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		buf_printf(b, "%s ", l->items[i].text);
	buf_puts(b, "| ");
}

static bool same_profile(const struct dialect *d, const char *name, const struct node *output)
{
	const struct tool_set *set = name ? tool_set_find(d->profiles, name) : NULL;
	const struct node *allow = node_get(output, "allow");
	size_t n = 0;

	if (!set || !set->tools) /* no limit: null, or "*" */
		return output->type == NODE_NULL || node_list_has(allow, "*");
	while (set->tools[n])
		if (!node_list_has(allow, set->tools[n++]))
			return false;
	return n == allow->array.count;
}

static void check_sandbox_tools(struct golden *g, int dialect, const struct node *one)
{
	const struct node *in = node_get(one, "input"), *out = node_get(one, "output"), *name;
	const char *tools = node_text(in, "tools");
	struct sandbox_tools t autodestroy(sandbox_tools_clear) = {0};
	autobuf struct buf text = {0}, ours = {0};
	bool same;

	buf_printf(&text, "{tools:{sandbox:{tools:%s}}}", tools ? tools : "{}");
	{
		struct doc d autodoc = golden_doc(dialect, text.data);
		const struct dialect *dia = dialect_of(d.config);

		assert_int_equal(sandbox_tools_make(d.config, dia, NULL, &t), 0);
		same = same_list(&t.allow, node_get(out, "allow")) &&
		       same_list(&t.deny, node_get(out, "deny"));
		list_line(&ours, &t.allow);
		list_line(&ours, &t.deny);
		node_for_each_item (node_get(in, "names"), name) {
			bool yes = sandbox_tools_allow(&t, dia, name->string.bytes);

			if (yes != node_list_has(node_get(out, "allowed"), name->string.bytes))
				same = false;
			buf_printf(&ours, "%s%s ", yes ? "" : "-", name->string.bytes);
		}
		golden_count(g, one, same, NULL, ours.data);
	}
}

static void check_toolmatch(int dialect)
{
	struct golden g autogolden = golden_open(dialect, "toolmatch");
	struct doc d autodoc = golden_doc(dialect, "{}");
	const struct node *one;

	node_for_each_item (g.root, one) {
		const struct node *in = node_get(one, "input"), *out = node_get(one, "output");
		const char *fn = node_text(in, "fn");

		if (!strcmp(fn, "profile")) {
			golden_count(&g, one,
				     same_profile(dialect_of(d.config), node_text(in, "p"), out),
				     NULL, NULL);
		} else if (!strcmp(fn, "defaults")) {
			struct sandbox_tools t autodestroy(sandbox_tools_clear) = {0};

			assert_int_equal(
				sandbox_tools_make(d.config, dialect_of(d.config), NULL, &t), 0);
			golden_count(&g, one,
				     same_list(&t.allow, node_get(out, "allow")) &&
					     same_list(&t.deny, node_get(out, "deny")) &&
					     !strcmp(t.allow.from, "default"),
				     NULL, NULL);
		} else {
			check_sandbox_tools(&g, dialect, one);
		}
	}
	golden_report(&g, dialect, "toolmatch");
}

/* --- effective: all layers ------------------------------------------------------------------ */

/* What a run has at all: the answer to an empty config. Plugins and models decide about it. */
static const struct node *registered(const struct golden *g)
{
	const struct node *one, *most = NULL;

	node_for_each_item (g->root, one) {
		const struct node *tools = node_find(one, "output.tools");

		if (tools && (!most || tools->array.count > most->array.count))
			most = tools;
	}
	return most;
}

/*
 * Tools that a sandboxed run does not register, whatever its policy says: seen where the sandbox
 * allows everything.
 */
static const char *const not_in_sandboxes[] = {"ls",     "skill_workshop", "openclaw",
					       "portal", "terminal",       NULL};

static bool run_has(const struct node *most, const char *tool, bool sandboxed)
{
	for (const char *const *t = not_in_sandboxes; sandboxed && *t; t++)
		if (!strcmp(*t, tool))
			return false;
	return node_list_has(most, tool);
}

static void check_effective(int dialect)
{
	struct golden g autogolden = golden_open(dialect, "effective");
	const struct node *most = registered(&g), *one;

	node_for_each_item (g.root, one) {
		const struct node *in = node_get(one, "input"), *out = node_get(one, "output");
		struct doc d autodoc = golden_doc(dialect, node_text(in, "cfg"));
		struct policy *p autopolicy = NULL;
		autobuf struct buf provider = {0}, ours = {0};
		const struct node *theirs = node_get(out, "tools");
		struct err err = {0};
		bool same;

		buf_printf(&provider, "%s/%s", node_text(in, "provider"), node_text(in, "model"));
		if (policy_resolve_for(d.config, node_text(in, "sessionKey"), provider.data, &p,
				       &err))
			fail_msg("%s", err.message);
		same = p->sandboxed == node_flag(out, "sandboxed");
		for (size_t i = 0; i < p->tool_count; i++) {
			const struct tool_verdict *v = &p->tools[i];

			if (!run_has(most, v->tool, p->sandboxed))
				continue;
			if (v->product_allows != node_list_has(theirs, v->tool)) {
				same = false;
				buf_printf(&ours, "%s%s ", v->product_allows ? "+" : "-", v->tool);
			}
		}
		golden_count(&g, one, same, NULL, ours.data);
	}
	golden_report(&g, dialect, "effective");
}

static void test_clawdbot(void **state)
{
	(void)state;
	check_toolmatch(DIALECT_CLAWDBOT);
	check_effective(DIALECT_CLAWDBOT);
}

static void test_openclaw(void **state)
{
	(void)state;
	check_toolmatch(DIALECT_OPENCLAW);
	check_effective(DIALECT_OPENCLAW);
}

static void test_generated(void **state)
{
	(void)state;
	golden_set = "generated";
	check_toolmatch(DIALECT_CLAWDBOT);
	check_effective(DIALECT_CLAWDBOT);
	check_toolmatch(DIALECT_OPENCLAW);
	check_effective(DIALECT_OPENCLAW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clawdbot), cmocka_unit_test(test_openclaw),
		cmocka_unit_test(test_generated), /* last: it changes the collection */
	};

	setenv("HOME", "/home/claw", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
