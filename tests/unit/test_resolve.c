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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_personal_machine),
		cmocka_unit_test(test_group_chats),
		cmocka_unit_test(test_remote_server),
	};

	return cmocka_run_group_tests_name("resolve", tests, NULL, NULL);
}
