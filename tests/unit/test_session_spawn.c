// SPDX-License-Identifier: GPL-2.0-only
/* What does a session have from whoever spawned it, by openclaw's database? */
#include "session_database.h"

static bool refuses(const struct policy *p, const char *tool)
{
	const struct tool_verdict *v = policy_tool(p, tool);

	return !v || !v->allowed;
}

static void test_spawned(void **state)
{
	static const struct {
		const char *why, *key, *entry, *session;
		bool exec, read, sessions_spawn, message;
	} rows[] = {
		{"nothing noted", "agent:main:x", "{}", "agent:main:subagent:7", false, false,
		 false, true},
		{"denied to its spawner", "agent:main:subagent:7",
		 "{'inheritedToolDeny':['exec','bash']}", "agent:main:subagent:7", true, false,
		 false, true},
		{"allowed to its spawner", "agent:main:subagent:7",
		 "{'inheritedToolAllow':['exec',7,'sessions_spawn']}", "agent:main:subagent:7",
		 false, true, false, true},
		{"of one that runs another program", "agent:main:acp:7",
		 "{'inheritedToolDeny':['exec']}", "agent:main:acp:7", true, false, false, false},
		{"... and was spawned by a subagent", "agent:main:acp:7",
		 "{'spawnedBy':'agent:main:subagent:1'}", "agent:main:acp:7", false, false, false,
		 true},
		{"... or by nobody's", "agent:main:acp:7", "{'spawnedBy':'agent:main:main'}",
		 "agent:main:acp:7", false, false, false, false},
		{"no inheritance of others", "agent:main:telegram:group:-1",
		 "{'inheritedToolDeny':['exec']}", "agent:main:telegram:group:-1", false, false,
		 false, false},
		{"as deep as they go", "agent:main:subagent:7", "{'spawnDepth':5}",
		 "agent:main:subagent:7", false, false, true, true},
		{"... as its spawner says", "agent:main:subagent:7",
		 "{'spawnedBy':'agent:main:subagent:1:subagent:2:subagent:3:subagent:4'}",
		 "agent:main:subagent:7", false, false, true, true},
		{"not as deep as its key says",
		 "agent:main:subagent:1:subagent:2:subagent:3:"
		 "subagent:4:subagent:5",
		 "{'spawnDepth':'2'}",
		 "agent:main:subagent:1:subagent:2:subagent:3:subagent:4:subagent:5", false, false,
		 false, true},
		{"of a group", "agent:main:subagent:7", "{'spawnedBy':'" GROUP "'}",
		 "agent:main:subagent:7", false, true, false, true},
	};
	static const char config[] =
		"{tools:{profile:'full'},channels:{telegram:{groups:{'-1':{tools:{deny:['read']}}}"
		"}}}";

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct policy *p autopolicy = NULL;
		bool group = !strcmp(rows[i].session, GROUP);

		print_message("%s\n", rows[i].why);
		setup(NULL);
		database_with(DATABASE, rows[i].key, rows[i].entry);
		p = resolve(config, rows[i].session);
		assert_int_equal(refuses(p, "exec"), rows[i].exec);
		assert_int_equal(refuses(p, "read"), rows[i].read || group);
		assert_int_equal(refuses(p, "sessions_spawn"), rows[i].sessions_spawn);
		assert_int_equal(refuses(p, "message"), rows[i].message);
		teardown(NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_spawned)};

	return cmocka_run_group_tests_name("session_spawn", tests, NULL, NULL);
}
