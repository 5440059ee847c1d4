// SPDX-License-Identifier: GPL-2.0-only
/* What tool policy says of each tool, and which entry says so. */
#include "doc.h"
#include "policy/dialect/dialect.h"
#include "policy/tools/patterns.h"
#include "policy/tools/tool_binaries.h"

#define HOST  "agent:main:main"
#define GROUP "agent:main:telegram:group:-1"
#define ALL                                                                                        \
	"read write edit apply_patch exec process browser canvas web_search web_fetch image tts "  \
	"message cron gateway nodes agents_list sessions_list sessions_history sessions_send "     \
	"sessions_spawn session_status memory_search memory_get"

/* Effective tools of a session. */
static const struct {
	const char *why, *config, *session, *allowed;
} effective[] = {
	{"nothing said, nothing denied", "{}", HOST, ALL},
	{"full sets no limit", "{tools:{profile:'full'}}", HOST, ALL},
	{"coding", "{tools:{profile:'coding'}}", HOST, "read write edit exec browser"},
	{"messaging", "{tools:{profile:'messaging'}}", HOST, "web_search web_fetch message"},
	{"minimal", "{tools:{profile:'minimal'}}", HOST, "web_search"},
	{"allow gives back what the profile leaves out",
	 "{tools:{profile:'minimal',allow:['read','group:media']}}", HOST,
	 "read web_search image tts"},
	{"without a profile it is the limit", "{tools:{allow:['read','web_*']}}", HOST,
	 "read web_search web_fetch"},
	{"full is no profile in this", "{tools:{profile:'full',allow:['read']}}", HOST, "read"},
	{"an empty allow limits nothing", "{tools:{allow:[]}}", HOST, ALL},
	{"deny wins over the profile", "{tools:{profile:'coding',deny:['browser']}}", HOST,
	 "read write edit exec"},
	{"and over allow", "{tools:{profile:'minimal',allow:['read'],deny:['read']}}", HOST,
	 "web_search"},
	{"even over its own list", "{tools:{allow:['read','write'],deny:['read']}}", HOST, "write"},
	{"a star denies everything", "{tools:{deny:['*']}}", HOST, ""},
	{"a star in a word", "{tools:{allow:['sessions_*']}}", HOST,
	 "sessions_list sessions_history sessions_send sessions_spawn"},
	{"case and space do not help", "{tools:{profile:'coding',deny:[' BROWSER ']}}", HOST,
	 "read write edit exec"},
	{"bash is exec", "{tools:{profile:'coding',deny:['bash']}}", HOST,
	 "read write edit browser"},
	{"process is exec", "{tools:{profile:'coding',deny:['process']}}", HOST,
	 "read write edit browser"},
	{"what writes files goes together",
	 "{tools:{allow:['write','apply_patch','read'],"
	 "deny:['write']}}",
	 HOST, "read"},
	{"the example of allow and deny",
	 "{tools:{profile:'coding',deny:['browser','group:automation','cron','gateway'],"
	 "allow:['web_search']}}",
	 HOST, "read write edit exec web_search"},
	{"group:ui is of the other page", "{tools:{allow:['group:ui','group:memory']}}", HOST,
	 "browser canvas memory_search memory_get"},
	{"a plugin's tool", "{tools:{allow:['read','my_tool']}}", HOST, "read my_tool"},
	{"a group that is none denies nothing", "{tools:{allow:['read'],deny:['group:nosuch']}}",
	 HOST, "read"},

	/* agents */
	{"an agent's profile replaces",
	 "{tools:{profile:'coding'},agents:{list:[{id:'main',tools:{profile:'minimal'}}]}}", HOST,
	 "web_search"},
	{"with what was allowed beside the other",
	 "{tools:{profile:'coding',allow:['tts']},agents:{list:[{id:'main',"
	 "tools:{profile:'minimal'}}]}}",
	 HOST, "web_search"},
	{"its full does too",
	 "{tools:{profile:'coding',allow:['tts']},agents:{list:[{id:'main',tools:{profile:'full'}}]"
	 "}}",
	 HOST, ALL},
	{"but not what was a limit",
	 "{tools:{allow:['web_search','tts']},agents:{list:[{id:'main',tools:{profile:'minimal'}}]}"
	 "}",
	 HOST, "web_search"},
	{"its allow widens the profile",
	 "{tools:{profile:'minimal'},agents:{list:[{id:'main',tools:{allow:['tts']}}]}}", HOST,
	 "web_search tts"},
	{"or narrows the list",
	 "{tools:{allow:['read','tts']},agents:{list:[{id:'main',tools:{allow:['tts','exec']}}]}}",
	 HOST, "tts"},
	{"its deny adds",
	 "{tools:{profile:'coding',deny:['browser']},agents:{list:[{id:'main',"
	 "tools:{deny:['exec']}}]}}",
	 HOST, "read write edit"},
	{"another agent's does not",
	 "{tools:{profile:'coding'},agents:{list:[{id:'main'},{id:'b',tools:{deny:['*']}}]}}", HOST,
	 "read write edit exec browser"},

	/* sandbox */
	{"the sandbox's lists are for the sandbox",
	 "{agents:{defaults:{sandbox:{mode:'non-main'}}},tools:{profile:'coding',"
	 "sandbox:{tools:{deny:['exec']}}}}",
	 HOST, "read write edit exec browser"},
	{"there they count",
	 "{agents:{defaults:{sandbox:{mode:'non-main'}}},tools:{profile:'coding',"
	 "sandbox:{tools:{deny:['exec']}}}}",
	 GROUP, "read write edit browser"},
	{"its allow is a limit",
	 "{agents:{defaults:{sandbox:{mode:'all'}}},tools:{sandbox:{tools:{allow:['group:fs']}}}}",
	 HOST, "read write edit"},
	{"an agent's replaces it",
	 "{agents:{defaults:{sandbox:{mode:'all'}},list:[{id:'main',tools:{sandbox:{tools:"
	 "{allow:['tts']}}}}]},tools:{sandbox:{tools:{allow:['group:fs']}}}}",
	 HOST, "tts"},
	{"but a deny stays a deny",
	 "{agents:{defaults:{sandbox:{mode:'all'}},list:[{id:'main',tools:{sandbox:{tools:"
	 "{deny:['tts']}}}}]},tools:{profile:'minimal',allow:['tts','read'],"
	 "sandbox:{tools:{deny:['read']}}}}",
	 HOST, "web_search"},

	/* subagents, groups */
	{"subagents have lists of their own",
	 "{tools:{profile:'coding',subagents:{tools:{deny:['exec']}}}}", "agent:main:subagent:1",
	 "read write edit browser"},
	{"which are nobody else's", "{tools:{profile:'coding',subagents:{tools:{deny:['exec']}}}}",
	 GROUP, "read write edit exec browser"},
	{"a group chat's",
	 "{tools:{profile:'coding'},channels:{telegram:{groups:{'-1':{tools:"
	 "{deny:['exec']}}}}}}",
	 GROUP, "read write edit browser"},
	{"its threads too",
	 "{tools:{profile:'coding'},channels:{telegram:{groups:{'-1':{tools:"
	 "{deny:['exec']}}}}}}",
	 GROUP ":topic:9", "read write edit browser"},
	{"all others'",
	 "{tools:{profile:'coding'},channels:{telegram:{groups:{'*':{tools:"
	 "{allow:['read']}}}}}}",
	 GROUP, "read"},
	{"not another channel's",
	 "{tools:{profile:'coding'},channels:{slack:{groups:{'-1':{tools:"
	 "{deny:['exec']}}}}}}",
	 GROUP, "read write edit exec browser"},
	{"an account's group",
	 "{tools:{profile:'coding'},channels:{telegram:{accounts:{b:{groups:"
	 "{'-1':{tools:{deny:['exec']}}}}}}}}",
	 GROUP, "read write edit browser"},
};

static void test_effective(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(effective); i++) {
		struct doc d autodoc = doc_good(effective[i].config);
		struct policy *p autopolicy = doc_policy(&d, effective[i].session);

		if (strcmp(policy_allowed(p), effective[i].allowed))
			fail_msg("%s: %s", effective[i].why, policy_allowed(p));
	}
}

/* Which entry decided. */
static const struct {
	const char *config, *session, *tool;
	bool allowed, by_name;
	const char *layer, *key, *text;
} trails[] = {
	{"{}", HOST, "exec", true, false, "default", "tools.profile", NULL},
	{"{tools:{profile:'coding'}}", HOST, "exec", true, false, "tools.profile", "tools.profile",
	 "coding"},
	{"{tools:{profile:'coding'}}", HOST, "cron", false, false, "tools.profile", "tools.profile",
	 "coding"},
	{"{tools:{profile:'coding',allow:['tts']}}", HOST, "tts", true, false, "tools.allow",
	 "tools.allow[0]", "tts"},
	{"{tools:{allow:['read']}}", HOST, "exec", false, false, "tools.allow", "tools.allow",
	 NULL},
	{"{tools:{deny:['tts','group:runtime','exec']}}", HOST, "exec", false, true, "tools.deny",
	 "tools.deny[1]", "group:runtime"},
	{"{tools:{deny:['e*','exec']}}", HOST, "exec", false, true, "tools.deny", "tools.deny[0]",
	 "e*"},
	{"{tools:{deny:['exec','e*']}}", HOST, "exec", false, true, "tools.deny", "tools.deny[0]",
	 "exec"},
	{"{tools:{deny:['exec']}}", HOST, "process", false, true, "tools.deny", "tools.deny[0]",
	 "exec"},
	{"{tools:{profile:'minimal',deny:['exec']}}", HOST, "exec", false, true, "tools.deny",
	 "tools.deny[0]", "exec"},
	{"{agents:{list:[{id:'a'},{id:'main',tools:{deny:['exec']}}]}}", HOST, "exec", false, true,
	 "agent tools.deny", "agents.list[1].tools.deny[0]", "exec"},
	{"{agents:{defaults:{sandbox:{mode:'all'}}},tools:{sandbox:{tools:{deny:['exec']}}}}", HOST,
	 "exec", false, true, "tools.sandbox.tools.deny", "tools.sandbox.tools.deny[0]", "exec"},
};

static void test_trails(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(trails); i++) {
		struct doc d autodoc = doc_good(trails[i].config);
		struct policy *p autopolicy = doc_policy(&d, trails[i].session);
		const struct tool_verdict *v = policy_tool(p, trails[i].tool);

		if (v->allowed != trails[i].allowed || v->by_name != trails[i].by_name ||
		    strcmp(v->layer, trails[i].layer) || strcmp(v->origin.key, trails[i].key) ||
		    strcmp(v->origin.text ? v->origin.text : "",
			   trails[i].text ? trails[i].text : ""))
			fail_msg("%s: %s: %d %d %s %s %s", trails[i].config, v->tool, v->allowed,
				 v->by_name, v->layer, v->origin.key, v->origin.text);
	}
}

static const struct {
	const char *pattern, *name;
	bool match;
} matches[] = {
	{"*", "exec", true},
	{"*", "", true},
	{"e*", "exec", true},
	{"e*c", "exec", true},
	{"e*d", "exec", false},
	{"*x*", "exec", true},
	{"ex?c", "exec", false},
	{"**c", "exec", true},
	{"exec*", "exec", true},
	{"exec", "exec", true},
	{"exec", "execs", false},
	{"*_patch", "apply_patch", true},
	{"a*b*c", "aXbXbc", true},
	{"a*b*c", "aXbXb", false},
	{"", "x", false},
	{"*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
};

static void test_patterns(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(matches); i++)
		if (pattern_matches(matches[i].pattern, matches[i].name) != matches[i].match)
			fail_msg("%s, %s", matches[i].pattern, matches[i].name);
}

/* A row for a tool that does not exist would never be asked. */
static void test_binaries_are_of_tools(void **state)
{
	static const char *const with[] = {"automations", "browser",   "cron",
					   "gateway",     "web_fetch", "web_search"};
	static const char *const without[] = {"exec",    "process", "canvas", "nodes", "image",
					      "message", "read",    "write",  "tts"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(with); i++) {
		const struct tool_binaries *row = tool_binaries_find(with[i]);

		assert_non_null(row);
		assert_non_null(row->names[0]);
		for (const char *const *name = row->names; *name; name++)
			assert_null(strchr(*name, '/'));
	}
	for (size_t i = 0; i < ARRAY_SIZE(without); i++)
		assert_null(tool_binaries_find(without[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_effective),
		cmocka_unit_test(test_trails),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_binaries_are_of_tools),
	};

	return cmocka_run_group_tests_name("tools", tests, NULL, NULL);
}
