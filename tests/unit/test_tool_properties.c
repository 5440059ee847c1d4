// SPDX-License-Identifier: GPL-2.0-only
/* What holds for tool policy whatever the config says, tried on generated configs. */
#include "doc.h"

#define HOST  "agent:main:main"
#define GROUP "agent:main:telegram:group:-1"

static const char *const words[] = {
	"exec",  "bash",     "read",          "write",    "browser",
	"cron",  "group:fs", "group:runtime", "group:ui", "group:automation",
	"web_*", "tts",      "sessions_*",    "nosuch",   "group:nosuch",
	"*",
};

static unsigned int next_random(unsigned int *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

struct lists {
	char text[6][256]; /* deny, allow; agent deny, allow; sandbox deny, allow: as JSON5 lists */
};

static void list_random(char text[256], unsigned int *seed, unsigned int max)
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

static void lists_config(const struct lists *l, const char *profile, const char *own, char *text,
			 size_t size)
{
	snprintf(text, size,
		 "{agents:{defaults:{sandbox:{mode:'non-main'}},list:[{id:'main',tools:{%s deny:%s,"
		 "allow:%s}}]},tools:{%s deny:%s,allow:%s,sandbox:{tools:{deny:%s,allow:%s}}}}",
		 own, l->text[2], l->text[3], profile, l->text[0], l->text[1], l->text[4],
		 l->text[5]);
}

/* Nothing is allowed after that was not allowed before. */
static void assert_not_wider(const char *before, const char *after, const char *session)
{
	struct doc a autodoc = doc_good(before), b autodoc = doc_good(after);
	struct policy *p autopolicy = doc_policy(&a, session);
	struct policy *q autopolicy = doc_policy(&b, session);

	for (size_t i = 0; i < q->tool_count; i++) {
		if (!q->tools[i].allowed)
			continue;
		for (size_t k = 0; k < p->tool_count; k++)
			if (!strcmp(p->tools[k].tool, q->tools[i].tool) && !p->tools[k].allowed)
				fail_msg("%s allowed by\n%s\nnot by\n%s", q->tools[i].tool, after,
					 before);
	}
	assert_true(!p->exec_denied || q->exec_denied);
}

/* Adds an entry at the end of a list, or takes the last one from it. False: nothing was there. */
static bool list_add(char text[256], const char *word)
{
	size_t len = strlen(text);

	snprintf(text + len - 1, 256 - len + 1, "%s'%s']", len > 2 ? "," : "", word);
	return true;
}

static bool list_drop(char text[256])
{
	char *last = strrchr(text, ',');

	if (!last) /* an empty list limits nothing: the last entry is another matter */
		return false;
	strcpy(last, "]");
	return true;
}

static const char *const profiles[] = {"", "profile:'coding',", "profile:'minimal',",
				       "profile:'full',"};
static const char *const sessions[] = {HOST, GROUP};

static void test_deny_never_allows(void **state)
{
	unsigned int seed = 1;

	(void)state;
	for (unsigned int round = 0; round < 400; round++) {
		const char *profile = profiles[next_random(&seed) % 4];
		const char *own = profiles[next_random(&seed) % 4];
		char before[2048], after[2048];
		struct lists l;

		for (size_t i = 0; i < ARRAY_SIZE(l.text); i++)
			list_random(l.text[i], &seed, i % 2 ? 3 : 2);
		lists_config(&l, profile, own, before, sizeof(before));
		list_add(l.text[(next_random(&seed) % 3) * 2],
			 words[next_random(&seed) % ARRAY_SIZE(words)]);
		lists_config(&l, profile, own, after, sizeof(after));
		assert_not_wider(before, after, sessions[round % 2]);
	}
}

static void test_less_allow_never_allows(void **state)
{
	unsigned int seed = 2;

	(void)state;
	for (unsigned int round = 0; round < 400; round++) {
		const char *profile = profiles[next_random(&seed) % 4];
		const char *own = profiles[next_random(&seed) % 4];
		char before[2048], after[2048];
		struct lists l;

		for (size_t i = 0; i < ARRAY_SIZE(l.text); i++)
			list_random(l.text[i], &seed, i % 2 ? 4 : 2);
		lists_config(&l, profile, own, before, sizeof(before));
		if (!list_drop(l.text[(next_random(&seed) % 3) * 2 + 1]))
			continue;
		lists_config(&l, profile, own, after, sizeof(after));
		assert_not_wider(before, after, sessions[round % 2]);
	}
}

/* What is denied by name is denied, whatever else is said. */
static void test_deny_always_wins(void **state)
{
	unsigned int seed = 3;

	(void)state;
	for (unsigned int round = 0; round < 200; round++) {
		const char *own = profiles[next_random(&seed) % 4];
		char text[2048];
		struct lists l;

		for (size_t i = 0; i < ARRAY_SIZE(l.text); i++)
			list_random(l.text[i], &seed, 3);
		list_add(l.text[(next_random(&seed) % 2) * 2], "exec");
		lists_config(&l, profiles[round % 4], own, text, sizeof(text));

		struct doc d autodoc = doc_good(text);
		struct policy *p autopolicy = doc_policy(&d, sessions[round % 2]);

		assert_true(p->exec_denied);
		assert_true(policy_tool(p, "exec")->by_name);
		assert_true(p->exec_origin.pos.line > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_deny_never_allows),
		cmocka_unit_test(test_less_allow_never_allows),
		cmocka_unit_test(test_deny_always_wins),
	};

	return cmocka_run_group_tests_name("tool_properties", tests, NULL, NULL);
}
