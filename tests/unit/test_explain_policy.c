// SPDX-License-Identifier: GPL-2.0-only
/* How an explanation of a config reads. */
#include <stdlib.h>
#include <cjson/cJSON.h>

#include "doc.h"
#include "config/include.h"
#include "output/explain_policy.h"
#include "policy/check/findings.h"
#include "policy/key/sessions.h"

/* A config that is shipped, with every session that it lets us expect. */
struct shipped {
	struct sources *sources;
	struct node *root;
	struct config *config;
	struct policy *policies[16];
	size_t count;
	char *text;
};

static void shipped_close(struct shipped *s)
{
	for (size_t i = 0; i < s->count; i++)
		policy_free(&s->policies[i]);
	config_free(&s->config);
	node_free(&s->root);
	sources_free(&s->sources);
	free(s->text);
}
#define autoshipped __attribute__((cleanup(shipped_close)))

static struct shipped shipped_open(const char *path, bool detail)
{
	struct shipped s = {.sources = sources_new(false)};
	char **keys autodestroy(session_list_free) = NULL;
	struct explain_policy e = {.detail = detail};
	char message[2048] = "";
	struct err err = {0};
	size_t size, keys_count = 0;
	FILE *out;

	if (config_read(s.sources, path, ENV_MISSING_ERROR, &s.root, NULL, &err) ||
	    config_decode(s.root, s.sources, &s.config, NULL, &err) ||
	    policy_check(s.config, &err) ||
	    policy_list_sessions(s.config, &keys, &keys_count, &err))
		err_format(&err, message, sizeof(message));
	assert_string_equal(message, "");
	for (size_t i = 0; i < keys_count; i++)
		s.policies[s.count++] = doc_policy(&(struct doc){.config = s.config}, keys[i]);
	e.config = s.config;
	e.policies = (const struct policy *const *)s.policies;
	e.count = s.count;
	out = open_memstream(&s.text, &size);
	assert_non_null(out);
	assert_int_equal(explain_policy_print(&e, out, false, &err), 0);
	fclose(out);
	return s;
}

static void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("not found:\n%s\nin:\n%s", part, text);
}

/* The handbook's own example; its tools are those that its tables give. */
static void test_the_example(void **state)
{
	struct shipped s autoshipped = shipped_open("config/explain-example.json5", false);
	static const char expected[] =
		"Sandbox mode:     non-main\n"
		"Sandbox scope:    session\n"
		"Workspace access: none\n"
		"\n"
		"Session \"agent:main:main\" → HOST (main session exempted)\n"
		"Session \"agent:main:telegram:group:-100123\" → SANDBOX\n"
		"\n"
		"Elevated patterns:\n"
		"  brew *     → host (with approval)\n"
		"  git push * → host (with approval)\n"
		"\n"
		"Tool policy:\n"
		"  Profile: coding\n"
		"  Denied: group:automation\n"
		"  Effective tools: read, write, edit, exec, browser\n";

	(void)state;
	if (getenv("SHOW"))
		puts(s.text);
	assert_string_equal(strstr(s.text, expected) ? "" : s.text, "");
}

static void test_scenarios(void **state)
{
	struct shipped one autoshipped = shipped_open("config/scenario-1-personal.json5", false);
	struct shipped two autoshipped = shipped_open("config/scenario-2-group-chats.json5", false);
	struct shipped three autoshipped =
		shipped_open("config/scenario-3-remote-server.json5", false);

	(void)state;
	assert_contains(one.text, "Sandbox mode:     off\n");
	assert_contains(one.text, "\"agent:main:main\" → HOST (sandbox mode is off)\n");
	assert_contains(one.text, "\"agent:main:group\" → HOST (sandbox mode is off)\n");
	assert_contains(one.text,
			"Profile: full\n  Denied: nothing\n  Effective tools: read, write,");
	assert_contains(one.text, "Elevated patterns: none\n");

	assert_contains(two.text, "\"agent:main:main\" → HOST (main session exempted)\n");
	assert_contains(two.text, "\"agent:main:group\" → SANDBOX\n");
	assert_contains(two.text, "Denied: group:automation\n"
				  "  Effective tools: read, write, edit, exec, browser\n");

	assert_contains(three.text, "Sandbox mode:     all\nSandbox scope:    session\n"
				    "Workspace access: ro\n");
	assert_contains(three.text, "\"agent:main:main\" → SANDBOX\n");
	assert_contains(three.text,
			"  systemctl status * → refused (exec is denied by tools.deny[0])\n"
			"  journalctl *       → refused (exec is denied by tools.deny[0])\n");
	assert_contains(three.text, "Effective tools: web_search, web_fetch, message\n");
	assert_contains(three.text, "tools.deny[0] denies exec, and deny is absolute");
}

static void test_detail(void **state)
{
	struct shipped s autoshipped = shipped_open("config/scenario-2-group-chats.json5", true);

	(void)state;
	if (getenv("SHOW"))
		puts(s.text);
	assert_contains(s.text, "Tools of agent:main:group:\n");
	assert_contains(s.text, "Refused to agent:main:group:\n");
	assert_contains(s.text, "tools.deny[0] \"group:automation\", ");
	assert_contains(s.text, "scenario-2-group-chats.json5:14");
	assert_contains(s.text, "curl, wget, ");
	assert_contains(s.text, "/var/run/docker.sock, /run/docker.sock, /etc, /proc, /sys, /dev");
}

static void test_two_agents(void **state)
{
	struct shipped s autoshipped = shipped_open("config/clawbpf-block.json5", false);

	(void)state;
	if (getenv("SHOW"))
		puts(s.text);
	assert_contains(s.text, "Agent \"main\"\n");
	assert_contains(s.text, "Agent \"work\"\n");
	assert_contains(s.text,
			"\"agent:work:group\" → SANDBOX (audit only: nothing is refused)\n");
	assert_contains(s.text, "Fix-it keys:\n  - agents.defaults.sandbox.mode=off\n");
}

/* A text that tries to forge a line of its own. */
static void test_escaped(void **state)
{
	struct doc d autodoc = doc_good("{tools:{elevated:{patterns:['a\\n  b\\u001b[2J']},"
					"deny:['x\\nEffective tools: all']}}");
	struct policy *p autopolicy = doc_policy(&d, "main");
	const struct policy *const policies[] = {p};
	struct explain_policy e = {
		.config = d.config, .policies = policies, .count = 1, .detail = true};
	autofree char *text = NULL;
	struct err err = {0};
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_int_equal(explain_policy_print(&e, out, false, &err), 0);
	fclose(out);
	assert_null(strchr(text, '\033'));
	assert_null(strstr(text, "\nEffective"));
	assert_contains(text, "a\\n  b\\x1b[2J");
}

static const cJSON *json_at(const cJSON *json, const char *path)
{
	autofree char *copy = strdup(path);
	char *save = NULL;

	for (char *part = strtok_r(copy, ".", &save); part && json;
	     part = strtok_r(NULL, ".", &save))
		json = part[0] >= '0' && part[0] <= '9' ? cJSON_GetArrayItem(json, atoi(part))
							: cJSON_GetObjectItem(json, part);
	if (!json)
		fail_msg("%s: not there", path);
	return json;
}

static void test_json(void **state)
{
	struct shipped s autoshipped = shipped_open("config/scenario-3-remote-server.json5", false);
	struct explain_policy e = {.config = s.config,
				   .policies = (const struct policy *const *)s.policies,
				   .count = s.count};
	static const struct {
		const char *path, *value;
	} rows[] = {
		{"dialect", "native"},
		{"sessions.0.agentId", "main"},
		{"sessions.0.sessionKey", "agent:main:main"},
		{"sessions.0.mainSessionKey", "agent:main:main"},
		{"sessions.0.sandbox.mode", "all"},
		{"sessions.0.sandbox.workspaceAccess", "ro"},
		{"sessions.0.sandbox.reason", "every session is sandboxed"},
		{"sessions.0.sandbox.tools.sources.allow.source", "default"},
		{"sessions.0.elevated.patterns.1", "journalctl *"},
		{"sessions.0.tools.profile", "messaging"},
		{"sessions.0.tools.denied.0", "group:runtime"},
		{"sessions.0.tools.effective.2", "message"},
		{"sessions.0.tools.trail.4.tool", "exec"},
		{"sessions.0.tools.trail.4.origin.key", "tools.deny[0]"},
		{"sessions.0.tools.trail.4.origin.text", "group:runtime"},
		{"sessions.0.refused.mode", "enforce"},
		{"sessions.0.refused.exec.origin.key", "tools.deny[0]"},
		{"sessions.0.refused.bindSources.2.path", "/etc"},
		{"sessions.0.fixIt.0", "agents.defaults.sandbox.mode=off"},
		{"sessions.1.sessionKey", "agent:main:group"},
	};
	struct err err = {0};
	cJSON *json = NULL;

	(void)state;
	assert_int_equal(explain_policy_json(&e, &json, &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const cJSON *at = json_at(json, rows[i].path);

		if (!cJSON_IsString(at) || strcmp(at->valuestring, rows[i].value))
			fail_msg("%s: %s", rows[i].path, at->valuestring);
	}
	assert_true(cJSON_IsTrue(json_at(json, "sessions.0.sandbox.sessionIsSandboxed")));
	assert_true(cJSON_IsTrue(json_at(json, "sessions.0.refused.network.denied")));
	assert_true(cJSON_IsFalse(json_at(json, "sessions.0.elevated.allowedByConfig")));
	assert_int_equal(json_at(json, "sessions.0.refused.exec.origin.line")->valueint, 18);
	assert_int_equal(cJSON_GetArraySize(json_at(json, "findings")), 1);
	cJSON_Delete(json);
}

/* --- entries that do nothing ---------------------------------------------------------------- */

static const struct {
	const char *config, *finding; /* NULL: none */
} findings[] = {
	{"{tools:{deny:['exec','group:fs','web_*','*']}}", NULL},
	{"{tools:{deny:['exce']}}",
	 "\"exce\" matches no tool that is known; did you mean \"exec\"?"},
	{"{tools:{deny:['group:runtme']}}", "did you mean \"group:runtime\"?"},
	{"{tools:{deny:['group:zzzzzzzz']}}", "there is no such group"},
	{"{tools:{deny:['my_plugin_tool']}}", "only if a plugin brings a tool"},
	{"{tools:{deny:['zz*']}}", "\"zz*\" matches no tool"},
	{"{tools:{profile:'coding',allow:['browser'],deny:['group:ui']}}",
	 "tools.allow[0]: allowing \"browser\" does nothing, tools.deny[0] denies it"},
	{"{tools:{allow:['group:ui'],deny:['browser']}}", NULL},
	{"{tools:{allow:[]}}", "an empty allow list limits nothing"},
	{"{tools:{sandbox:{tools:{deny:['exec']}}}}", "nothing is sandboxed"},
	{"{agents:{defaults:{sandbox:{mode:'all'}}},tools:{sandbox:{tools:{deny:['exec']}}}}",
	 NULL},
	{"{agents:{defaults:{sandbox:{mode:'all'}}},tools:{elevated:{enabled:false,patterns:['x']}}"
	 "}",
	 "tools.elevated.enabled is false"},
	{"{tools:{elevated:{patterns:['x']}}}", "nothing to be elevated from"},
	{"{agents:{defaults:{sandbox:{mode:'all',scope:'shared'}},list:[{id:'a',sandbox:{docker:"
	 "{binds:['/x:/x']}}}]}}",
	 "agents.list[0].sandbox.docker.binds: ignored, the sandbox is shared"},
	{"{agents:{defaults:{sandbox:{mode:'all',docker:{network:'host'}}}}}",
	 "the host's own network"},
	{"{clawbpf:{toolBinaries:{browsr:['x']}}}", "did you mean \"browser\"?"},
	{"{clawbpf:{denyBinaries:['/bin/sh','crul']}}", NULL},
	{"{clawbpf:{denyBinaries:['/usr/bin/crul']}}",
	 "clawbpf.denyBinaries[0]: there is no \"/usr/bin/crul\" on this machine by now"},
	{"{tools:{deny:['group:automation','cron']}}",
	 "tools.deny[1]: \"cron\" adds nothing, tools.deny[0] \"group:automation\" has it"},
	{"{tools:{deny:['exec','bash']}}", "\"bash\" adds nothing, tools.deny[0] \"exec\""},
	{"{tools:{deny:['cron','group:automation']}}", NULL},
	{"{tools:{deny:['exec']},agents:{list:[{id:'a',tools:{deny:['bash']}}]}}",
	 "agents.list[0].tools.deny[0]: \"bash\" adds nothing, tools.deny[0] \"exec\""},
	{"{tools:{byProvider:{openai:{deny:['exce']}}}}", "did you mean \"exec\"?"},
	{"{channels:{telegram:{groups:{'-1':{tools:{deny:['exce']}}}}}}",
	 "channels.telegram.groups.-1.tools.deny[0]: \"exce\" matches no tool"},
	{"{clawbpf:{dialect:'openclaw'},tools:{profile:'minimal',allow:['exec']}}",
	 "allowing \"exec\" does nothing, tools.profile \"minimal\" leaves it out"},
	{"{tools:{profile:'minimal',allow:['exec']}}", NULL},
	{"{agents:{defaults:{sandbox:{binds:['/etc:/x']}}}}",
	 "agents.defaults.sandbox.binds[0]: nothing is sandboxed, so it is not asked for; it would "
	 "be refused: bind mount \"/etc:/x\""},
	{"{agents:{defaults:{sandbox:{mode:'all',binds:['/srv']}}}}",
	 "\"/srv\" does not say where in the sandbox"},
	{"{agents:{defaults:{sandbox:{mode:'all',binds:['/srv:/x:or']}}}}",
	 "the mode of \"/srv:/x:or\" is neither ro nor rw"},
	{"{agents:{defaults:{sandbox:{mode:'all',binds:['/srv:/x:ro,z']}}}}", NULL},
	{"{agents:{list:[{id:'My Bot'}]}}", "\"My Bot\" is known as \"my-bot\""},
	{"{agents:{list:[{id:'a',default:true},{id:'b',default:true}]}}",
	 "agents.list[1].default: does nothing, the default agent is \"a\" already"},
#define PATTERNS(list)                                                                             \
	"{agents:{defaults:{sandbox:{mode:'all'}}},clawbpf:{denyBinaries:['nc']},"                 \
	"tools:{elevated:{patterns:" list "}}}"
	{PATTERNS("['systemctl *','brew *','systemctl status']"), "adds nothing"},
	{PATTERNS("['git push *','brew *','git-lfs *']"), NULL},
	{PATTERNS("['git push *','brew *','git*']"), "has to name a program"},
	{PATTERNS("['git *']"), "which command of git's has to be written out"},
	{PATTERNS("['make deploy']"), "what \"make deploy\" lets out does what the files of its"},
	{PATTERNS("['docker *']"), "what \"docker *\" lets out can do all that root can"},
	{PATTERNS("['docker ps']"), NULL},
	{PATTERNS("['npm run *']"), "runs whatever its arguments or its folder say"},
	{PATTERNS("['bash *']"), "runs whatever its arguments or its folder say"},
	{PATTERNS("['']"), "\"\" matches no command"},
	{PATTERNS("[' ls']"), "\" ls\" can never match"},
	{PATTERNS("['ls\\nls']"), "can never match: a command is one line"},
	{PATTERNS("['systemctl *','systemctl status *']"), "\"systemctl status *\" adds nothing"},
	{PATTERNS("['nc -l *']"), "\"nc -l *\" is of no use, clawbpf.denyBinaries[0] denies"},
#undef PATTERNS
	{"{agents:{list:[{id:'a',tools:{allow:['exec']}}]},tools:{deny:['exec']}}",
	 "agents.list[0].tools.allow[0]: allowing \"exec\" does nothing, tools.deny[0]"},
};

static void test_findings(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(findings); i++) {
		struct doc d autodoc = doc_good(findings[i].config);
		struct warnings w autowarnings = {0};
		bool found = false;

		policy_findings(d.config, &w);
		for (size_t k = 0; k < w.count; k++)
			found = found || (findings[i].finding &&
					  strstr(w.items[k].text, findings[i].finding));
		if (findings[i].finding ? !found : w.count > 0)
			fail_msg("%s: %zu: %s", findings[i].config, w.count,
				 w.count ? w.items[0].text : "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_example), cmocka_unit_test(test_scenarios),
		cmocka_unit_test(test_detail),      cmocka_unit_test(test_two_agents),
		cmocka_unit_test(test_escaped),     cmocka_unit_test(test_json),
		cmocka_unit_test(test_findings),
	};

	return cmocka_run_group_tests_name("explain_policy", tests, NULL, NULL);
}
