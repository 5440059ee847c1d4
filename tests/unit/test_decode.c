// SPDX-License-Identifier: GPL-2.0-only
/* What a config may say, and how it is told that it may not. */
#include <stdlib.h>

#include "doc.h"

/* --- what is refused ------------------------------------------------------------------------ */

static const struct {
	const char *why;
	const char *text;
	const char *key;     /* err.key */
	unsigned int column; /* on line 1 */
	const char *message; /* part of it */
	const char *fix;     /* part of it */
} refused[] = {
	{"a typo that would turn the sandbox off", "{agents:{defaults:{sandbox:{mod:'all'}}}}",
	 "agents.defaults.sandbox.mod", 29, "unknown key \"mod\"", "did you mean \"mode\"?"},
	{"an agent's too", "{agents:{list:[{id:'a'},{id:'b',sandbox:{scop:'agent'}}]}}",
	 "agents.list[1].sandbox.scop", 42, "unknown key \"scop\"", "did you mean \"scope\"?"},
	{"nothing near: what there is", "{agents:{defaults:{sandbox:{zzzzz:1}}}}",
	 "agents.defaults.sandbox.zzzzz", 29, "unknown key", "known: mode, scope, perSession"},
	{"docker's own keys", "{agents:{defaults:{sandbox:{docker:{netwrok:'none'}}}}}",
	 "agents.defaults.sandbox.docker.netwrok", 37, "unknown key", "\"network\""},
	{"a deny list that denies nothing", "{tools:{denny:['exec']}}", "tools.denny", 9,
	 "unknown key \"denny\"", "did you mean \"deny\"?"},
	{"of any name, when it is no object", "{tools:{forbid:['exec']}}", "tools.forbid", 9,
	 "unknown key", "known: profile, allow"},
	{"in an agent's tools", "{agents:{list:[{id:'a',tools:{dney:['exec']}}]}}",
	 "agents.list[0].tools.dney", 31, "unknown key", "\"deny\""},
	{"in a provider's", "{tools:{byProvider:{'openai/gpt-5.2':{allowed:['x']}}}}",
	 "tools.byProvider[\"openai/gpt-5.2\"].allowed", 39, "unknown key", "\"allow\""},
	{"in the sandbox's", "{tools:{sandbox:{tool:{deny:['x']}}}}", "tools.sandbox.tool", 18,
	 "unknown key", "\"tools\""},
	{"in elevated", "{tools:{elevated:{pattern:['x']}}}", "tools.elevated.pattern", 19,
	 "unknown key", "\"patterns\""},
	{"in a group chat's", "{channels:{telegram:{groups:{'-1':{tools:{denied:['x']}}}}}}",
	 "channels.telegram.groups.-1.tools.denied", 43, "unknown key", "deny"},
	{"in our block", "{clawbpf:{denyBinary:['x']}}", "clawbpf.denyBinary", 11, "unknown key",
	 "\"denyBinaries\""},
	{"in an agent's part of it", "{clawbpf:{agents:{main:{modes:'audit'}}}}",
	 "clawbpf.agents.main.modes", 25, "unknown key", "\"mode\""},
	{"the name that agents had long ago", "{agent:{sandbox:{mode:'all'}}}", "agent", 2,
	 "unknown key \"agent\"", "did you mean \"agents\"?"},
	{"tools in a wrong place", "{agents:{defaults:{tools:{deny:['exec']}}}}",
	 "agents.defaults.tools", 26, "decides nothing", "top-level \"tools\""},
	{"the sandbox in a wrong place", "{sandbox:{mode:'all'}}", "sandbox", 10, "decides nothing",
	 "agents.defaults.sandbox"},
	{"sandboxx", "{agents:{defaults:{sandboxx:{mode:'all'}}}}", "agents.defaults.sandboxx", 20,
	 "unknown key", "\"sandbox\""},

	{"a mode that is none", "{agents:{defaults:{sandbox:{mode:'al'}}}}",
	 "agents.defaults.sandbox.mode", 34,
	 "must be one of \"off\", \"non-main\", \"all\", not \"al\"", "did you mean \"all\"?"},
	{"false is not \"off\"", "{agents:{defaults:{sandbox:{mode:false}}}}",
	 "agents.defaults.sandbox.mode", 34, "must be one of \"off\"", ""},
	{"null is no mode", "{agents:{defaults:{sandbox:{mode:null}}}}",
	 "agents.defaults.sandbox.mode", 34, "must be a string, not null", ""},
	{"scope", "{agents:{defaults:{sandbox:{scope:'sessions'}}}}",
	 "agents.defaults.sandbox.scope", 35, "\"session\", \"agent\", \"shared\"", "\"session\"?"},
	{"access, in both spellings", "{agents:{defaults:{sandbox:{workspace:'read'}}}}",
	 "agents.defaults.sandbox.workspace", 39, "\"none\", \"ro\", \"rw\"", ""},
	{"profile", "{tools:{profile:'codign'}}", "tools.profile", 17, "\"coding\"", "\"coding\"?"},
	{"deny is a list", "{tools:{deny:'exec'}}", "tools.deny", 14,
	 "must be a list of strings, not a string", ""},
	{"of strings", "{tools:{deny:['exec',2]}}", "tools.deny[1]", 22,
	 "must be a string, not a number", ""},
	{"tools is an object", "{tools:['exec']}", "tools", 8, "must be an object, not an array",
	 ""},
	{"the roster is a list", "{agents:{list:{id:'a'}}}", "agents.list", 15,
	 "must be a list of objects", ""},
	{"of agents with an id", "{agents:{list:[{name:'a'}]}}", "agents.list[0]", 16, "no id",
	 "add `id"},
	{"which is a string", "{agents:{list:[{id:7}]}}", "agents.list[0].id", 20,
	 "must be a string", ""},
	{"a limit is positive", "{agents:{defaults:{sandbox:{docker:{pidsLimit:0}}}}}",
	 "agents.defaults.sandbox.docker.pidsLimit", 47, "at least 1", ""},
	{"and finite", "{agents:{defaults:{sandbox:{docker:{cpus:Infinity}}}}}",
	 "agents.defaults.sandbox.docker.cpus", 42, "must be a number", ""},
	{"the root is an object", "['tools']", "", 1, "must be an object, not an array", ""},
	{"a NUL hides the rest of a name", "{tools:{deny:['exec\\u0000x']}}", "tools.deny[0]", 15,
	 "NUL", ""},

	{"enforce or audit", "{clawbpf:{mode:'warn'}}", "clawbpf.mode", 16,
	 "\"enforce\", \"audit\"", ""},
	{"a relative path is no binary", "{clawbpf:{denyBinaries:['bin/nc']}}",
	 "clawbpf.denyBinaries[0]", 25, "a path must be absolute", "absolute path"},
	{"nor is nothing", "{clawbpf:{denyBinaries:['']}}", "clawbpf.denyBinaries[0]", 25,
	 "not a program's name", ""},
	{"nor a directory", "{clawbpf:{denyBinaries:['..']}}", "clawbpf.denyBinaries[0]", 25,
	 "not a program's name", ""},
	{"nor the root", "{clawbpf:{denyBinaries:['/..//']}}", "clawbpf.denyBinaries[0]", 25,
	 "not a program", ""},
	{"a name that the kernel's key cannot hold",
	 "{clawbpf:{denyBinaries:["
	 "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']}}",
	 "clawbpf.denyBinaries[0]", 25, "at most 63 bytes", "absolute path"},
	{"half a hash", "{clawbpf:{denyBinaries:['sha256:e3b0c442']}}", "clawbpf.denyBinaries[0]",
	 25, "not a SHA-256", "64 hex digits"},
	{"a bind source is absolute", "{clawbpf:{blockedBindSources:['etc']}}",
	 "clawbpf.blockedBindSources[0]", 31, "not an absolute path", "~/"},
	{"an agent that is not there", "{agents:{list:[{id:'work'}]},clawbpf:{agents:{wrok:{}}}}",
	 "clawbpf.agents.wrok", 52, "there is no agent \"wrok\" in agents.list",
	 "did you mean \"work\"?"},
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		struct doc d autodoc = doc_open(refused[i].text);

		if (d.config)
			fail_msg("%s: accepted", refused[i].why);
		if (strcmp(d.err.key, refused[i].key) || d.err.line != 1 ||
		    d.err.column != refused[i].column ||
		    !strstr(d.err.message, refused[i].message) ||
		    !strstr(d.err.fix, refused[i].fix))
			fail_msg("%s: %u:%u: %s: %s (%s)", refused[i].why, d.err.line, d.err.column,
				 d.err.key, d.err.message, d.err.fix);
		assert_string_equal(d.err.file, "test.json5");
	}
}

/* --- what is accepted ----------------------------------------------------------------------- */

/* Keys of the real programs that decide nothing here, and ones that nobody knows yet. */
static const char *const accepted[] = {
	"{}",
	"{meta:{lastTouchedVersion:'2026.1.24'},env:{vars:{A:'b'}},wizard:{},logging:{level:'info'}"
	","
	"browser:{enabled:true},ui:{seamColor:'#fff'},auth:{profiles:{}},models:{mode:'merge'},"
	"messages:{queue:{}},commands:{native:'auto'},cron:{enabled:true},hooks:{enabled:false},"
	"gateway:{port:18789,auth:{token:'x'}},plugins:{entries:{}},skills:{install:{}},"
	"bindings:[{agentId:'main',match:{channel:'telegram'}}],web:{},talk:{},discovery:{}}",
	"{somethingNew:{a:1},another:[1,2],third:'x',rooms:[]}",
	"{agents:{defaults:{model:{primary:'x'},maxConcurrent:4,timeoutSeconds:600,compaction:{},"
	"heartbeat:{every:'30m'},subagents:{maxConcurrent:8}}}}",
	"{agents:{list:[{id:'a',name:'A',model:'x',identity:{name:'Z'},groupChat:{},subagents:{}}]}"
	"}",
	"{tools:{web:{search:{enabled:true}},media:{},agentToAgent:{enabled:true,allow:['*']},"
	"message:{},exec:{backgroundMs:1,applyPatch:{}},fs:{workspaceOnly:true}}}",
	"{channels:{telegram:{enabled:true,botToken:'x',groups:{'*':{requireMention:true}},"
	"allowFrom:['1']},defaults:{groupPolicy:'open'},discord:{guilds:{}}}}",
	"{channels:{whatsapp:{groups:['*'],accounts:[1]}}}",
	"{session:{scope:'per-sender',dmScope:'main',reset:{},identityLinks:{me:['telegram:1',2]}}"
	"}",
	"{agents:{defaults:{sandbox:{docker:{setupCommand:['a','b'],memory:'1g',memorySwap:0,"
	"ulimits:{nofile:{soft:1,hard:2},nproc:256,core:'0'},env:{A:'1'}},browser:{enabled:true},"
	"prune:{idleHours:0,maxAgeDays:0},perSession:true,workspaceRoot:'~/x'}}}}",
	"{clawbpf:{agents:{anybody:{mode:'audit'}}}}",
	"{tools:{elevated:{allowFrom:{telegram:[123,'@me']},enabled:true}}}",
};

static void test_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(accepted); i++) {
		struct doc d autodoc = doc_good(accepted[i]);

		if (d.warnings.count)
			fail_msg("%s: %s", accepted[i], d.warnings.items[0].text);
	}
}

/* --- what is kept --------------------------------------------------------------------------- */

static void test_values(void **state)
{
	struct doc d autodoc = doc_good(
		"{agents:{defaults:{sandbox:{mode:'non-main',binds:['/a:/b'],\n"
		" docker:{binds:['/c:/d:ro','/e:/"
		"f'],ulimits:{nofile:{soft:1,hard:2}},cpus:1.5}}}},\n"
		" tools:{deny:['a',\n  'b'],byProvider:{'openai/gpt-5.2':{profile:'minimal'}},\n"
		" elevated:{allowFrom:{telegram:[123]}}}}");
	const struct config *c = d.config;
	const struct tool_layer_entry *provider = c->tools.by_provider.items;
	const struct list_entry *from = c->tools.elevated.allow_from.items;
	const struct setting_entry *limit = c->sandbox.docker.ulimits.items;

	(void)state;
	assert_string_equal(c->file, "test.json5");
	assert_int_equal(c->sandbox.mode.word, 1);
	assert_string_equal(c->sandbox.mode.text, "non-main");
	assert_string_equal(c->sandbox.mode.key, "agents.defaults.sandbox.mode");
	assert_int_equal(c->sandbox.binds.count, 1);
	assert_int_equal(c->sandbox.docker.binds.count, 2);
	assert_string_equal(c->sandbox.docker.binds.items[1].key,
			    "agents.defaults.sandbox.docker.binds[1]");
	assert_string_equal(limit->entry.name, "nofile");
	assert_string_equal(limit->setting.text, "1:2");
	assert_true(c->sandbox.docker.cpus.number == 1.5);
	assert_string_equal(c->tools.layer.deny.items[1].key, "tools.deny[1]");
	assert_int_equal(c->tools.layer.deny.items[1].pos.line, 4);
	assert_int_equal(c->tools.layer.deny.items[1].pos.column, 3);
	assert_string_equal(provider->entry.name, "openai/gpt-5.2");
	assert_string_equal(provider->layer.profile.key,
			    "tools.byProvider[\"openai/gpt-5.2\"].profile");
	assert_string_equal(from->list.items[0].text, "123");
	assert_null(c->sandbox.scope.key);
	assert_null(c->tools.layer.allow.key);
}

static void test_two_spellings(void **state)
{
	struct doc one autodoc = doc_good("{agents:{defaults:{sandbox:{workspace:'rw'}}}}");
	struct doc both autodoc =
		doc_good("{agents:{defaults:{sandbox:{workspaceAccess:'ro',workspace:'rw'}}}}");

	(void)state;
	assert_string_equal(one.config->sandbox.access.text, "rw");
	assert_string_equal(one.config->sandbox.access.key, "agents.defaults.sandbox.workspace");
	assert_string_equal(both.config->sandbox.access.text, "ro");
	assert_int_equal(both.warnings.count, 1);
	assert_non_null(strstr(both.warnings.items[0].text, "\"workspaceAccess\""));
}

static void test_unknown_object_is_a_warning(void **state)
{
	struct doc d autodoc = doc_good("{tools:{somethingNew:{enabled:true}}}");

	(void)state;
	assert_int_equal(d.warnings.count, 1);
	assert_non_null(strstr(d.warnings.items[0].text, "\"somethingNew\""));
}

static void test_main_key_is_ignored(void **state)
{
	struct doc d autodoc = doc_good("{session:{mainKey:'work'}}");

	(void)state;
	assert_int_equal(d.warnings.count, 1);
	assert_non_null(strstr(d.warnings.items[0].text, "session.mainKey is ignored"));
}

/* --- our block ------------------------------------------------------------------------------ */

static void test_binaries_are_normal(void **state)
{
	struct doc d autodoc = doc_good(
		"{clawbpf:{denyBinaries:['nc','/usr//bin/../bin/./socat/',"
		"'sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855'],"
		"toolBinaries:{browser:['/opt/x//y']}}}");
	const struct setting_list *l = &d.config->claw.deny_binaries;
	const struct list_entry *browser = d.config->claw.tool_binaries.items;

	(void)state;
	assert_string_equal(l->items[0].text, "nc");
	assert_string_equal(l->items[1].text, "/usr/bin/socat");
	assert_string_equal(
		l->items[2].text,
		"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_string_equal(browser->list.items[0].text, "/opt/x/y");
}

static void test_home_is_expanded(void **state)
{
	autofree char *before = getenv("HOME") ? strdup(getenv("HOME")) : NULL;
	static const char text[] = "{clawbpf:{blockedBindSources:['~/.ssh/','~','/a//b/../c']}}";

	(void)state;
	setenv("HOME", "/home/claw", 1);
	{
		struct doc d autodoc = doc_good(text);

		assert_string_equal(d.config->claw.blocked_sources.items[0].text,
				    "/home/claw/.ssh");
		assert_string_equal(d.config->claw.blocked_sources.items[1].text, "/home/claw");
		assert_string_equal(d.config->claw.blocked_sources.items[2].text, "/a/c");
	}
	unsetenv("HOME");
	{
		struct doc d autodoc = doc_open(text);

		assert_null(d.config);
		assert_non_null(strstr(d.err.message, "HOME is not set"));
	}
	if (before)
		setenv("HOME", before, 1);
}

/* --- agents --------------------------------------------------------------------------------- */

static const struct {
	const char *written, *id;
} ids[] = {
	{"main", "main"},
	{" Work ", "work"},
	{"My Bot!", "my-bot"},
	{"", "main"},
	{"-x-", "x"},
	{"\xc3\xa9", "main"},
	{"a.b", "a-b"},
	{"___", "___"},
	{"a--b", "a--b"},
	{"a-", "a-"},
	{"a..b", "a-b"},
	{"a-!b", "a--b"},
	{"!!", "main"},
	{"A_B-9", "a_b-9"},
	{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
};

static void test_agent_ids(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		autofree char *id = agent_id_normalize(ids[i].written, strlen(ids[i].written));

		assert_string_equal(id, ids[i].id);
	}
}

static void test_first_of_equal_agents(void **state)
{
	struct doc d autodoc = doc_good("{agents:{list:[{id:'b'},{id:'Work',workspace:'one'},"
					"{id:'a'},{id:'work',workspace:'two'},{id:'b '}]}}");
	const struct agent_settings *agents = d.config->agents.items;

	(void)state;
	assert_int_equal(d.config->agents.count, 3);
	assert_string_equal(agents[0].entry.name, "b");
	assert_string_equal(agents[1].entry.name, "work");
	assert_string_equal(agents[2].entry.name, "a");
	assert_string_equal(config_find_agent(d.config, "work")->workspace.text, "one");
	assert_ptr_equal(config_find_agent(d.config, "a"), &agents[2]);
	assert_null(config_find_agent(d.config, "c"));
	assert_int_equal(d.warnings.count, 2);
	assert_non_null(strstr(d.warnings.items[0].text, "\"b\" is there already"));
}

static void test_agents_by_entries(void **state)
{
	struct doc d autodoc = doc_good("{agents:{entries:{work:{sandbox:{mode:'all'}}}}}");
	const struct agent_settings *work = config_find_agent(d.config, "work");

	(void)state;
	assert_non_null(work);
	assert_string_equal(work->sandbox.mode.key, "agents.entries.work.sandbox.mode");
	assert_string_equal(d.config->agents.key, "agents.entries");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_two_spellings),
		cmocka_unit_test(test_unknown_object_is_a_warning),
		cmocka_unit_test(test_main_key_is_ignored),
		cmocka_unit_test(test_binaries_are_normal),
		cmocka_unit_test(test_home_is_expanded),
		cmocka_unit_test(test_agent_ids),
		cmocka_unit_test(test_first_of_equal_agents),
		cmocka_unit_test(test_agents_by_entries),
	};

	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
