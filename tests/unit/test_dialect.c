// SPDX-License-Identifier: GPL-2.0-only
/*
 * By which dialect is a config read, and where a product is laxer than is safe: is the safe answer
 * enforced, and the product's own one told?
 */
#include <cjson/cJSON.h>

#include "golden.h"

#include "config/document.h"
#include "folder.h"
#include "output/explain_policy.h"
#include "policy/product/product_view.h"
#include "policy/product/product.h"

/* --- who chooses ---------------------------------------------------------------------------- */

static const struct {
	const char *why, *option, *file, *text;
	int dialect;
	enum dialect_reason because;
} choices[] = {
	{"nothing says anything", NULL, "x.json5", "{}", DIALECT_NATIVE, DIALECT_BY_DEFAULT},
	{"the file's name", NULL, "clawdbot.json", "{}", DIALECT_CLAWDBOT, DIALECT_BY_FILE_NAME},
	{"the file's name", NULL, "openclaw.json", "{}", DIALECT_OPENCLAW, DIALECT_BY_FILE_NAME},
	{"not a part of the name", NULL, "my-openclaw.json", "{}", DIALECT_NATIVE,
	 DIALECT_BY_DEFAULT},
	{"the key outranks the name", NULL, "openclaw.json", "{clawbpf:{dialect:'clawdbot'}}",
	 DIALECT_CLAWDBOT, DIALECT_BY_KEY},
	{"the key can ask for native", NULL, "openclaw.json", "{clawbpf:{dialect:'native'}}",
	 DIALECT_NATIVE, DIALECT_BY_KEY},
	{"the option outranks all", "openclaw", "clawdbot.json", "{clawbpf:{dialect:'native'}}",
	 DIALECT_OPENCLAW, DIALECT_BY_OPTION},
};

static void test_choice(void **state)
{
	char *folder autofolder = folder_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(choices); i++) {
		autofree char *path = folder_path(folder, choices[i].file);
		struct document *d autodocument = NULL;
		struct err err = {0};

		folder_write(folder, choices[i].file, choices[i].text, strlen(choices[i].text));
		if (document_read_as(path, choices[i].option, &d, &err))
			fail_msg("%s: %s", choices[i].why, err.message);
		assert_int_equal(d->config->speaks, choices[i].dialect);
		assert_int_equal(d->config->speaks_because, choices[i].because);
	}
}

static void test_no_such_dialect(void **state)
{
	struct document *d = NULL;
	struct err err = {0};

	(void)state;
	assert_int_equal(document_read_as("x.json5", "openclav", &d, &err), -22);
	assert_string_equal(err.message, "there is no dialect \"openclav\"");
	assert_string_equal(err.fix, "did you mean \"openclaw\"?");
}

/* What was loaded with --dialect is read by it again, whatever its file is called. */
static void test_snapshot(void **state)
{
	static const char text[] = "{tools:{profile:'minimal'}}";
	char *folder autofolder = folder_new();
	autofree char *path = folder_path(folder, "x.json5");
	struct document *d autodocument = NULL, *again autodocument = NULL;
	struct policy *p autopolicy = NULL;
	autofree void *bytes = NULL;
	struct err err = {0};
	size_t len;

	(void)state;
	folder_write(folder, "x.json5", text, strlen(text));
	assert_int_equal(document_read_as(path, "clawdbot", &d, &err), 0);
	assert_int_equal(sources_snapshot(d->sources, &bytes, &len, &err), 0);
	assert_int_equal(document_from_snapshot_as(bytes, len, words_dialect[d->config->speaks],
						   &again, &err),
			 0);
	assert_int_equal(again->config->speaks, DIALECT_CLAWDBOT);
	assert_int_equal(again->config->speaks_because, DIALECT_AS_LOADED);
	assert_int_equal(policy_resolve(again->config, "main", &p, &err), 0);
	assert_string_equal(policy_allowed(p), "session_status");
}

/* --- the safe answer ------------------------------------------------------------------------ */

static const struct {
	const char *why;
	int dialect;
	const char *text, *session, *tool;
	bool product, enforced;
	const char *key;
} laxer[] = {
	{"a list without a tool of its own is dropped", DIALECT_CLAWDBOT,
	 "{tools:{allow:['nosuch']}}", "main", "exec", true, false, "tools.allow"},
	{"and kept by the newer one", DIALECT_OPENCLAW, "{tools:{allow:['nosuch']}}", "main",
	 "exec", false, false, "tools.allow"},
	{"one known tool is enough", DIALECT_CLAWDBOT, "{tools:{allow:['nosuch','read']}}", "main",
	 "exec", false, false, "tools.allow"},
	{"an agent's list is dropped too", DIALECT_CLAWDBOT,
	 "{agents:{list:[{id:'main',tools:{allow:['x']}}]}}", "main", "read", true, false,
	 "agents.list[0].tools.allow"},
	{"the sandbox's list is never dropped", DIALECT_CLAWDBOT,
	 "{agents:{defaults:{sandbox:{mode:'all'}}},tools:{sandbox:{tools:{allow:['x']}}}}", "main",
	 "exec", false, false, "tools.sandbox.tools.allow"},
	{"exec on the host asks nobody", DIALECT_CLAWDBOT, "{tools:{exec:{security:'deny'}}}",
	 "main", "exec", true, false, "tools.exec.security"},
	{"but on the gateway it does", DIALECT_CLAWDBOT,
	 "{tools:{exec:{security:'deny',host:'gateway'}}}", "main", "exec", false, false,
	 "tools.exec.security"},
	{"the newer one always asks", DIALECT_OPENCLAW, "{tools:{exec:{security:'deny'}}}", "main",
	 "exec", false, false, "tools.exec.security"},
	{"and has another word for it", DIALECT_OPENCLAW, "{tools:{exec:{mode:'deny'}}}", "main",
	 "exec", false, false, "tools.exec.mode"},
	{"in a sandbox it is not asked", DIALECT_CLAWDBOT,
	 "{agents:{defaults:{sandbox:{mode:'all'}}},tools:{exec:{security:'deny'}}}", "main",
	 "exec", true, true, NULL},
	{"only deny is something that can be enforced", DIALECT_CLAWDBOT,
	 "{tools:{exec:{security:'allowlist'}}}", "main", "exec", true, true, NULL},
};

static void test_safe_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(laxer); i++) {
		struct doc d autodoc = golden_doc(laxer[i].dialect, laxer[i].text);
		struct policy *p autopolicy = doc_policy(&d, laxer[i].session);
		const struct tool_verdict *v = policy_tool(p, laxer[i].tool);

		if (v->product_allows != laxer[i].product || v->allowed != laxer[i].enforced)
			fail_msg("%s: product %d, enforced %d", laxer[i].why, v->product_allows,
				 v->allowed);
		if (laxer[i].key)
			assert_string_equal(v->origin.key, laxer[i].key);
		if (!strcmp(laxer[i].tool, "exec"))
			assert_int_equal(p->exec_denied, !laxer[i].enforced);
	}
}

/* Said in both places: for programs and for people. */
static void test_told(void **state)
{
	struct doc d autodoc = golden_doc(DIALECT_CLAWDBOT, "{tools:{exec:{security:'deny'}}}");
	struct policy *p autopolicy = doc_policy(&d, "main");
	const struct policy *list[] = {p};
	struct product_view view autodestroy(product_view_clear) = {0};
	struct explain_policy e = {
		.config = d.config, .policies = list, .count = 1, .product = &view};
	const cJSON *ours, *one;
	cJSON *root = NULL;
	autofree char *text = NULL;
	struct err err = {0};
	size_t size;
	FILE *f;

	(void)state;
	assert_int_equal(product_view_fill(d.config, NULL, NULL, &view, &err), 0);
	assert_int_equal(explain_policy_json(&e, &root, &err), 0);
	ours = cJSON_GetObjectItem(root, "clawbpf");
	one = cJSON_GetArrayItem(cJSON_GetObjectItem(ours, "differences"), 0);
	assert_string_equal(cJSON_GetObjectItem(one, "key")->valuestring, "tools.exec.security");
	assert_true(
		cJSON_IsTrue(cJSON_GetObjectItem(cJSON_GetObjectItem(ours, "product"), "accepts")));
	cJSON_Delete(root);
	f = open_memstream(&text, &size);
	assert_int_equal(explain_policy_print(&e, f, false, &err), 0);
	fclose(f);
	assert_non_null(strstr(text, "clawdbot would give main: exec; denied here  "
				     "[tools.exec.security]"));
	assert_non_null(strstr(text, "clawdbot 2026.1.24 accepts this file"));
}

/* --- what the product says of the file ------------------------------------------------------ */

static const struct {
	const char *text;
	const char *clawdbot, *openclaw; /* NULL: it accepts it */
} verdicts[] = {
	{"{}", NULL, NULL},
	{"{agents:{defaults:{sandbox:{workspace:'ro'}}}}",
	 "agents.defaults.sandbox: Unrecognized key: \"workspace\"",
	 "agents.defaults.sandbox: Unrecognized key: \"workspace\""},
	{"{agents:{defaults:{sandbox:{perSession:true}}}}", NULL,
	 "agents.defaults.sandbox: Unrecognized key: \"perSession\""},
	{"{tools:{alsoAllow:['read']}}", "tools: Unrecognized key: \"alsoAllow\"", NULL},
	{"{tools:{elevated:{patterns:['ls']}}}", "tools.elevated: Unrecognized key: \"patterns\"",
	 "tools.elevated: Unrecognized key: \"patterns\""},
	{"{agents:{entries:{main:{}}}}", "agents: Unrecognized key: \"entries\"", NULL},
	{"{agents:{defaults:{sandbox:{docker:{network:' HOST '}}}}}", NULL,
	 "agents.defaults.sandbox.docker.network: Sandbox security: network mode \"host\" is "
	 "blocked."},
	{"{foo:1}", "<root>: Unrecognized key: \"foo\"", "<root>: Unrecognized key: \"foo\""},
	{"{__proto__:{foo:1}}", NULL, NULL},
	{"{memory:{}}", "<root>: Unrecognized key: \"memory\"", NULL},
	{"{audio:{}}", NULL, "<root>: Unrecognized key: \"audio\""},
	{"{agents:{deflts2:{}}}", "agents: Unrecognized key: \"deflts2\"",
	 "agents: Unrecognized key: \"deflts2\""},
	{"{agents:{defaults:{memorySearch:{}}}}", NULL,
	 "agents.defaults: Unrecognized key: \"memorySearch\""},
	{"{agents:{list:[{id:'a',skills:[]}]}}", "agents.list[0]: Unrecognized key: \"skills\"",
	 NULL},
	{"{agents:{list:[{id:'a',tools:{web:{}}}]}}",
	 "agents.list[0].tools: Unrecognized key: \"web\"",
	 "agents.list[0].tools: Unrecognized key: \"web\""},
	{"{agents:{list:[{id:'a'},{id:'A'}]}}", NULL,
	 "agents.list[1]: the agent id \"a\" is there already"},
	{"{tools:{fs:{}}}", "tools: Unrecognized key: \"fs\"", NULL},
	{"{tools:{exec:{timeoutSec:1}}}", NULL, "tools.exec: Unrecognized key: \"timeoutSec\""},
	{"{tools:{exec:{host:'auto'}}}", "tools.exec.host: Invalid input", NULL},
	{"{session:{idleMinutes:1}}", NULL, "session: Unrecognized key: \"idleMinutes\""},
	{"{session:{dmScope:'per-account-channel-peer'}}", "session.dmScope: Invalid input", NULL},
	{"{clawbpf:{mode:'audit'}}",
	 "<root>: Unrecognized key: \"clawbpf\" (keep that block in a file of its own that "
	 "includes "
	 "this one)",
	 "<root>: Unrecognized key: \"clawbpf\" (keep that block in a file of its own that "
	 "includes "
	 "this one)"},
};

static void check_verdict(int dialect, const char *text, const char *expected)
{
	struct doc d autodoc = golden_doc(dialect, text);
	struct warnings w autowarnings = {0};

	product_problems(d.config, &w);
	if (!expected) {
		if (w.count)
			fail_msg("%s: %s", text, w.items[0].text);
		return;
	}
	if (!w.count)
		fail_msg("%s: accepted by %s", text, words_dialect[dialect]);
	assert_string_equal(w.items[0].text, expected);
	/* Our own block is no reason to end with an error. */
	assert_int_equal(product_refuses(d.config), !strstr(text, "clawbpf"));
}

static void test_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(verdicts); i++) {
		check_verdict(DIALECT_CLAWDBOT, verdicts[i].text, verdicts[i].clawdbot);
		check_verdict(DIALECT_OPENCLAW, verdicts[i].text, verdicts[i].openclaw);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_choice),   cmocka_unit_test(test_no_such_dialect),
		cmocka_unit_test(test_snapshot), cmocka_unit_test(test_safe_answer),
		cmocka_unit_test(test_told),     cmocka_unit_test(test_verdicts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
