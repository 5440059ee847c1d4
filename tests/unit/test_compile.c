// SPDX-License-Identifier: GPL-2.0-only
/* From a policy to the image: what the maps are to hold, and by which id. */
#include "doc.h"

#include "policy/image.h"

static const struct image_policy *compile(struct image *image, const struct doc *d, const char *key)
{
	struct policy *p autodestroy(policy_free) = doc_policy(d, key);
	struct err err = {0};
	size_t index = 0;

	if (image_add_policy(image, p, &index, &err))
		fail_msg("%s", err.message);
	return &image->policies[index];
}

static struct image *image_open(void)
{
	struct image *image = NULL;
	struct err err = {0};

	assert_int_equal(image_new(&image, &err), 0);
	return image;
}

static const struct image_rule *rule(const struct image_policy *p, enum rule_kind kind,
				     const char *text)
{
	for (size_t i = 0; i < p->rule_count; i++) {
		if (p->rules[i].kind == kind && !strcmp(p->rules[i].text, text))
			return &p->rules[i];
	}
	return NULL;
}

static const char config_text[] =
	"{ agents: { defaults: { sandbox: { mode: 'non-main' } } },\n"
	"  tools: { deny: ['exec'] },\n"
	"  clawbpf: { denyBinaries: ['curl', '/usr/bin/nc',\n"
	"    'sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'],\n"
	"    blockedBindSources: ['/srv/secret/keys'] } }";

static void rules_of_a_group(void **state)
{
	struct image *image autodestroy(image_free) = image_open();
	struct doc d autodoc = doc_good(config_text);
	const struct image_policy *p = compile(image, &d, "agent:main:telegram:group:-1");
	const struct image_rule *curl = rule(p, RULE_NAME, "curl");

	(void)state;
	assert_int_equal(
		p->flags & (POLICY_ENFORCE | POLICY_SANDBOXED | POLICY_NO_NETWORK | POLICY_NO_EXEC),
		POLICY_ENFORCE | POLICY_SANDBOXED | POLICY_NO_NETWORK | POLICY_NO_EXEC);
	assert_non_null(curl);
	assert_non_null(rule(p, RULE_FILE, "curl"));
	assert_non_null(rule(p, RULE_PATH, "/usr/bin/nc"));
	assert_non_null(rule(p, RULE_PATH_NAME, "nc"));
	assert_non_null(rule(p, RULE_FILE, "/usr/bin/nc"));
	assert_non_null(rule(p, RULE_CONTENT,
			     "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"));
	assert_null(rule(p, RULE_NAME, "nc")); /* a path denies no other program of that name */
	/* The blocked source, and every directory that contains it, "/" written as nothing. */
	assert_non_null(rule(p, RULE_BIND, "/srv/secret/keys"));
	assert_non_null(rule(p, RULE_BIND_ABOVE, "/srv/secret"));
	assert_non_null(rule(p, RULE_BIND_ABOVE, "/srv"));
	assert_non_null(rule(p, RULE_BIND_ABOVE, ""));
	assert_null(rule(p, RULE_BIND, "/srv"));
	assert_non_null(rule(p, RULE_BIND_EXEMPT, "/dev/null"));
	/* Each names its key. */
	assert_string_equal(image->origins[curl->origin].key, "clawbpf.denyBinaries[0]");
	assert_int_equal(image->origins[curl->origin].pos.line, 3);
	assert_string_equal(image->origins[p->origin_exec].key, "tools.deny[0]");
	assert_int_equal(image->origins[p->origin_exec].pos.line, 2);
}

static void rules_of_the_host(void **state)
{
	struct image *image autodestroy(image_free) = image_open();
	struct doc d autodoc = doc_good(config_text);
	const struct image_policy *p = compile(image, &d, "agent:main:main");

	(void)state;
	assert_false(p->flags & (POLICY_SANDBOXED | POLICY_NO_NETWORK));
	assert_true(p->flags & POLICY_NO_EXEC); /* deny is absolute */
	assert_non_null(rule(p, RULE_NAME, "curl"));
	for (size_t i = 0; i < p->rule_count; i++)
		assert_true(p->rules[i].kind < RULE_BIND);
	assert_int_equal(p->origin_network, RULE_NONE);
}

static void equal_policies_are_one(void **state)
{
	struct image *image autodestroy(image_free) = image_open();
	struct doc d autodoc = doc_good(config_text);
	const struct image_policy *a = compile(image, &d, "agent:main:telegram:group:-1");
	u64 id = a->id;
	size_t count = image->policy_count;

	(void)state;
	assert_int_equal(compile(image, &d, "agent:main:discord:group:2")->id, id);
	assert_int_equal(image->policy_count, count);
	assert_true(compile(image, &d, "agent:main:main")->id != id);
	assert_int_equal(image->policy_count, count + 1);
}

/* An image that is made for one session finds the policy in an image that was made for all. */
static void ids_do_not_depend_on_the_image(void **state)
{
	struct image *all autodestroy(image_free) = image_open();
	struct image *one autodestroy(image_free) = image_open();
	struct doc d autodoc = doc_good(config_text);

	(void)state;
	compile(all, &d, "agent:main:main");
	assert_true(compile(all, &d, "agent:main:telegram:group:-1")->id ==
		    compile(one, &d, "agent:main:telegram:group:-1")->id);
}

static void another_line_is_another_policy(void **state)
{
	struct image *image autodestroy(image_free) = image_open();
	struct doc a autodoc = doc_good("{ clawbpf: { denyBinaries: ['curl'] } }");
	struct doc b autodoc = doc_good("\n{ clawbpf: { denyBinaries: ['curl'] } }");

	(void)state;
	assert_true(compile(image, &a, "main")->id != compile(image, &b, "main")->id);
}

static void the_self_test_is_in_every_image(void **state)
{
	struct image *image autodestroy(image_free) = image_open();

	(void)state;
	assert_int_equal(image->session_count, 1);
	assert_int_equal(image->sessions[0].id, SESSION_SELF_TEST);
	assert_int_equal(image->policies[image->sessions[0].policy].flags,
			 POLICY_ENFORCE | POLICY_SANDBOXED | POLICY_NO_NETWORK | POLICY_NO_EXEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_of_a_group),
		cmocka_unit_test(rules_of_the_host),
		cmocka_unit_test(equal_policies_are_one),
		cmocka_unit_test(ids_do_not_depend_on_the_image),
		cmocka_unit_test(another_line_is_another_policy),
		cmocka_unit_test(the_self_test_is_in_every_image),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
