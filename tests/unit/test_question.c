// SPDX-License-Identifier: GPL-2.0-only
/* Do sessions that ask the same have the same policy, and do many of them ask the same? */
#include "config/choice.h"
#include "config/schema.h"
#include "doc.h"

#include "policy/image.h"
#include "policy/question.h"

static const char config[] =
	"{agents:{defaults:{sandbox:{mode:'non-main'}},list:[{id:'main',default:true},"
	"{id:'work',tools:{toolsBySender:{'id:7':{deny:['exec']}}}}]},"
	"tools:{toolsBySender:{'id:8':{deny:['browser']},'*':{deny:['cron']}},"
	"subagents:{tools:{deny:['web_fetch']}}},"
	"channels:{telegram:{groups:{'-1':{tools:{deny:['exec']}},'-2':{tools:{deny:['cron']},"
	"toolsBySender:{'id:9':{deny:['read']}}},'*':{tools:{deny:['web_search']}}},"
	"accounts:{other:{groups:{'-3':{tools:{deny:['browser']}}}}}},"
	"discord:{guilds:{g:{tools:{deny:['nodes']},channels:{'5':{tools:{deny:['exec']}}}}}}}}";

/* Our own dialect has no senders. */
static const char plain[] =
	"{agents:{defaults:{sandbox:{mode:'non-main'}},list:[{id:'main',default:true},"
	"{id:'work',tools:{deny:['exec']}}]},channels:{telegram:{groups:{'-1':{tools:{deny:["
	"'exec']}},'*':{tools:{deny:['cron']}}}}},clawbpf:{agents:{work:{mode:'audit'}}}}";

static struct doc open_as(const char *text, int dialect)
{
	const struct dialect_choice choice = {.dialect = dialect, .because = DIALECT_BY_OPTION};
	struct doc d = {.sources = sources_new(false)};
	int r = json5_read("test.json5", text, strlen(text), &d.root, &d.warnings, &d.err);

	if (!r)
		r = config_decode_as(d.root, d.sources, &choice, &d.config, &d.warnings, &d.err);
	if (r)
		fail_msg("%s: %s", text, d.err.message);
	return d;
}

static void question(const struct doc *d, const char *key, struct policy_question *ret)
{
	struct err err = {0};

	if (policy_question_make(d->config, key, ret, &err))
		fail_msg("%s: %s", key, err.message);
}

static u64 policy_id(const struct doc *d, const char *key)
{
	struct image *image autodestroy(image_free) = NULL;
	struct policy *p autopolicy = doc_policy(d, key);
	struct err err = {0};
	size_t index = 0;

	assert_int_equal(image_new(&image, &err), 0);
	assert_int_equal(image_add_policy(image, p, &index, &err), 0);
	return image->policies[index].id;
}

static const char *const keys[] = {
	"agent:main:main",
	"agent:work:main",
	"main",
	"agent:main:telegram:group:-1",
	"agent:main:telegram:group:-1:topic:4",
	"agent:main:telegram:group:-2",
	"agent:main:telegram:other:group:-3",
	"agent:main:telegram:group:-77",
	"agent:main:telegram:group:-78",
	"agent:work:telegram:group:-77",
	"agent:main:discord:channel:5",
	"agent:main:discord:channel:6",
	"agent:main:discord:channel:7",
	"agent:main:telegram:direct:7",
	"agent:main:telegram:direct:8",
	"agent:main:telegram:direct:9",
	"agent:main:telegram:direct:10",
	"agent:work:telegram:direct:7",
	"agent:work:telegram:direct:8",
	"agent:main:subagent:1",
	"agent:main:subagent:2",
	"agent:main:subagent:1:subagent:2",
	"agent:main:subagent:telegram:group:-1",
	"agent:main:cron:1",
	"agent:main:hook:1",
	"agent:main:whatever",
};

static void check_pairs(const char *text, int dialect, size_t *equal)
{
	struct doc d autodoc = open_as(text, dialect);
	struct policy_question q[ARRAY_SIZE(keys)];
	u64 ids[ARRAY_SIZE(keys)];

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		question(&d, keys[i], &q[i]);
		ids[i] = policy_id(&d, keys[i]);
		for (size_t j = 0; j < i; j++) {
			if (!policy_question_equal(&q[i], &q[j]))
				continue;
			++*equal;
			assert_int_equal(policy_question_hash(&q[i]), policy_question_hash(&q[j]));
			if (ids[i] != ids[j])
				fail_msg("%s and %s ask the same, and have other policies: dialect "
					 "%d",
					 keys[i], keys[j], dialect);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		policy_question_clear(&q[i]);
}

static void test_equal(void **state)
{
	size_t equal = 0;

	(void)state;
	check_pairs(config, DIALECT_OPENCLAW, &equal);
	for (int dialect = 0; dialect < DIALECT_COUNT; dialect++)
		check_pairs(plain, dialect, &equal);
	assert_true(equal > 20); /* else nothing was compared */
}

/* As many sessions as there may be ask no more than there are answers. */
static void test_many(void **state)
{
	static const char *const forms[] = {"agent:main:telegram:group:-9",
					    "agent:main:telegram:direct:9",
					    "agent:work:cron:", "agent:main:discord:channel:9"};
	struct doc d autodoc = open_as(config, DIALECT_OPENCLAW);
	struct policy_question firsts[ARRAY_SIZE(forms)];

	(void)state;
	for (size_t f = 0; f < ARRAY_SIZE(forms); f++) {
		for (unsigned int i = 0; i < 500; i++) {
			struct policy_question q autodestroy(policy_question_clear) = {0};
			autofree char *key = NULL;

			assert_true(asprintf(&key, "%s0%u", forms[f], i) > 0);
			question(&d, key, i ? &q : &firsts[f]);
			if (i && !policy_question_equal(&q, &firsts[f]))
				fail_msg("%s asks something else", key);
		}
	}
	for (size_t f = 0; f < ARRAY_SIZE(forms); f++)
		policy_question_clear(&firsts[f]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_many),
	};

	setenv("HOME", "/home/claw", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
