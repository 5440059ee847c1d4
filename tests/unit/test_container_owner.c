// SPDX-License-Identifier: GPL-2.0-only
/* Whose is a container, by what an engine says of it? */
#include "doc.h"

#include <errno.h>
#include <stdlib.h>

#include "agent/facts.h"
#include "policy/container/container_owner.h"

#define ONE "{agents:{defaults:{sandbox:{mode:'all'}}}}"
#define TWO                                                                                        \
	"{agents:{defaults:{sandbox:{mode:'all',docker:{containerPrefix:'my-'}}},"                 \
	"list:[{id:'main'},{id:'work',tools:{deny:['browser']}}]}}"
#define SAME "{agents:{defaults:{sandbox:{mode:'all'}},list:[{id:'main'},{id:'work'}]}}"
#define OWN_BROWSER                                                                                \
	"{agents:{defaults:{sandbox:{mode:'all',browser:{containerPrefix:'web-'}}},"               \
	"list:[{id:'main',sandbox:{browser:{containerPrefix:'its-'}}}]}}"
#define BAD "agent::"

static const struct {
	const char *why, *config, *name, *label, *value;
	enum container_owner owner;
	const char *key;
} owners[] = {
	{"no label, another name", ONE, "web", NULL, NULL, OWNER_NOBODY, NULL},
	{"a label of somebody else's", ONE, "web", "com.example.sandbox", "1", OWNER_NOBODY, NULL},
	{"a label that begins like ours", ONE, "web", "openclawx.sandbox", "1", OWNER_NOBODY, NULL},
	{"scope session", ONE, "x", "openclaw.sessionKey", "agent:main:telegram:group:-1",
	 OWNER_SESSION, "agent:main:telegram:group:-1"},
	{"the older name", ONE, "x", "clawdbot.sessionKey", "agent:main:main", OWNER_SESSION,
	 "agent:main:main"},
	{"scope agent", ONE, "x", "openclaw.sessionKey", "agent:main", OWNER_SESSION,
	 "agent:main:sandbox"},
	{"scope agent of a workspace", ONE, "x", "openclaw.sessionKey",
	 "agent:main:workspace:d7ad917e1efb033c5deff5b743803b7e", OWNER_SESSION,
	 "agent:main:sandbox"},
	{"scope session of a workspace", ONE, "x", "openclaw.sessionKey",
	 "agent:main:telegram:group:-1:workspace:d7ad917e1efb033c5deff5b743803b7e", OWNER_SESSION,
	 "agent:main:telegram:group:-1"},
	{"what only looks like one", ONE, "x", "openclaw.sessionKey", "agent:main:workspace:d7ad",
	 OWNER_SESSION, "agent:main:workspace:d7ad"},
	{"of a person by a role", ONE, "x", "openclaw.sessionKey",
	 "agent:main:principal:0123456789abcdef0123456789abcdef"
	 ":workspace:d7ad917e1efb033c5deff5b743803b7e",
	 OWNER_SESSION, "agent:main:sandbox"},
	{"of a session by a role", ONE, "x", "openclaw.sessionKey",
	 "agent:main:required-session:0123456789abcdef0123456789abcdef"
	 ":workspace:d7ad917e1efb033c5deff5b743803b7e",
	 OWNER_SESSION, "agent:main:sandbox"},
	{"shared by one agent", ONE, "x", "openclaw.sessionKey", "shared", OWNER_SESSION,
	 "agent:main:sandbox"},
	{"shared by agents alike", SAME, "x", "openclaw.sessionKey", "shared:workspace:d7ad",
	 OWNER_SESSION, "agent:main:sandbox"},
	{"shared by agents that differ", TWO, "x", "openclaw.sessionKey", "shared", OWNER_UNKNOWN,
	 NULL},
	{"an empty key", ONE, "x", "openclaw.sessionKey", "", OWNER_UNKNOWN, NULL},
	{"a malformed key", ONE, "x", "openclaw.sessionKey", BAD, OWNER_UNKNOWN, NULL},
	{"a mark without a key", ONE, "x", "openclaw.sandbox", "1", OWNER_UNKNOWN, NULL},
	{"a product's name without labels", ONE, "openclaw-sbx-agent-main-f331f052", NULL, NULL,
	 OWNER_UNKNOWN, NULL},
	{"the config's prefix", TWO, "my-agent", NULL, NULL, OWNER_UNKNOWN, NULL},
	{"no prefix of the config", ONE, "my-agent", NULL, NULL, OWNER_NOBODY, NULL},
	{"the gateway's own container", ONE, "openclaw-gateway", NULL, NULL, OWNER_NOBODY, NULL},
};

static void test_owner(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(owners); i++) {
		struct doc d autodoc = doc_good(owners[i].config);
		struct container_facts f autodestroy(container_facts_clear) = {
			.name = strdup(owners[i].name)};
		autofree char *key = NULL;
		enum container_owner owner;
		struct err err = {0};

		if (owners[i].label)
			assert_int_equal(
				container_facts_label(&f, owners[i].label, owners[i].value), 0);
		assert_int_equal(container_owner_find(d.config, &f, &owner, &key, &err), 0);
		if (owner != owners[i].owner || (key && strcmp(key, owners[i].key)))
			fail_msg("%s: owner %d, key %s", owners[i].why, owner, key ? key : "none");
		assert_int_equal(key != NULL, owner == OWNER_SESSION);
	}
}

static void test_browser(void **state)
{
	struct doc d autodoc = doc_good(ONE);
	struct container_facts f autodestroy(container_facts_clear) = {
		.name = strdup("openclaw-sbx-browser-agent-main-f331f052")};
	autofree char *key = NULL;
	enum container_owner owner;
	struct err err = {0};

	(void)state;
	container_facts_label(&f, "openclaw.sandboxBrowser", "1");
	container_facts_label(&f, "openclaw.sessionKey", "agent:main");
	assert_int_equal(container_owner_find(d.config, &f, &owner, &key, &err), 0);
	/* No session can be called so. */
	assert_int_equal(strncmp(SESSION_BROWSER, "clawbpf:", 8), 0);
	assert_string_equal(key, SESSION_BROWSER "agent:main:sandbox");
}

/* What an image says of itself: its container has the labels as well. */
static void test_image_labels(void **state)
{
	static const struct {
		const char *why, *config, *name, *product, *image, *value;
		enum container_owner owner;
		const char *key;
	} rows[] = {
		{"another product's session", ONE, "openclaw-sbx-x", "clawdbot.sessionKey",
		 "openclaw.sessionKey", "agent:main:main", OWNER_UNKNOWN, NULL},
		{"in front of the product's", ONE, "openclaw-sbx-x", "openclaw.sessionKey",
		 "clawdbot.sessionKey", "agent:main:main", OWNER_UNKNOWN, NULL},
		{"the same session", ONE, "openclaw-sbx-x", "openclaw.sessionKey",
		 "clawdbot.sessionKey", "agent:main:irc:channel:#x", OWNER_SESSION,
		 "agent:main:irc:channel:#x"},
		{"a browser", ONE, "openclaw-sbx-x", "openclaw.sessionKey",
		 "openclaw.sandboxBrowser", "1", OWNER_SESSION, "agent:main:irc:channel:#x"},
		{"a browser, of no name", ONE, NULL, "openclaw.sessionKey",
		 "openclaw.sandboxBrowser", "1", OWNER_SESSION, "agent:main:irc:channel:#x"},
		{"one of the config's names", OWN_BROWSER, "web-1", "openclaw.sessionKey",
		 "openclaw.sandboxBrowser", "1", OWNER_SESSION,
		 SESSION_BROWSER "agent:main:irc:channel:#x"},
		{"an agent's", OWN_BROWSER, "its-1", "openclaw.sessionKey",
		 "openclaw.sandboxBrowser", "1", OWNER_SESSION,
		 SESSION_BROWSER "agent:main:irc:channel:#x"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct doc d autodoc = doc_good(rows[i].config);
		struct container_facts f autodestroy(container_facts_clear) = {
			.name = rows[i].name ? strdup(rows[i].name) : NULL};
		bool first = strcmp(rows[i].image, rows[i].product) < 0;
		autofree char *key = NULL;
		enum container_owner owner;
		struct err err = {0};

		/* Engines tell them in the order of their names. */
		if (first)
			container_facts_label(&f, rows[i].image, rows[i].value);
		container_facts_label(&f, rows[i].product, "agent:main:irc:channel:#x");
		if (!first)
			container_facts_label(&f, rows[i].image, rows[i].value);
		assert_int_equal(container_owner_find(d.config, &f, &owner, &key, &err), 0);
		if (owner != rows[i].owner || !key != !rows[i].key ||
		    (key && strcmp(key, rows[i].key) != 0))
			fail_msg("%s: owner %d, key %s", rows[i].why, owner, key ? key : "none");
	}
}

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void test_event(void **state)
{
	static const char create[] =
		"{\"status\":\"create\",\"id\":\"" ID "\",\"Type\":\"container\",\"Action\":"
		"\"create\",\"Actor\":{\"ID\":\"" ID "\",\"Attributes\":{\"image\":\"busybox\","
		"\"name\":\"sbx\",\"openclaw.sessionKey\":\"agent:main\"}},\"time\":1}";
	static const char destroy[] = "{\"Action\":\"destroy\",\"Actor\":{\"ID\":\"" ID "\"}}";
	static const char exec[] = "{\"Action\":\"exec_start: sh\",\"Actor\":{\"ID\":\"" ID "\"}}";
	struct container_facts f autodestroy(container_facts_clear) = {0};

	(void)state;
	assert_int_equal(facts_of_event(create, strlen(create), &f), 0);
	assert_string_equal(f.id, ID);
	assert_string_equal(f.name, "sbx");
	assert_string_equal(f.scope, "agent:main");
	assert_false(f.gone);
	container_facts_clear(&f);
	assert_int_equal(facts_of_event(destroy, strlen(destroy), &f), 0);
	assert_true(f.gone);
	container_facts_clear(&f);
	assert_int_equal(facts_of_event(exec, strlen(exec), &f), 0);
	assert_null(f.id);
	assert_int_equal(facts_of_event("{\"Action\":", 10, &f), -EINVAL);
}

struct heard {
	unsigned int count;
	char last[32];
};

static void hear(void *arg, const struct container_facts *f)
{
	struct heard *h = arg;

	h->count++;
	snprintf(h->last, sizeof(h->last), "%s %s", f->name, f->scope ? f->scope : "-");
}

static void test_list(void **state)
{
	static const char list[] =
		"[{\"Id\":\"" ID
		"\",\"Names\":[\"/a\"],\"Labels\":{\"clawdbot.sessionKey\":\"main\"},"
		"\"Mounts\":[{\"Name\":\"v\",\"Labels\":{\"openclaw.sandbox\":\"1\"}}]},"
		"{\"Id\":\"short\",\"Names\":[\"/b\"],\"Labels\":{}},"
		"{\"Id\":\"" ID "\",\"Names\":[\"/c\",\"/d/a\"],\"Labels\":{}}]";
	struct heard h = {0};

	(void)state;
	assert_int_equal(facts_of_list(list, strlen(list), hear, &h), 0);
	assert_int_equal(h.count, 2);
	assert_string_equal(h.last, "c -");
	assert_int_equal(facts_of_list("[]", 2, hear, &h), 0);
	assert_int_equal(h.count, 2);
}

static void test_container(void **state)
{
	static const char docker[] =
		"{\"Id\":\"" ID "\",\"Name\":\"/sbx\",\"State\":{\"Running\":true},\"Config\":{"
		"\"Labels\":{\"openclaw.sandbox\":\"1\",\"openclaw.sessionKey\":\"agent:x\"}}}";
	static const char kept[] =
		"{\"ID\":\"" ID "\",\"Config\":{\"Labels\":null},\"Name\":\"/y\"}";
	struct container_facts f autodestroy(container_facts_clear) = {0};

	(void)state;
	assert_int_equal(facts_of_container(docker, strlen(docker), &f), 0);
	assert_true(f.marked);
	assert_string_equal(f.scope, "agent:x");
	container_facts_clear(&f);
	assert_int_equal(facts_of_container(kept, strlen(kept), &f), 0);
	assert_false(f.marked);
	assert_string_equal(f.name, "y");
	container_facts_clear(&f);
	assert_int_equal(facts_of_container("{\"Id\":\"x\"}", 10, &f), -EINVAL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_owner),        cmocka_unit_test(test_browser),
		cmocka_unit_test(test_image_labels), cmocka_unit_test(test_event),
		cmocka_unit_test(test_list),         cmocka_unit_test(test_container),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
