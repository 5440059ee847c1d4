// SPDX-License-Identifier: GPL-2.0-only
/*
 * What holds for tool policy whatever the config says, tried on generated configs in every dialect.
 * SEED=N in the environment starts elsewhere.
 */
#include "golden.h"

#include "policy/resolve.h"

static const char *const words[] = {
	"exec",  "bash",     "read",          "write",    "browser",
	"cron",  "group:fs", "group:runtime", "group:ui", "group:automation",
	"web_*", "tts",      "sessions_*",    "nosuch",   "group:nosuch",
	"*",
};

/* Each is a tool of every dialect. */
static const char *const tools[] = {"exec", "read", "write", "browser", "message", "web_search"};
static const char *const profiles[] = {"", "profile:'coding',", "profile:'minimal',",
				       "profile:'full',"};
static const char *const sessions[] = {"agent:main:main", "agent:main:telegram:group:-1",
				       "agent:main:subagent:x", "agent:main:telegram:direct:7"};

#define MODEL "openai/gpt-5.2"

/* Where a config can have lists. Deny lists have even indexes, the allow list of each follows. */
enum place { ALL, AGENT, PROVIDER, SANDBOX, GROUP, SUBAGENTS, SENDER, PLACES };

struct lists {
	int dialect;
	const char *profile, *own;  /* everybody's, the agent's */
	char text[2 * PLACES][128]; /* as JSON5 lists */
};

static unsigned int next_random(unsigned int *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

static unsigned int first_seed(unsigned int otherwise)
{
	const char *seed = getenv("SEED");

	return seed ? (unsigned int)strtoul(seed, NULL, 10) + otherwise : otherwise;
}

static void list_random(char text[128], unsigned int *seed, unsigned int max)
{
	unsigned int n = next_random(seed) % (max + 1);

	strcpy(text, "[");
	for (unsigned int i = 0; i < n; i++) {
		strcat(text, i ? ",'" : "'");
		strcat(text, words[next_random(seed) % ARRAY_SIZE(words)]);
		strcat(text, "'");
	}
	strcat(text, "]");
}

/* Mostly without an allow list: where every place has one, nothing is left to lose. */
static struct lists lists_random(unsigned int *seed, unsigned int round, unsigned int denies)
{
	struct lists l = {.dialect = (int)(round % DIALECT_COUNT),
			  .profile = profiles[next_random(seed) % 4],
			  .own = profiles[next_random(seed) % 4]};

	for (size_t i = 0; i < ARRAY_SIZE(l.text); i++)
		list_random(l.text[i], seed, i % 2 ? (next_random(seed) % 3 ? 0 : 4) : denies);
	return l;
}

static void put_pair(struct buf *b, const struct lists *l, enum place at)
{
	buf_printf(b, "deny:%s,allow:%s", l->text[2 * at], l->text[2 * at + 1]);
}

static char *config_of(const struct lists *l)
{
	struct buf b = {0};

	buf_printf(&b, "{agents:{defaults:{sandbox:{mode:'non-main'}},list:[{id:'main',tools:{%s",
		   l->own);
	put_pair(&b, l, AGENT);
	buf_printf(&b, "}}]},channels:{telegram:{groups:{'-1':{tools:{");
	put_pair(&b, l, GROUP);
	buf_printf(&b, "}}}}},tools:{%s", l->profile);
	put_pair(&b, l, ALL);
	buf_puts(&b, ",byProvider:{openai:{");
	put_pair(&b, l, PROVIDER);
	buf_puts(&b, "}},toolsBySender:{'id:7':{");
	put_pair(&b, l, SENDER);
	buf_puts(&b, "}},subagents:{tools:{");
	put_pair(&b, l, SUBAGENTS);
	buf_puts(&b, "}},sandbox:{tools:{");
	put_pair(&b, l, SANDBOX);
	buf_puts(&b, "}}}}");
	return buf_take(&b);
}

/* Which places count for the session, by its index. */
static bool place_counts(enum place at, size_t session)
{
	switch (at) {
	case SANDBOX:
		return session != 0;
	case GROUP:
		return session == 1;
	case SUBAGENTS:
		return session == 2;
	case SENDER:
		return session == 3;
	default:
		return true;
	}
}

static struct policy *resolve(const struct doc *d, size_t session)
{
	struct policy *p = NULL;
	struct err err = {0};

	if (policy_resolve_for(d->config, sessions[session], MODEL, &p, &err))
		fail_msg("%s", err.message);
	return p;
}

static const struct tool_verdict *find_tool(const struct policy *p, const char *tool)
{
	for (size_t i = 0; i < p->tool_count; i++)
		if (!strcmp(p->tools[i].tool, tool))
			return &p->tools[i];
	return NULL;
}

/* Nothing is allowed after that was not allowed before. Adds up what was lost. */
static void assert_not_wider(const struct lists *before, const struct lists *after, size_t session,
			     size_t *lost)
{
	autofree char *x = config_of(before), *y = config_of(after);
	struct doc a autodoc = golden_doc(before->dialect, x);
	struct doc b autodoc = golden_doc(after->dialect, y);
	struct policy *p autopolicy = resolve(&a, session), *q autopolicy = resolve(&b, session);

	for (size_t i = 0; i < p->tool_count; i++) {
		const struct tool_verdict *v = find_tool(q, p->tools[i].tool);

		if (!v) /* nobody names it any more, and no program has it */
			continue;
		if (v->allowed && !p->tools[i].allowed)
			fail_msg("%s in %s allowed by\n%s\nnot by\n%s", v->tool, sessions[session],
				 y, x);
		*lost += p->tools[i].allowed && !v->allowed;
	}
	assert_true(!p->exec_denied || q->exec_denied);
}

static void list_add(char text[128], const char *word)
{
	size_t len = strlen(text);

	snprintf(text + len - 1, 128 - len + 1, "%s'%s']", len > 2 ? "," : "", word);
}

/* Takes the last entry. An empty list limits nothing: the only entry is another matter. */
static bool list_drop(char text[128])
{
	char *last = strrchr(text, ',');

	if (last)
		strcpy(last, "]");
	return last != NULL;
}

static void test_deny_never_allows(void **state)
{
	unsigned int seed = first_seed(1);
	size_t lost = 0;

	(void)state;
	for (unsigned int round = 0; round < 600; round++) {
		struct lists before = lists_random(&seed, round, 2), after = before;

		list_add(after.text[next_random(&seed) % PLACES * 2],
			 words[next_random(&seed) % ARRAY_SIZE(words)]);
		assert_not_wider(&before, &after, next_random(&seed) % ARRAY_SIZE(sessions), &lost);
	}
	assert_true(lost > 100); /* else nothing was tried */
}

static void test_less_allow_never_allows(void **state)
{
	unsigned int seed = first_seed(2);
	size_t lost = 0, tried = 0;

	(void)state;
	for (unsigned int round = 0; round < 900; round++) {
		struct lists before = lists_random(&seed, round, 1), after = before;

		if (!list_drop(after.text[next_random(&seed) % PLACES * 2 + 1]))
			continue;
		assert_not_wider(&before, &after, next_random(&seed) % ARRAY_SIZE(sessions), &lost);
		tried++;
	}
	assert_true(tried > 50 && lost > 20);
}

/* What is denied by name is denied, wherever that is said and whatever else is said. */
static void test_deny_always_wins(void **state)
{
	unsigned int seed = first_seed(3);
	size_t was_allowed = 0;

	(void)state;
	for (unsigned int round = 0; round < 600; round++) {
		size_t session = next_random(&seed) % ARRAY_SIZE(sessions);
		const char *tool = tools[next_random(&seed) % ARRAY_SIZE(tools)];
		enum place at = (enum place)(next_random(&seed) % PLACES);
		struct lists l = lists_random(&seed, round, 1), with = l;
		autofree char *plain = config_of(&l), *text = NULL;

		if (!place_counts(at, session))
			continue;
		list_add(with.text[2 * at], tool);
		text = config_of(&with);

		struct doc a autodoc = golden_doc(l.dialect, plain);
		struct doc d autodoc = golden_doc(l.dialect, text);
		struct policy *o autopolicy = resolve(&a, session);
		struct policy *p autopolicy = resolve(&d, session);
		const struct tool_verdict *v = policy_tool(p, tool);

		if (v->allowed || !v->by_name)
			fail_msg("%s in %s in\n%s", tool, sessions[session], text);
		assert_true(strcmp(tool, "exec") || p->exec_denied);
		assert_true(v->origin.pos.line > 0 || v->layer);
		was_allowed += policy_tool(o, tool)->allowed;
	}
	assert_true(was_allowed > 20);
}

int main(void)
{
	const struct CMUnitTest tests_of_tools[] = {
		cmocka_unit_test(test_deny_never_allows),
		cmocka_unit_test(test_less_allow_never_allows),
		cmocka_unit_test(test_deny_always_wins),
	};

	setenv("HOME", "/home/claw", 1);
	return cmocka_run_group_tests_name("tool_properties", tests_of_tools, NULL, NULL);
}
