// SPDX-License-Identifier: GPL-2.0-only
/* Which tools do groups, senders and subagents lose, and what would the program itself give? */
#include "golden.h"

#include "policy/resolve.h"

#define N DIALECT_NATIVE
#define C DIALECT_CLAWDBOT
#define O DIALECT_OPENCLAW
#define T "agent:main:telegram:"
#define D "agent:main:discord:channel:"

static const struct {
	const char *why;
	int dialect;
	const char *config, *session, *tool;
	bool allowed, product;
} rows[] = {
	{"nothing is said of it", C, "{}", T "group:-1", "exec", true, true},
	{"a group's own", C, "{channels:{telegram:{groups:{'-1':{tools:{deny:['exec']}}}}}}",
	 T "group:-1", "exec", false, false},
	{"another group's", C, "{channels:{telegram:{groups:{'-1':{tools:{deny:['exec']}}}}}}",
	 T "group:-2", "exec", true, true},
	{"a direct chat is no group", C,
	 "{channels:{telegram:{groups:{'-1':{tools:{deny:['exec']}}}}}}", T "dm:-1", "exec", true,
	 true},
	{"of a group without tools \"*\" counts", C,
	 "{channels:{telegram:{groups:{'-1':{},'*':{tools:{deny:['exec']}}}}}}", T "group:-1",
	 "exec", false, false},
	{"but not of one whose tools say nothing", C,
	 "{channels:{telegram:{groups:{'-1':{tools:{}},'*':{tools:{deny:['exec']}}}}}}",
	 T "group:-1", "exec", true, true},
	{"another case is enforced, though the program passes it over", C,
	 "{channels:{telegram:{groups:{ABC:{tools:{deny:['exec']}}}}}}", T "group:abc", "exec",
	 false, true},
	{"a thread is its group's", C,
	 "{channels:{telegram:{groups:{'-1':{tools:{deny:['exec']}}}}}}", T "group:-1:thread:5",
	 "exec", false, false},
	{"a topic too", O, "{channels:{telegram:{groups:{'-1':{tools:{deny:['exec']}}}}}}",
	 T "group:-1:topic:5", "exec", false, false},
	{"unless the topic has its own", O,
	 "{channels:{telegram:{groups:{'-1':{tools:{deny:['exec']}},'-1:topic:5':{tools:"
	 "{deny:['tts']}}}}}}",
	 T "group:-1:topic:5", "exec", true, true},
	{"a sender in it", O, "{channels:{telegram:{groups:{'-1':{tools:{deny:['exec']}}}}}}",
	 T "group:-1:sender:7", "exec", false, false},
	{"a subagent of a group", C,
	 "{channels:{telegram:{groups:{'-1':{tools:{deny:['exec']}}}}}}",
	 "agent:main:subagent:telegram:group:-1", "exec", false, false},
	{"channels that are called so", C,
	 "{channels:{slack:{channels:{C1:{tools:{deny:['exec']}}}}}}",
	 "agent:main:slack:channel:c1", "exec", false, false},
	{"and their \"*\"", N, "{channels:{slack:{channels:{'*':{tools:{deny:['exec']}}}}}}",
	 "agent:main:slack:channel:c1", "exec", false, false},
	{"an account's, since the key does not tell whose it is", C,
	 "{channels:{telegram:{accounts:{b:{groups:{'-1':{tools:{deny:['exec']}}}}}}}}",
	 T "group:-1", "exec", false, true},

	{"a guild that names the channel", C,
	 "{channels:{discord:{guilds:{g:{channels:{'7':{tools:{deny:['exec']}}}}}}}}", D "7",
	 "exec", false, false},
	{"not another channel", C,
	 "{channels:{discord:{guilds:{g:{channels:{'7':{tools:{deny:['exec']}}}}}}}}", D "8",
	 "exec", true, true},
	{"a channel's come before its guild's", C,
	 "{channels:{discord:{guilds:{g:{tools:{deny:['exec']},channels:{'7':{tools:"
	 "{deny:['tts']}}}}}}}}",
	 D "7", "exec", true, true},
	{"which counts for one without", C,
	 "{channels:{discord:{guilds:{g:{tools:{deny:['exec']},channels:{'7':{}}}}}}}", D "7",
	 "exec", false, false},
	{"and for all others", C, "{channels:{discord:{guilds:{g:{tools:{deny:['exec']}}}}}}",
	 D "8", "exec", false, false},
	{"any of several, of which the key tells none", C,
	 "{channels:{discord:{guilds:{g:{tools:{deny:['exec']}},h:{}}}}}", D "8", "exec", false,
	 true},
	{"but not when another names the channel", C,
	 "{channels:{discord:{guilds:{g:{tools:{deny:['exec']}},h:{channels:{'8':{}}}}}}}", D "8",
	 "exec", true, true},
	{"a channel that is called by its name may be this one", C,
	 "{channels:{discord:{guilds:{g:{channels:{general:{tools:{deny:['exec']}}}}}}}}", D "8",
	 "exec", false, true},
	{"an account's guild is enforced", C,
	 "{channels:{discord:{accounts:{b:{guilds:{g:{tools:{deny:['exec']}}}}}}}}", D "8", "exec",
	 false, true},
	{"a direct chat is in no guild", C,
	 "{channels:{discord:{guilds:{g:{tools:{deny:['exec']}}}}}}", "agent:main:discord:dm:8",
	 "exec", true, true},
	{"a guild's sender", O,
	 "{channels:{discord:{guilds:{g:{toolsBySender:{'*':{deny:['exec']}}}}}}}", D "8", "exec",
	 false, false},

	{"a sender by id", O, "{tools:{toolsBySender:{'id:7':{deny:['exec']}}}}", T "direct:7",
	 "exec", false, false},
	{"by id on a channel", O, "{tools:{toolsBySender:{'channel:telegram:7':{deny:['exec']}}}}",
	 T "direct:7", "exec", false, false},
	{"another channel's", O, "{tools:{toolsBySender:{'channel:discord:7':{deny:['exec']}}}}",
	 T "direct:7", "exec", true, true},
	{"everybody else", O,
	 "{tools:{toolsBySender:{'id:7':{deny:['tts']},' * ':{deny:['exec']}}}}", T "direct:8",
	 "exec", false, false},
	{"which is not this one", O,
	 "{tools:{toolsBySender:{'id:7':{deny:['tts']},'*':{deny:['exec']}}}}", T "direct:7",
	 "exec", true, true},
	{"nobody is known of a group", O, "{tools:{toolsBySender:{'*':{deny:['exec']}}}}",
	 T "group:-1", "exec", false, false},
	{"a group's senders come before its tools", O,
	 "{channels:{telegram:{groups:{'-1':{tools:{deny:['tts']},toolsBySender:{'*':"
	 "{deny:['exec']}}}}}}}",
	 T "group:-1", "tts", true, true},
	{"the agent's before everybody's", O,
	 "{agents:{entries:{main:{tools:{toolsBySender:{'*':{deny:['tts']}}}}}},"
	 "tools:{toolsBySender:{'*':{deny:['exec']}}}}",
	 T "group:-1", "exec", true, true},
	{"the older program knows no senders", C, "{tools:{toolsBySender:{'*':{deny:['exec']}}}}",
	 T "group:-1", "exec", false, true},

	{"a subagent may have some of its own", O, "{}", "agent:main:subagent:x", "sessions_spawn",
	 true, true},
	{"as deep as it goes it may not", O, "{}",
	 "agent:main:subagent:a:subagent:b:subagent:c:subagent:d:subagent:e", "sessions_spawn",
	 false, false},
	{"by the config's depth", O, "{agents:{defaults:{subagents:{maxSpawnDepth:1}}}}",
	 "agent:main:subagent:x", "sessions_spawn", false, false},
	{"a main session is no subagent", O, "{agents:{defaults:{subagents:{maxSpawnDepth:1}}}}",
	 "agent:main:main", "sessions_spawn", true, true},
	{"a list of blanks is none to the program", O, "{tools:{allow:[' ']}}", T "group:-1",
	 "exec", false, true},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct doc d autodoc = golden_doc(rows[i].dialect, rows[i].config);
		struct policy *p autopolicy = doc_policy(&d, rows[i].session);
		const struct tool_verdict *v = policy_tool(p, rows[i].tool);

		if (v->allowed != rows[i].allowed || v->product_allows != rows[i].product)
			fail_msg("%s: allowed %d, by the program %d", rows[i].why, v->allowed,
				 v->product_allows);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	setenv("HOME", "/home/claw", 1);
	return cmocka_run_group_tests_name("groups", tests, NULL, NULL);
}
