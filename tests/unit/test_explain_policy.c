// SPDX-License-Identifier: GPL-2.0-only
/* How an explanation of a config reads. */
#include <stdlib.h>
#include <cjson/cJSON.h>

#include "doc.h"
#include "config/include.h"
#include "output/explain_policy.h"
#include "policy/sessions.h"

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
	size_t size, keys_count;
	FILE *out;

	if (config_read(s.sources, path, ENV_MISSING_ERROR, &s.root, NULL, &err) ||
	    config_decode(s.root, &s.config, NULL, &err) || policy_check(s.config, &err) ||
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_example),
	};

	(void)assert_contains;
	return cmocka_run_group_tests_name("explain_policy", tests, NULL, NULL);
}
