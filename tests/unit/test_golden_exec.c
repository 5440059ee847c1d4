// SPDX-License-Identifier: GPL-2.0-only
/* Do we judge commands on the host as the real programs did: which run, which ask, which not? */
#include <fcntl.h>

#include "golden.h"

#include "folder.h"
#include "policy/command/exec_call.h"
#include "policy/command/exec_list.h"

/* --- the place where they were asked -------------------------------------------------------- */

static const char *const programs[] = {"rg",   "echo", "ls",   "rm",         "python3.11", "env",
				       "bash", "find", "head", "python3x11", "grep",       "jq",
				       "sort", "wc",   "cat",  "g++",        "timeout",    NULL};

static void make_place(const char *root)
{
	static const char *const folders[] = {"home", "home/claw", "home/claw/bin", "home/claw/cwd",
					      "home/claw/cwd/scripts"};
	autofree char *link = folder_path(root, "home/claw/bin/rmlink");
	autofree char *script = folder_path(root, "home/claw/cwd/scripts/run.sh");
	autofree char *file = folder_path(root, "home/claw/cwd/file.txt");

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		autofree char *path = folder_path(root, folders[i]);

		assert_int_equal(mkdir(path, 0755), 0);
	}
	for (const char *const *p = programs; *p; p++) {
		autofree char *name = NULL, *path = NULL;

		assert_true(asprintf(&name, "home/claw/bin/%s", *p) > 0);
		path = folder_path(root, name);
		assert_int_equal(close(creat(path, 0755)), 0);
	}
	assert_int_equal(symlink("rm", link), 0);
	assert_int_equal(close(creat(script, 0755)), 0);
	assert_int_equal(close(creat(file, 0644)), 0);
}

/* --- approvals: lists and commands ---------------------------------------------------------- */

static bool same_matches(const struct exec_answer *a, const struct node *theirs)
{
	if (a->match_count != theirs->array.count)
		return false;
	for (size_t i = 0; i < a->match_count; i++)
		if (strcmp(a->matches[i], theirs->array.items[i]->string.bytes))
			return false;
	return true;
}

static void check_command(struct golden *g, const struct dialect *d, const struct node *one,
			  const struct exec_place *place)
{
	const struct node *in = node_get(one, "input"), *out = node_get(one, "output"), *item;
	const struct node *list = node_get(in, "allowlist");
	struct exec_answer a autodestroy(exec_answer_clear) = {0};
	const char *patterns[8];
	struct exec_list l = {.patterns = patterns};
	autobuf struct buf ours = {0};
	bool same;

	node_for_each_item (list, item)
		patterns[l.count++] = item->string.bytes;
	assert_int_equal(exec_list_ask(d, &l, place, node_text(in, "command"), &a), 0);
	if (out)
		same = !a.failure && a.understood == node_flag(out, "analysisOk") &&
		       a.listed == node_flag(out, "allowlistSatisfied") &&
		       same_matches(&a, node_get(out, "matches"));
	else
		same = a.failure && !strcmp(a.failure, node_text(one, "error"));
	/* The safe answer is never the laxer one, and a refusal has a reason. */
	assert_true(!a.allowed || a.listed);
	assert_true(a.allowed || a.why || a.failure);
	buf_printf(&ours, "understood %d listed %d matches %zu why %s", a.understood, a.listed,
		   a.match_count,
		   a.why       ? a.why
		   : a.failure ? a.failure
			       : "");
	golden_count(g, one, same, NULL, ours.data);
}

/* --- approvals: the file -------------------------------------------------------------------- */

static bool same_rules(const struct exec_rules *r, const struct node *theirs)
{
	return !strcmp(words_exec_security[r->security], node_text(theirs, "security")) &&
	       !strcmp(words_exec_ask[r->ask], node_text(theirs, "ask")) &&
	       !strcmp(words_exec_security[r->fallback], node_text(theirs, "askFallback")) &&
	       r->skills == node_flag(theirs, "autoAllowSkills");
}

static int word_index(const struct node *n, const char *key, const char *const *words,
		      int otherwise)
{
	const char *text = node_text(n, key);

	for (int i = 0; text && words[i]; i++)
		if (!strcmp(words[i], text))
			return i;
	return otherwise;
}

static void check_file(struct golden *g, const struct dialect *d, const struct node *one)
{
	const struct node *in = node_get(one, "input"), *out = node_get(one, "output"), *item;
	const struct node *overrides = node_get(in, "overrides");
	const char *text = node_text(in, "file");
	struct approvals a autodestroy(approvals_clear) = {0};
	struct node *file autodestroy(node_free) = NULL;
	struct exec_rules otherwise = exec_rules_of(d);
	struct err err = {0};
	size_t n = 0;
	bool same;

	assert_int_equal(json5_read("file", text, strlen(text), &file, NULL, &err), 0);
	otherwise.security =
		word_index(overrides, "security", words_exec_security, otherwise.security);
	otherwise.ask = word_index(overrides, "ask", words_exec_ask, otherwise.ask);
	assert_int_equal(approvals_resolve(d, file, node_text(in, "agentId"), &otherwise, &a), 0);
	same = same_rules(&a.defaults, node_get(out, "defaults")) &&
	       same_rules(&a.agent, node_get(out, "agent"));
	/* An object there is a bare string that became an entry without a pattern. */
	node_for_each_item (node_get(out, "allowlist"), item) {
		if (item->type != NODE_STRING)
			continue;
		same = same && n < a.count && !strcmp(a.patterns[n], item->string.bytes);
		n++;
	}
	golden_count(g, one, same && n == a.count, NULL, NULL);
}

/* --- approvals: words ----------------------------------------------------------------------- */

static void check_word(struct golden *g, const struct dialect *d, const struct node *one)
{
	const struct node *in = node_get(one, "input"), *out = node_get(one, "output");
	const char *fn = node_text(in, "fn");
	bool same = false;

	if (!strcmp(fn, "minSecurity")) {
		int a = word_index(in, "a", words_exec_security, 0);
		int b = word_index(in, "b", words_exec_security, 0);

		same = !strcmp(words_exec_security[exec_security_stricter(a, b)],
			       out->string.bytes);
	} else if (!strcmp(fn, "maxAsk")) {
		int a = word_index(in, "a", words_exec_ask, 0);
		int b = word_index(in, "b", words_exec_ask, 0);

		same = !strcmp(words_exec_ask[exec_ask_stricter(a, b)], out->string.bytes);
	} else if (!strcmp(fn, "requiresExecApproval")) {
		struct exec_rules r = {.security =
					       word_index(in, "security", words_exec_security, 0),
				       .ask = word_index(in, "ask", words_exec_ask, 0)};

		same = exec_needs_asking(&r, node_flag(in, "analysisOk"),
					 node_flag(in, "allowlistSatisfied")) == out->boolean;
	} else if (!strcmp(fn, "defaultSafeBins")) {
		const char *const *bins = exec_safe_bins(d);
		size_t n = 0;

		same = true;
		for (; bins[n]; n++)
			same = same && node_list_has(out, bins[n]);
		same = same && n == out->array.count;
	}
	golden_count(g, one, same, NULL, NULL);
}

static void check_approvals(int dialect)
{
	char *root autofolder = folder_new();
	struct golden g autogolden = golden_open(dialect, "approvals");
	struct doc doc autodoc = golden_doc(dialect, "{}");
	const struct dialect *d = dialect_of(doc.config);
	const struct exec_place place = {.cwd = "/home/claw/cwd",
					 .path = "/home/claw/bin",
					 .home = "/home/claw",
					 .root = root};
	const struct node *one;

	make_place(root);
	node_for_each_item (g.root, one) {
		const struct node *in = node_get(one, "input");
		const char *fn = node_text(in, "fn");

		if (!fn)
			check_command(&g, d, one, &place);
		else if (!strcmp(fn, "resolveExecApprovalsFromFile"))
			check_file(&g, d, one);
		else
			check_word(&g, d, one);
	}
	golden_report(&g, dialect, "approvals");
}

/* --- exectool ------------------------------------------------------------------------------- */

static void check_call(struct golden *g, const struct dialect *d, const struct node *one)
{
	const struct node *in = node_get(one, "input"), *call = node_get(in, "call");
	const struct node *defaults = node_get(in, "toolDefaults");
	const struct node *elevated = node_get(defaults, "elevated");
	const struct node *asked = node_get(call, "elevated");
	const char *error = node_text(one, "error"), *status = NULL;
	struct exec_setup s = {
		.host = word_index(defaults, "host", words_exec_host, EXEC_UNSET),
		.security = word_index(defaults, "security", words_exec_security, EXEC_UNSET),
		.ask = word_index(defaults, "ask", words_exec_ask, EXEC_UNSET),
		.mode = word_index(defaults, "mode", words_exec_mode, EXEC_UNSET),
		.gate_enabled = node_flag(elevated, "enabled"),
		.gate_allowed = node_flag(elevated, "allowed"),
		.level = elevated ? EXEC_LEVEL_FULL : EXEC_LEVEL_ASK,
		.session = "agent:main:main"};
	struct exec_call c = {.host = word_index(call, "host", words_exec_host, EXEC_UNSET),
			      .security =
				      word_index(call, "security", words_exec_security, EXEC_UNSET),
			      .ask = word_index(call, "ask", words_exec_ask, EXEC_UNSET),
			      .elevated = asked ? asked->boolean : EXEC_UNSET,
			      .understood = true};
	struct exec_verdict v autodestroy(exec_verdict_clear) = {0};
	bool same;

	assert_int_equal(exec_call_ask(d, &s, &c, &v), 0);
	if (!error)
		status = node_text(node_get(one, "output"), "status");
	if (status)
		same = v.outcome == (!strcmp(status, "completed") ? EXEC_RUNS : EXEC_ASKS);
	else if (strstr(error, "approval registration failed")) /* nobody was there to be asked */
		same = v.outcome == EXEC_ASKS;
	else
		same = v.outcome == EXEC_REFUSED && !strcmp(v.message, error);
	golden_count(g, one, same, NULL, v.message);
}

static void check_exectool(int dialect)
{
	struct golden g autogolden = golden_open(dialect, "exectool");
	struct doc doc autodoc = golden_doc(dialect, "{}");
	const struct node *one;

	node_for_each_item (g.root, one)
		check_call(&g, dialect_of(doc.config), one);
	golden_report(&g, dialect, "exectool");
}

static void test_clawdbot(void **state)
{
	(void)state;
	check_approvals(DIALECT_CLAWDBOT);
	check_exectool(DIALECT_CLAWDBOT);
}

static void test_openclaw(void **state)
{
	(void)state;
	check_approvals(DIALECT_OPENCLAW);
	check_exectool(DIALECT_OPENCLAW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clawdbot),
		cmocka_unit_test(test_openclaw),
	};

	setenv("HOME", "/home/claw", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
