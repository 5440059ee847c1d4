// SPDX-License-Identifier: GPL-2.0-only
/* Does each gate open and shut? */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "config/choice.h"
#include "config/schema.h"
#include "doc.h"
#include "folder.h"
#include "policy/elevate/elevate.h"

#define BOX      "agents:{defaults:{sandbox:{mode:\"all\"}}},"
#define TG       "agent:main:telegram:group:-1"
#define PATTERNS "patterns:[\"cat *\"]"

static const struct {
	int dialect;
	const char *config, *sender;
	const char *argv[5];
	enum elevate_outcome outcome;
	const char *gate, *key, *why;
} rows[] = {
	{0,
	 "{" BOX "tools:{elevated:{" PATTERNS "}}}",
	 NULL,
	 {"cat", "x"},
	 ELEVATE_ASKS,
	 NULL,
	 NULL,
	 "a pattern, approval by default"},
	{0,
	 "{" BOX "tools:{elevated:{" PATTERNS ",requireApproval:false}}}",
	 NULL,
	 {"cat", "x"},
	 ELEVATE_RUNS,
	 NULL,
	 NULL,
	 "nobody is asked"},
	{0,
	 "{" BOX "tools:{elevated:{" PATTERNS "}}}",
	 NULL,
	 {"ls", "x"},
	 ELEVATE_STAYS,
	 "patterns",
	 "tools.elevated.patterns",
	 "no pattern"},
	{0,
	 "{" BOX "tools:{elevated:{patterns:[\"no-such-program *\"]}}}",
	 NULL,
	 {"no-such-program", "x"},
	 ELEVATE_STAYS,
	 "program",
	 "tools.elevated.patterns[0]",
	 "no such program"},
	{0,
	 "{" BOX "tools:{elevated:{" PATTERNS "}}}",
	 NULL,
	 {"/tmp/cat", "x"},
	 ELEVATE_STAYS,
	 "program",
	 "tools.elevated.patterns[0]",
	 "another program of that name"},
	{0,
	 "{" BOX "tools:{elevated:{enabled:false," PATTERNS "}}}",
	 NULL,
	 {"cat", "x"},
	 ELEVATE_REFUSED,
	 "enabled",
	 "tools.elevated.enabled",
	 "off for everybody"},
	{0,
	 "{agents:{defaults:{sandbox:{mode:\"all\"}},list:[{id:\"main\",tools:{elevated:{enabled:"
	 "false}}}]},tools:{elevated:{enabled:true," PATTERNS "}}}",
	 NULL,
	 {"cat", "x"},
	 ELEVATE_REFUSED,
	 "enabled",
	 "agents.list[0].tools.elevated.enabled",
	 "off for the agent"},
	{0,
	 "{" BOX "tools:{deny:[\"exec\"],elevated:{" PATTERNS "}}}",
	 NULL,
	 {"cat", "x"},
	 ELEVATE_REFUSED,
	 "exec",
	 "tools.deny[0]",
	 "deny is absolute"},
	{0,
	 "{" BOX "tools:{profile:\"messaging\",elevated:{" PATTERNS "}}}",
	 NULL,
	 {"cat", "x"},
	 ELEVATE_REFUSED,
	 "exec",
	 "tools.profile",
	 "a profile without exec, too"},
	{0,
	 "{" BOX "tools:{elevated:{allowFrom:{telegram:[123]}," PATTERNS "}}}",
	 "telegram:123",
	 {"cat", "x"},
	 ELEVATE_ASKS,
	 NULL,
	 NULL,
	 "a sender who may"},
	{0,
	 "{" BOX "tools:{elevated:{allowFrom:{telegram:[\"Telegram:123\"]}," PATTERNS "}}}",
	 "telegram:123",
	 {"cat", "x"},
	 ELEVATE_ASKS,
	 NULL,
	 NULL,
	 "the same with the provider in front"},
	{0,
	 "{" BOX "tools:{elevated:{allowFrom:{telegram:[\"discord:123\"]}," PATTERNS "}}}",
	 "telegram:123",
	 {"cat", "x"},
	 ELEVATE_REFUSED,
	 "allowFrom",
	 "tools.elevated.allowFrom.telegram",
	 "another provider in front"},
	{0,
	 "{" BOX "tools:{elevated:{allowFrom:{telegram:[123]}," PATTERNS "}}}",
	 "telegram:124",
	 {"cat", "x"},
	 ELEVATE_REFUSED,
	 "allowFrom",
	 "tools.elevated.allowFrom.telegram",
	 "one who may not"},
	{0,
	 "{" BOX "tools:{elevated:{allowFrom:{telegram:[123]}," PATTERNS "}}}",
	 "discord:123",
	 {"cat", "x"},
	 ELEVATE_REFUSED,
	 "allowFrom",
	 "tools.elevated.allowFrom.discord",
	 "the same number elsewhere"},
	{0,
	 "{" BOX "tools:{elevated:{allowFrom:{telegram:[123]}," PATTERNS "}}}",
	 NULL,
	 {"cat", "x"},
	 ELEVATE_REFUSED,
	 "provider",
	 "tools.elevated.allowFrom",
	 "nobody says who"},
	{0,
	 "{" BOX "tools:{elevated:{allowFrom:{telegram:[\"*\"]}," PATTERNS "}}}",
	 "telegram:9",
	 {"cat", "x"},
	 ELEVATE_ASKS,
	 NULL,
	 NULL,
	 "anybody of a provider"},
	{0,
	 "{agents:{defaults:{sandbox:{mode:\"all\"}},list:[{id:\"main\",tools:{elevated:{"
	 "allowFrom:{telegram:[1]}}}}]},tools:{elevated:{allowFrom:{telegram:[1,2]}," PATTERNS
	 "}}}",
	 "telegram:2",
	 {"cat", "x"},
	 ELEVATE_REFUSED,
	 "allowFrom",
	 "agents.list[].tools.elevated.allowFrom.telegram",
	 "an agent narrows"},
	{0,
	 "{agents:{defaults:{sandbox:{mode:\"all\"}},list:[{id:\"main\",tools:{elevated:{"
	 "allowFrom:{telegram:[1]}}}}]},tools:{elevated:{" PATTERNS "}}}",
	 "telegram:2",
	 {"cat", "x"},
	 ELEVATE_REFUSED,
	 "allowFrom",
	 "agents.list[].tools.elevated.allowFrom.telegram",
	 "also where nobody is limited"},
	{0,
	 "{" BOX "}",
	 "telegram:1",
	 {"cat", "x"},
	 ELEVATE_REFUSED,
	 "allowFrom",
	 "tools.elevated.allowFrom.telegram",
	 "nothing is configured"},
	{1,
	 "{" BOX "tools:{elevated:{allowFrom:{telegram:[123]}}}}",
	 "telegram:123",
	 {"cat", "x"},
	 ELEVATE_ASKS,
	 NULL,
	 NULL,
	 "clawdbot asks"},
	{1,
	 "{" BOX "tools:{elevated:{allowFrom:{telegram:[123]}}}}",
	 "telegram:1",
	 {"cat", "x"},
	 ELEVATE_REFUSED,
	 "allowFrom",
	 "tools.elevated.allowFrom.telegram",
	 "not him"},
	{1,
	 "{" BOX "tools:{exec:{security:\"deny\"},elevated:{allowFrom:{telegram:[123]}}}}",
	 "telegram:123",
	 {"cat", "x"},
	 ELEVATE_REFUSED,
	 "exec",
	 "tools.exec.security",
	 "security deny"},
	{2,
	 "{" BOX "tools:{elevated:{allowFrom:{telegram:[123]}}}}",
	 "telegram:123",
	 {"cat", "x"},
	 ELEVATE_RUNS,
	 NULL,
	 NULL,
	 "openclaw's default is full and off"},
	{2,
	 "{" BOX "tools:{exec:{ask:\"always\"},elevated:{allowFrom:{telegram:[123]}}}}",
	 "telegram:123",
	 {"cat", "x"},
	 ELEVATE_ASKS,
	 NULL,
	 NULL,
	 "ask"},
	{2,
	 "{" BOX "tools:{exec:{security:\"allowlist\"},elevated:{allowFrom:{telegram:[123]}}}}",
	 "telegram:123",
	 {"cat", "x"},
	 ELEVATE_REFUSED,
	 "exec",
	 "tools.exec.security",
	 "not in the list, and nobody is asked"},
	{2,
	 "{" BOX "tools:{exec:{security:\"allowlist\",ask:\"off\"},"
	 "elevated:{allowFrom:{telegram:[123]}}}}",
	 "telegram:123",
	 {"/usr/bin/wc"},
	 ELEVATE_RUNS,
	 NULL,
	 NULL,
	 "a safe program by default"},
	{2,
	 "{" BOX "tools:{exec:{security:\"allowlist\",ask:\"off\",safeBins:[\"head\"]},"
	 "elevated:{allowFrom:{telegram:[123]}}}}",
	 "telegram:123",
	 {"/usr/bin/wc"},
	 ELEVATE_REFUSED,
	 "exec",
	 "tools.exec.security",
	 "safeBins leave it out"},
	{2,
	 "{agents:{defaults:{sandbox:{mode:\"all\"}},list:[{id:\"main\",tools:{exec:{safeBins:["
	 "\"WC\"]}}}"
	 "]},tools:{exec:{security:\"allowlist\",ask:\"off\",safeBins:[]},"
	 "elevated:{allowFrom:{telegram:[123]}}}}",
	 "telegram:123",
	 {"/usr/bin/wc"},
	 ELEVATE_RUNS,
	 NULL,
	 NULL,
	 "an agent's own safeBins"},
};

static void ask(size_t i)
{
	const struct dialect_choice choice = {.dialect = rows[i].dialect};
	struct elevate_answer a autodestroy(elevate_clear) = {0};
	struct doc d autodoc = {.sources = sources_new(false)};
	struct policy *p autopolicy = NULL;
	struct elevate_request rq = {.sender = rows[i].sender,
				     .argv = (char *const *)rows[i].argv,
				     .cwd = "/",
				     .home = "/",
				     .session = TG};
	struct err err = {0};

	assert_int_equal(
		json5_read("t", rows[i].config, strlen(rows[i].config), &d.root, NULL, &err), 0);
	if (config_decode_as(d.root, d.sources, &choice, &d.config, NULL, &err))
		fail_msg("%s: %s", rows[i].why, err.message);
	free(d.config->state_dir); /* no file of approvals of whoever runs the tests */
	d.config->state_dir = NULL;
	p = doc_policy(&d, TG);
	assert_int_equal(elevate_ask(d.config, p, &rq, &a, &err), 0);
	if (a.outcome != rows[i].outcome)
		fail_msg("row %zu, %s: outcome %d: %s: %s", i, rows[i].why, a.outcome,
			 a.gate ? a.gate : "", a.why ? a.why : "");
	if (rows[i].gate) {
		assert_string_equal(a.gate, rows[i].gate);
		assert_string_equal(a.key, rows[i].key);
		assert_non_null(a.why);
	} else {
		assert_null(a.gate);
		assert_non_null(a.program.path);
		assert_non_null(a.by);
	}
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		ask(i);
}

static void test_timeout(void **state)
{
	struct doc d autodoc = doc_good("{}"),
		     e autodoc = doc_good("{clawbpf:{approvalTimeout:7}}"),
		     f autodoc = doc_good("{clawbpf:{approvalTimeout:1e9}}"),
		     g autodoc = doc_open("{clawbpf:{approvalTimeout:0}}");

	(void)state;
	assert_int_equal(elevate_timeout(d.config), 120);
	assert_int_equal(elevate_timeout(e.config), 7);
	assert_int_equal(elevate_timeout(f.config), 86400);
	assert_null(g.config);
}

/* Only root's own programs, by root's own folders. */
static void test_trusted(void **state)
{
	char *root autofolder = folder_new();
	struct trusted_program p = {0}, q = {0};
	autofree char *mine = folder_path(root, "cat"), *link = folder_path(root, "link");
	struct err err = {0};

	(void)state;
	assert_int_equal(close(creat(mine, 0755)), 0);
	assert_int_equal(symlink("/bin/cat", link), 0);
	assert_int_equal(trusted_find("cat", "cat", &p, &err), 0);
	assert_int_equal(trusted_find("cat", p.path, &q, &err), 0);
	assert_true(trusted_same(&p, &q));
	trusted_clear(&q);
	assert_int_equal(trusted_find("cat", "ls", &q, &err), -EPERM);
	assert_int_equal(trusted_find(mine, mine, &q, &err), -EPERM);
	assert_int_equal(trusted_find("cat", mine, &q, &err), -EPERM);
	assert_int_equal(trusted_find(link, link, &q, &err), -EPERM);
	assert_int_equal(trusted_find("no-such-program", "cat", &q, &err), -ENOENT);
	assert_int_equal(trusted_find("./cat", "cat", &q, &err), -EINVAL);
	assert_int_equal(trusted_find("/etc/passwd", "/etc/passwd", &q, &err), -EACCES);
	trusted_clear(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_trusted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
