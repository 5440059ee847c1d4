// SPDX-License-Identifier: GPL-2.0-only
/* What sessions of whole configs may do. */
#include "doc.h"

#define GROUP "agent:main:telegram:group:-100123"

static const char scenario_1[] = "{ agents: { defaults: { sandbox: { mode: \"off\" } } },"
				 "  tools: { profile: \"full\" } }";
static const char scenario_2[] = "{ agents: { defaults: { sandbox: { mode: \"non-main\" } } },"
				 "  tools: { profile: \"coding\", deny: [\"group:automation\"] } }";
static const char scenario_3[] =
	"{ agents: { defaults: { sandbox: { mode: 'all', scope: 'session', workspace: 'ro' } } },"
	"  tools: { profile: 'messaging', deny: ['group:runtime', 'group:fs'], elevated: {"
	"    enabled: true, patterns: ['systemctl status *', 'journalctl *'],"
	"    requireApproval: true } } }";

static void test_personal_machine(void **state)
{
	struct doc d autodoc = doc_good(scenario_1);
	struct policy *p autopolicy = doc_policy(&d, GROUP);

	(void)state;
	assert_false(p->sandboxed);
	assert_string_equal(p->sandbox_reason, "sandbox mode is off");
	assert_true(p->enforce);
	assert_false(p->exec_denied);
	assert_false(p->network_none);
	assert_int_equal(p->binary_count, 0);
	assert_int_equal(p->blocked_count, 0);
	for (size_t i = 0; i < p->tool_count; i++)
		assert_true(p->tools[i].allowed);
}

static void test_group_chats(void **state)
{
	struct doc d autodoc = doc_good(scenario_2);
	struct policy *home autopolicy = doc_policy(&d, "main");
	struct policy *group autopolicy = doc_policy(&d, GROUP);
	const struct denied_binary *b;

	(void)state;
	assert_string_equal(home->session_key, "agent:main:main");
	assert_false(home->sandboxed);
	assert_string_equal(home->sandbox_reason, "main session exempted");
	assert_false(home->network_none);
	assert_string_equal(policy_allowed(home), "read write edit exec browser");
	assert_int_equal(home->blocked_count, 0);
	assert_null(policy_binary(home, "curl")); /* merely left out, and this is the host */
	b = policy_binary(home, "crontab");
	assert_non_null(b);
	assert_string_equal(b->tool, "cron");
	assert_string_equal(b->origin.key, "tools.deny[0]");
	assert_string_equal(b->origin.text, "group:automation");
	assert_int_equal(b->origin.pos.line, 1);

	assert_true(group->sandboxed);
	assert_string_equal(group->scope_key, GROUP);
	assert_true(group->network_none);
	assert_string_equal(group->network_origin.key, "agents.defaults.sandbox.docker.network");
	assert_int_equal(group->network_origin.pos.line, 0);
	assert_false(group->exec_denied);
	assert_string_equal(policy_allowed(group), "read write edit exec browser");
	b = policy_binary(group, "curl");
	assert_non_null(b);
	assert_string_equal(b->origin.key, "tools.profile");
	assert_non_null(policy_binary(group, "crontab"));
	assert_null(policy_binary(group, "chromium")); /* coding has the browser */
	assert_int_equal(group->blocked_count, 6);
	assert_string_equal(group->blocked[0].path, "/var/run/docker.sock");
	assert_string_equal(group->blocked[0].origin.key, "agents.defaults.sandbox.mode");
}

static void test_remote_server(void **state)
{
	struct doc d autodoc = doc_good(scenario_3);
	struct policy *p autopolicy = doc_policy(&d, "agent:main:main");

	(void)state;
	assert_true(p->sandboxed);
	assert_int_equal(p->access, WORKSPACE_RO);
	assert_int_equal(p->scope, SCOPE_SESSION);
	assert_true(p->exec_denied);
	assert_string_equal(p->exec_origin.key, "tools.deny[0]");
	assert_string_equal(p->exec_origin.text, "group:runtime");
	assert_true(policy_tool(p, "exec")->by_name);
	assert_string_equal(policy_allowed(p), "web_search web_fetch message");
	assert_null(policy_binary(p, "curl"));
	assert_non_null(policy_binary(p, "chromium"));
}

/* --- where it runs -------------------------------------------------------------------------- */

#define SANDBOX(all, own)                                                                          \
	"{agents:{defaults:{sandbox:{" all "}},list:[{id:'main',sandbox:{" own "}}]}}"

static const struct {
	const char *why, *config, *session;
	bool sandboxed;
	enum sandbox_scope scope;
	enum workspace_access access;
	bool network_none;
	const char *scope_key, *sandbox_key, *network_key;
} sandboxes[] = {
	{"nothing said", "{}", GROUP, false, SCOPE_SESSION, WORKSPACE_NONE, false, GROUP,
	 "agents.defaults.sandbox.mode", "agents.defaults.sandbox.docker.network"},
	{"the agent's mode outranks", SANDBOX("mode:'off'", "mode:'all'"), "main", true,
	 SCOPE_SESSION, WORKSPACE_NONE, true, "agent:main:main", "agents.list[0].sandbox.mode",
	 "agents.defaults.sandbox.docker.network"},
	{"to less as well", SANDBOX("mode:'all'", "mode:'off'"), GROUP, false, SCOPE_SESSION,
	 WORKSPACE_NONE, false, GROUP, "agents.list[0].sandbox.mode",
	 "agents.defaults.sandbox.docker.network"},
	{"scope agent", SANDBOX("mode:'all',scope:'agent'", ""), GROUP, true, SCOPE_AGENT,
	 WORKSPACE_NONE, true, "agent:main", "agents.defaults.sandbox.mode",
	 "agents.defaults.sandbox.docker.network"},
	{"scope shared", SANDBOX("mode:'all',scope:'agent'", "scope:'shared'"), GROUP, true,
	 SCOPE_SHARED, WORKSPACE_NONE, true, "shared", "agents.defaults.sandbox.mode",
	 "agents.defaults.sandbox.docker.network"},
	{"perSession", SANDBOX("mode:'all',perSession:false", ""), GROUP, true, SCOPE_SHARED,
	 WORKSPACE_NONE, true, "shared", "agents.defaults.sandbox.mode",
	 "agents.defaults.sandbox.docker.network"},
	{"is outranked by any scope", SANDBOX("mode:'all',scope:'agent'", "perSession:false"),
	 GROUP, true, SCOPE_AGENT, WORKSPACE_NONE, true, "agent:main",
	 "agents.defaults.sandbox.mode", "agents.defaults.sandbox.docker.network"},
	{"access", SANDBOX("mode:'all',workspace:'ro'", "workspaceAccess:'rw'"), GROUP, true,
	 SCOPE_SESSION, WORKSPACE_RW, true, GROUP, "agents.defaults.sandbox.mode",
	 "agents.defaults.sandbox.docker.network"},
	{"a network", SANDBOX("mode:'all',docker:{network:'bridge'}", ""), GROUP, true,
	 SCOPE_SESSION, WORKSPACE_NONE, false, GROUP, "agents.defaults.sandbox.mode",
	 "agents.defaults.sandbox.docker.network"},
	{"an agent's", SANDBOX("mode:'all',docker:{network:'bridge'}", "docker:{network:'none'}"),
	 GROUP, true, SCOPE_SESSION, WORKSPACE_NONE, true, GROUP, "agents.defaults.sandbox.mode",
	 "agents.list[0].sandbox.docker.network"},
	{"which a shared sandbox does not have",
	 SANDBOX("mode:'all',scope:'shared'", "docker:{network:'bridge'}"), GROUP, true,
	 SCOPE_SHARED, WORKSPACE_NONE, true, "shared", "agents.defaults.sandbox.mode",
	 "agents.defaults.sandbox.docker.network"},
	{"a blank network is none", SANDBOX("mode:'all',docker:{network:' '}", ""), GROUP, true,
	 SCOPE_SESSION, WORKSPACE_NONE, true, GROUP, "agents.defaults.sandbox.mode",
	 "agents.defaults.sandbox.docker.network"},
	{"main in capitals is not main", SANDBOX("mode:'non-main'", ""), "agent:MAIN:main", true,
	 SCOPE_SESSION, WORKSPACE_NONE, true, "agent:MAIN:main", "agents.defaults.sandbox.mode",
	 "agents.defaults.sandbox.docker.network"},
};

static void test_sandboxes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sandboxes); i++) {
		struct doc d autodoc = doc_good(sandboxes[i].config);
		struct policy *p autopolicy = doc_policy(&d, sandboxes[i].session);

		if (p->sandboxed != sandboxes[i].sandboxed || p->scope != sandboxes[i].scope ||
		    p->access != sandboxes[i].access ||
		    p->network_none != sandboxes[i].network_none ||
		    strcmp(p->scope_key, sandboxes[i].scope_key) ||
		    strcmp(p->sandbox_origin.key, sandboxes[i].sandbox_key) ||
		    strcmp(p->network_origin.key, sandboxes[i].network_key))
			fail_msg("%s: %d %d %d %d %s %s %s", sandboxes[i].why, p->sandboxed,
				 p->scope, p->access, p->network_none, p->scope_key,
				 p->sandbox_origin.key, p->network_origin.key);
		assert_true(p->sandboxed == (p->blocked_count > 0));
	}
}

static void test_unknown_agent(void **state)
{
	struct doc d autodoc = doc_good("{agents:{list:[{id:'home'},{id:'work'}]}}");
	struct doc empty autodoc = doc_good("{}");
	struct policy *p autopolicy = NULL;
	struct err err = {0};

	(void)state;
	assert_int_equal(policy_resolve(d.config, "agent:wrok:main", &p, &err), -2);
	assert_null(p);
	assert_non_null(strstr(err.message, "there is no agent \"wrok\" in agents.list"));
	assert_non_null(strstr(err.fix, "did you mean \"work\"? agents: home, work"));
	p = doc_policy(&empty, "agent:anybody:main"); /* without a roster nobody is unknown */
	assert_string_equal(p->agent, "anybody");
}

/* --- our block ------------------------------------------------------------------------------ */

static void test_claw_block(void **state)
{
	struct doc d autodoc = doc_good(
		"{agents:{defaults:{sandbox:{mode:'non-main'}},list:[{id:'main'},{id:'work'}]},\n"
		"tools:{deny:['browser','cron']},clawbpf:{mode:'enforce',denyBinaries:['nc','/bin/"
		"x',\n"
		"'nc'],toolBinaries:{cron:['mycron','nc']},blockedBindSources:['/srv/a','/etc'],\n"
		"agents:{WORK:{mode:'audit',denyBinaries:['psql','nc'],toolBinaries:{cron:['own']},"
		"\n"
		"blockedBindSources:['/srv/b']}}}}");
	struct policy *home autopolicy = doc_policy(&d, "main");
	struct policy *work autopolicy = doc_policy(&d, "agent:work:telegram:group:-1");
	static const char *const home_starts[] = {"nc", "/bin/x", "chromium"};
	static const char *const work_starts[] = {"nc", "/bin/x", "psql", "chromium"};

	(void)state;
	assert_true(home->enforce);
	assert_string_equal(home->mode_origin.key, "clawbpf.mode");
	for (size_t i = 0; i < ARRAY_SIZE(home_starts); i++)
		assert_string_equal(home->binaries[i].value, home_starts[i]);
	assert_int_equal(home->binaries[1].kind, BINARY_PATH);
	assert_null(home->binaries[0].tool);
	assert_string_equal(home->binaries[0].origin.key, "clawbpf.denyBinaries[0]");
	assert_string_equal(policy_binary(home, "mycron")->origin.key, "tools.deny[1]");
	assert_string_equal(policy_binary(home, "mycron")->tool, "cron");
	assert_null(policy_binary(home, "crontab")); /* the row is replaced */
	assert_null(policy_binary(home, "own"));
	assert_int_equal(home->blocked_count, 0);

	assert_false(work->enforce);
	assert_string_equal(work->mode_origin.key, "clawbpf.agents.WORK.mode");
	for (size_t i = 0; i < ARRAY_SIZE(work_starts); i++)
		assert_string_equal(work->binaries[i].value, work_starts[i]);
	assert_non_null(policy_binary(work, "mycron"));
	assert_non_null(policy_binary(work, "own"));
	assert_int_equal(work->blocked_count, 8);
	assert_string_equal(work->blocked[6].path, "/srv/a");
	assert_string_equal(work->blocked[7].path, "/srv/b");
	assert_string_equal(work->blocked[7].origin.key,
			    "clawbpf.agents.WORK.blockedBindSources[0]");
	for (size_t i = 0; i < work->binary_count; i++)
		for (size_t k = 0; k < i; k++)
			assert_true(work->binaries[i].kind != work->binaries[k].kind ||
				    strcmp(work->binaries[i].value, work->binaries[k].value));
}

/* Every rule for the kernel names a key, and a place unless a default is at work. */
static void test_rules_have_origins(void **state)
{
	struct doc d autodoc = doc_good(scenario_3);
	struct policy *p autopolicy = doc_policy(&d, GROUP);

	(void)state;
	for (size_t i = 0; i < p->binary_count; i++)
		assert_true(p->binaries[i].origin.key && p->binaries[i].origin.pos.line);
	for (size_t i = 0; i < p->blocked_count; i++)
		assert_true(p->blocked[i].origin.key && p->blocked[i].origin.pos.line);
	assert_true(p->exec_origin.key && p->exec_origin.pos.line);
}

static void test_provider(void **state)
{
	struct doc d autodoc =
		doc_good("{tools:{profile:'coding',byProvider:{openai:{deny:['exec']},"
			 "'openai/gpt-5.2':{profile:'minimal',allow:['read']},"
			 "Other:{allow:['read']}}}}");
	struct err err = {0};
	static const struct {
		const char *provider, *allowed;
	} rows[] = {
		{NULL, "read write edit exec browser"},
		{"openai", "read write edit browser"},
		{"openai/gpt-4", "read write edit browser"},
		{"OpenAI/GPT-5.2", ""}, /* minimal and coding have nothing in common */
		{"other/x", "read"},
		{"nobody", "read write edit exec browser"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct policy *p autopolicy = NULL;

		assert_int_equal(policy_resolve_for(d.config, "main", rows[i].provider, &p, &err),
				 0);
		assert_string_equal(policy_allowed(p), rows[i].allowed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_personal_machine),   cmocka_unit_test(test_group_chats),
		cmocka_unit_test(test_remote_server),      cmocka_unit_test(test_sandboxes),
		cmocka_unit_test(test_unknown_agent),      cmocka_unit_test(test_claw_block),
		cmocka_unit_test(test_rules_have_origins), cmocka_unit_test(test_provider),
	};

	return cmocka_run_group_tests_name("resolve", tests, NULL, NULL);
}
