// SPDX-License-Identifier: GPL-2.0-only
/* Whose session a key names, of which kind, and whether it is the main one. */
#include "doc.h"
#include "policy/key/session_key.h"
#include "policy/key/sessions.h"

#define ONE_AGENT  "{}"
#define TWO_AGENTS "{agents:{list:[{id:'home'},{id:'work',default:true}]}}"
#define GLOBAL     "{session:{scope:'global'}}"

static const struct {
	const char *why, *config, *text;
	const char *key, *agent;
	enum session_kind kind;
	bool main, thread;
	const char *channel, *peer;
} good[] = {
	{"the main session", ONE_AGENT, "agent:main:main", "agent:main:main", "main", SESSION_MAIN,
	 true, false, NULL, NULL},
	{"its short name", ONE_AGENT, "main", "agent:main:main", "main", SESSION_MAIN, true, false,
	 NULL, NULL},
	{"is the default agent's", TWO_AGENTS, "main", "agent:work:main", "work", SESSION_MAIN,
	 true, false, NULL, NULL},
	{"space around it goes", ONE_AGENT, "  agent:main:main\n", "agent:main:main", "main",
	 SESSION_MAIN, true, false, NULL, NULL},
	{"another agent's main", TWO_AGENTS, "agent:home:main", "agent:home:main", "home",
	 SESSION_MAIN, true, false, NULL, NULL},
	{"in capitals it is not", ONE_AGENT, "AGENT:MAIN:MAIN", "AGENT:MAIN:MAIN", "main",
	 SESSION_MAIN, false, false, NULL, NULL},
	{"nor so", ONE_AGENT, "agent:Main:main", "agent:Main:main", "main", SESSION_MAIN, false,
	 false, NULL, NULL},
	{"nor so", ONE_AGENT, "MAIN", "agent:main:MAIN", "main", SESSION_MAIN, false, false, NULL,
	 NULL},
	{"a thread of it neither", ONE_AGENT, "agent:main:main:thread:42",
	 "agent:main:main:thread:42", "main", SESSION_MAIN, false, true, NULL, NULL},
	{"global is a name like any other", ONE_AGENT, "global", "agent:main:global", "main",
	 SESSION_OTHER, false, false, NULL, NULL},
	{"unless the scope is", GLOBAL, "global", "agent:main:global", "main", SESSION_OTHER, true,
	 false, NULL, NULL},
	{"and main stays main", GLOBAL, "agent:main:main", "agent:main:main", "main", SESSION_MAIN,
	 true, false, NULL, NULL},
	{"a group", ONE_AGENT, "agent:main:telegram:group:-100123",
	 "agent:main:telegram:group:-100123", "main", SESSION_GROUP, false, false, "telegram",
	 "-100123"},
	{"without the head", ONE_AGENT, "telegram:group:-1", "agent:main:telegram:group:-1", "main",
	 SESSION_GROUP, false, false, "telegram", "-1"},
	{"its thread", ONE_AGENT, "agent:main:telegram:group:-1:topic:7",
	 "agent:main:telegram:group:-1:topic:7", "main", SESSION_GROUP, false, true, "telegram",
	 "-1"},
	{"an id with colons", ONE_AGENT, "agent:main:matrix:channel:!room:host:8448",
	 "agent:main:matrix:channel:!room:host:8448", "main", SESSION_CHANNEL, false, false,
	 "matrix", "!room:host:8448"},
	{"its case stays", ONE_AGENT, "agent:main:signal:group:AbC=",
	 "agent:main:signal:group:AbC=", "main", SESSION_GROUP, false, false, "signal", "AbC="},
	{"a direct chat", ONE_AGENT, "agent:main:telegram:direct:123",
	 "agent:main:telegram:direct:123", "main", SESSION_DIRECT, false, false, "telegram", "123"},
	{"as it was written once", ONE_AGENT, "agent:main:telegram:dm:123",
	 "agent:main:telegram:dm:123", "main", SESSION_DIRECT, false, false, "telegram", "123"},
	{"with an account", ONE_AGENT, "agent:main:telegram:bot2:direct:123",
	 "agent:main:telegram:bot2:direct:123", "main", SESSION_DIRECT, false, false, "telegram",
	 "123"},
	{"without a channel", ONE_AGENT, "agent:main:direct:me", "agent:main:direct:me", "main",
	 SESSION_DIRECT, false, false, NULL, "me"},
	{"a subagent", ONE_AGENT, "agent:main:subagent:0-1", "agent:main:subagent:0-1", "main",
	 SESSION_SUBAGENT, false, false, NULL, NULL},
	{"a group called subagent is none", ONE_AGENT, "agent:main:telegram:group:subagent:1",
	 "agent:main:telegram:group:subagent:1", "main", SESSION_GROUP, false, false, "telegram",
	 "subagent:1"},
	{"a job", ONE_AGENT, "cron:nightly:run:3", "agent:main:cron:nightly:run:3", "main",
	 SESSION_CRON, false, false, NULL, NULL},
	{"a hook", ONE_AGENT, "agent:main:hook:x", "agent:main:hook:x", "main", SESSION_HOOK, false,
	 false, NULL, NULL},
	{"anything else", ONE_AGENT, "agent:main:heartbeat", "agent:main:heartbeat", "main",
	 SESSION_OTHER, false, false, NULL, NULL},
	{"an id that needs its normal form", ONE_AGENT, "agent:My Bot!:main", "agent:My Bot!:main",
	 "my-bot", SESSION_MAIN, false, false, NULL, NULL},
	{"other scripts", ONE_AGENT, "agent:main:telegram:group:\xd0\xb4\xd0\xb0",
	 "agent:main:telegram:group:\xd0\xb4\xd0\xb0", "main", SESSION_GROUP, false, false,
	 "telegram", "\xd0\xb4\xd0\xb0"},
};

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		struct doc d autodoc = doc_good(good[i].config);
		struct session_key k autodestroy(session_key_clear) = {0};
		struct err err = {0};

		if (session_key_parse(d.config, good[i].text, &k, &err))
			fail_msg("%s: %s", good[i].why, err.message);
		if (strcmp(k.text, good[i].key) || strcmp(k.agent, good[i].agent) ||
		    k.kind != good[i].kind || k.main != good[i].main || k.thread != good[i].thread)
			fail_msg("%s: %s, agent %s, %s, main %d, thread %d", good[i].why, k.text,
				 k.agent, session_kind_name(k.kind), k.main, k.thread);
		assert_string_equal(k.channel ? k.channel : "",
				    good[i].channel ? good[i].channel : "");
		assert_string_equal(k.peer ? k.peer : "", good[i].peer ? good[i].peer : "");
	}
}

static const struct {
	const char *text, *why;
} bad[] = {
	{"", "it is empty"},
	{" \t", "it is empty"},
	{"agent:main", "nothing follows the agent"},
	{"agent:main:", "nothing follows the agent"},
	{"agent", "nothing follows the head"},
	{"agent:", "nothing follows the agent"},
	{"agent::x", "the agent's id is empty"},
	{"agent:main::x", "a part of it is empty"},
	{"AGENT::x", "the agent's id is empty"},
	{":main", "a part of it is empty"},
	{"agent:main:a\nb", "control character"},
	{"agent:main:a\x1b[2J", "control character"},
	{"agent:main:a\x7f", "control character"},
	{"agent:main:a\xc2\x85", "control character"},
	{"agent:main:a\xe2\x80\xa8z", "control character"},
	{"agent:main:a\xff", "not UTF-8"},
	{"agent:main:a\xc3", "not UTF-8"},
};

static void test_bad(void **state)
{
	struct doc d autodoc = doc_good(ONE_AGENT);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct session_key k = {0};
		struct err err = {0};

		assert_int_equal(session_key_parse(d.config, bad[i].text, &k, &err), -22);
		assert_null(k.text);
		if (!strstr(err.message, bad[i].why) ||
		    !strstr(err.message, "malformed session key"))
			fail_msg("%zu: %s", i, err.message);
		assert_null(strpbrk(err.message, "\n\033\177"));
	}
}

static void test_length(void **state)
{
	struct doc d autodoc = doc_good(ONE_AGENT);
	struct session_key k autodestroy(session_key_clear) = {0};
	char text[SESSION_KEY_MAX + 2];
	struct err err = {0};

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "agent:main:", 11);
	text[SESSION_KEY_MAX] = '\0';
	assert_int_equal(session_key_parse(d.config, text, &k, &err), 0);
	text[SESSION_KEY_MAX] = 'x';
	text[SESSION_KEY_MAX + 1] = '\0';
	assert_int_equal(session_key_parse(d.config, text, &(struct session_key){0}, &err), -22);
	/* A short name grows by its agent. */
	memset(text, 'x', sizeof(text));
	text[SESSION_KEY_MAX - 5] = '\0';
	assert_int_equal(session_key_parse(d.config, text, &(struct session_key){0}, &err), -22);
	assert_non_null(strstr(err.message, "with its agent"));
}

static const struct {
	const char *config, *keys;
} lists[] = {
	{ONE_AGENT, "agent:main:main agent:main:group"},
	{TWO_AGENTS, "agent:home:main agent:home:group agent:work:main agent:work:group"},
	{"{channels:{telegram:{groups:{'*':{},'-1':{},'-2':{}},accounts:{b:{groups:{'-2':{},'-3':{}"
	 "}}}},"
	 "whatsapp:{groups:{'a b':{}}}}}",
	 "agent:main:main agent:main:telegram:group:-1 agent:main:telegram:group:-2 "
	 "agent:main:telegram:group:-3 agent:main:whatsapp:group:a b"},
	{"{clawbpf:{dialect:'clawdbot'},channels:{signal:{groups:{'AbC':{},' ':{}}}}}",
	 "agent:main:main agent:main:signal:group:abc"},
	{"{clawbpf:{dialect:'openclaw'},channels:{signal:{groups:{'AbC':{}}},irc:{groups:{'#X':{}}}"
	 "}}",
	 "agent:main:main agent:main:signal:group:AbC agent:main:irc:group:#x"},
	{"{agents:{list:[{id:'x'}]},channels:{t:{groups:{'\\u0007':{}}}}}",
	 "agent:x:main agent:x:group"},
};

static void test_lists(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		struct doc d autodoc = doc_good(lists[i].config);
		char **keys autodestroy(session_list_free) = NULL;
		char text[1024] = "";
		struct err err = {0};
		size_t count = 0;

		assert_int_equal(policy_list_sessions(d.config, &keys, &count, &err), 0);
		for (size_t k = 0; k < count; k++) {
			strcat(text, k ? " " : "");
			strcat(text, keys[k]);
		}
		assert_null(keys[count]);
		assert_string_equal(text, lists[i].keys);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_lists),
	};

	return cmocka_run_group_tests_name("session_key", tests, NULL, NULL);
}
