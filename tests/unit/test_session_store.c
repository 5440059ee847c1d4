// SPDX-License-Identifier: GPL-2.0-only
/* Whose group policy does a subagent get whose key is a number only? */
#include "golden.h"

#include <unistd.h>

#include "folder.h"
#include "policy/product/product.h"
#include "policy/product/product_view.h"

#define STORE ".clawdbot/agents/main/sessions/sessions.json"
#define OTHER ".clawdbot/agents/other/sessions/sessions.json"

static const char config[] =
	"{channels:{telegram:{groups:{'-1':{tools:{deny:['exec']}},'-2':{tools:{deny:['read']}},"
	"'*':{tools:{deny:['write']}}}},discord:{guilds:{g:{channels:{'5':{tools:"
	"{deny:['read','exec']}}}}}}}}";

static char *home;

static void make(void)
{
	static const char *const folders[] = {".clawdbot", ".clawdbot/agents",
					      ".clawdbot/agents/main", ".clawdbot/agents/other"};

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		autofree char *folder = folder_path(home, folders[i]);

		mkdir(folder, 0700);
	}
}

static void store(const char *name, const char *text)
{
	make();
	folder_write(home, name, text, strlen(text));
}

static int setup(void **state)
{
	(void)state;
	home = folder_new();
	setenv("HOME", home, 1);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	folder_free(&home);
	return 0;
}

/* The tools that are refused, of the three that the groups are about, and to the program. */
static void check(const char *session, const char *refused, const char *by_program)
{
	static const char *const tools[] = {"exec", "read", "write"};
	struct doc d autodoc = golden_doc(DIALECT_CLAWDBOT, config);
	struct policy *p autopolicy = doc_policy(&d, session);
	autobuf struct buf ours = {0}, theirs = {0};

	for (size_t i = 0; i < ARRAY_SIZE(tools); i++) {
		const struct tool_verdict *v = policy_tool(p, tools[i]);

		buf_puts(&ours, v->allowed ? "" : tools[i]);
		buf_puts(&theirs, v->product_allows ? "" : tools[i]);
	}
	assert_string_equal(ours.data ? ours.data : "", refused);
	assert_string_equal(theirs.data ? theirs.data : "", by_program);
}

static void test_spawned(void **state)
{
	static const struct {
		const char *why, *store, *session, *refused;
	} rows[] = {
		{"by a group",
		 "{'agent:main:subagent:7':{spawnedBy:'agent:main:telegram:group:-1'}}",
		 "agent:main:subagent:7", "exec"},
		{"by another",
		 "{'agent:main:subagent:7':{spawnedBy:'agent:main:telegram:group:-2'}}",
		 "agent:main:subagent:7", "read"},
		{"by a channel of a guild",
		 "{'agent:main:subagent:7':{spawnedBy:'agent:main:discord:channel:5'}}",
		 "agent:main:subagent:7", "execread"},
		{"by one that nobody names",
		 "{'agent:main:subagent:7':{spawnedBy:'agent:main:telegram:group:-3:topic:1'}}",
		 "agent:main:subagent:7", "write"},
		{"by a key without its head",
		 "{'agent:main:subagent:7':{spawnedBy:'telegram:group:-1'}}",
		 "agent:main:subagent:7", "exec"},
		{"asked for without its head",
		 "{'agent:main:subagent:7':{spawnedBy:'agent:main:telegram:group:-1'}}",
		 "subagent:7", "exec"},
		{"by a subagent of a group",
		 "{'agent:main:subagent:7':{spawnedBy:'agent:main:subagent:6'},"
		 "'agent:main:subagent:6':{spawnedBy:'agent:main:telegram:group:-1'}}",
		 "agent:main:subagent:7", "exec"},
		{"noted itself", "{'agent:main:subagent:7':{channel:'telegram',groupId:'-1'}}",
		 "agent:main:subagent:7", "exec"},
		{"by the main session", "{'agent:main:subagent:7':{spawnedBy:'agent:main:main'}}",
		 "agent:main:subagent:7", ""},
		{"another one",
		 "{'agent:main:subagent:7':{spawnedBy:'agent:main:telegram:group:-1'}}",
		 "agent:main:subagent:8", ""},
		{"who is no subagent",
		 "{'agent:main:cron:7':{spawnedBy:'agent:main:telegram:group:-1'}}",
		 "agent:main:cron:7", ""},
		{"its own group first",
		 "{'agent:main:subagent:telegram:group:-2':{spawnedBy:"
		 "'agent:main:telegram:group:-1'}}",
		 "agent:main:subagent:telegram:group:-2", "read"},
		{"what is no text", "{'agent:main:subagent:7':{spawnedBy:7}}",
		 "agent:main:subagent:7", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		print_message("%s\n", rows[i].why);
		store(STORE, rows[i].store);
		check(rows[i].session, rows[i].refused, rows[i].refused);
	}
}

/* Who asks may be another agent than who does it. */
static void test_other_agent(void **state)
{
	(void)state;
	store(OTHER, "{'agent:other:subagent:7':{spawnedBy:'agent:main:subagent:6'}}");
	store(STORE, "{'agent:main:subagent:6':{spawnedBy:'agent:main:telegram:group:-1'}}");
	check("agent:other:subagent:7", "exec", "exec");
}

static void test_no_store(void **state)
{
	(void)state;
	check("agent:main:subagent:7", "", "");
}

/* Nothing that is in it is a way out: all groups count then. */
static void test_not_believed(void **state)
{
	static const char good[] =
		"{'agent:main:subagent:7':{spawnedBy:'agent:main:telegram:group:-1'}}";
	static const char *const bad[] = {
		"", "[]", "{", "{'agent:main:subagent:7':{spawnedBy:'agent:main:subagent:7'}}",
		"{'agent:main:subagent:7':{spawnedBy:'agent:main:a\\u0001b'}}"};
	autofree char *path = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		store(STORE, bad[i]);
		check("agent:main:subagent:7", "execreadwrite", "");
		check("agent:main:main", "", "");
	}
	path = folder_path(home, STORE);
	store(STORE, good);
	assert_int_equal(chmod(path, 0620), 0);
	check("agent:main:subagent:7", "execreadwrite", "");
	assert_int_equal(chmod(path, 0602), 0);
	check("agent:main:subagent:7", "execreadwrite", "");
	assert_int_equal(chmod(path, 0600), 0);
	check("agent:main:subagent:7", "exec", "exec");
	if (!getuid()) { /* whose the program's folder is may own it, a third one may not */
		autofree char *folder = folder_path(home, ".clawdbot");

		assert_int_equal(chown(path, 1234, 1234), 0);
		check("agent:main:subagent:7", "execreadwrite", "");
		assert_int_equal(chown(folder, 1234, 1234), 0);
		check("agent:main:subagent:7", "exec", "exec");
	}
}

/* To clawdbot only a subagent's key makes a subagent, whatever is noted of another. */
static void test_no_subagent(void **state)
{
	static const struct {
		const char *session;
		bool allowed;
	} rows[] = {{"agent:main:acp:7", true}, {"agent:main:subagent:7", false}};

	(void)state;
	store(STORE, "{'agent:main:acp:7':{subagentRole:'leaf',spawnDepth:9,"
		     "spawnedBy:'agent:main:subagent:7'}}");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct doc d autodoc = golden_doc(DIALECT_CLAWDBOT, config);
		struct policy *p autopolicy = doc_policy(&d, rows[i].session);

		assert_int_equal(policy_tool(p, "sessions_spawn")->allowed, rows[i].allowed);
	}
}

/* explain says what is not known. */
static void test_told(void **state)
{
	static const struct {
		int dialect;
		const char *store, *session, *note;
	} rows[] = {
		{DIALECT_CLAWDBOT, "[]", "agent:main:subagent:7", "is not believed"},
		{DIALECT_CLAWDBOT, "[]", "agent:main:main", NULL},
		{DIALECT_CLAWDBOT, "{}", "agent:main:subagent:7", NULL},
		{DIALECT_OPENCLAW, "[]", "agent:main:subagent:7", NULL},
		{DIALECT_OPENCLAW, "[]", "agent:main:main", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct doc d autodoc = golden_doc(rows[i].dialect, config);
		struct product_view v autodestroy(product_view_clear) = {0};
		struct warnings notes autowarnings = {0};
		struct err err = {0};

		store(STORE, rows[i].store);
		assert_int_equal(product_view_fill(d.config, NULL, rows[i].session, &v, &err), 0);
		product_session_notes(&v, &notes);
		assert_int_equal(notes.count, rows[i].note ? 1 : 0);
		if (rows[i].note)
			assert_non_null(strstr(notes.items[0].text, rows[i].note));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_spawned, setup, teardown),
		cmocka_unit_test_setup_teardown(test_other_agent, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_store, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_believed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_subagent, setup, teardown),
		cmocka_unit_test_setup_teardown(test_told, setup, teardown),
	};

	return cmocka_run_group_tests_name("session_store", tests, NULL, NULL);
}
