// SPDX-License-Identifier: GPL-2.0-only
/* What openclaw has noted of a session in its database, does that hold here as it does there? */
#include "session_database.h"

#include <fcntl.h>

#include "policy/product/product.h"
#include "policy/product/product_view.h"

#define OFF     "{}"
#define NONMAIN "{agents:{defaults:{sandbox:{mode:'non-main'}}}}"
#define ALL     "{agents:{defaults:{sandbox:{mode:'all',scope:'shared',workspaceAccess:'rw'}}}}"

static void test_sandboxed(void **state)
{
	static const struct {
		const char *why, *config, *key, *entry, *session;
		bool sandboxed, own;
	} rows[] = {
		{"a mode is for all", OFF, GROUP, "{}", GROUP, false, false},
		{"required, where it is off", OFF, GROUP, "{'sandbox':'required'}", GROUP, true,
		 true},
		{"required of another", OFF, "agent:main:telegram:group:-2",
		 "{'sandbox':'required'}", GROUP, false, false},
		{"required of the main session", NONMAIN, "agent:main:main",
		 "{'sandbox':'required'}", "agent:main:main", true, true},
		{"... by another name of its", NONMAIN, "agent:main:main", "{'sandbox':'required'}",
		 "main", true, true},
		{"... without its head", OFF, GROUP, "{'sandbox':'required'}", "telegram:group:-1",
		 true, true},
		{"switched off", ALL, GROUP, "{'sandboxMode':'off'}", GROUP, false, false},
		{"... of another", ALL, "agent:main:telegram:group:-2", "{'sandboxMode':'off'}",
		 GROUP, true, false},
		{"... but required", ALL, GROUP, "{'sandboxMode':'off','sandbox':'required'}",
		 GROUP, true, true},
		{"other words", ALL, GROUP, "{'sandboxMode':'on','sandbox':'no'}", GROUP, true,
		 false},
		{"no words", NONMAIN, GROUP, "{'sandboxMode':false,'sandbox':1}", GROUP, true,
		 false},
		{"the sandbox of such a session", OFF, GROUP, "{}",
		 "agent:main:required-session:0123456789abcdef0123456789abcdef", true, true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct policy *p autopolicy = NULL;

		print_message("%s\n", rows[i].why);
		setup(NULL);
		database_with(DATABASE, rows[i].key, rows[i].entry);
		p = resolve(rows[i].config, rows[i].session);
		assert_int_equal(p->sandboxed, rows[i].sandboxed);
		assert_int_equal(p->own_sandbox, rows[i].own);
		assert_int_equal(p->network_none, rows[i].sandboxed);
		teardown(NULL);
	}
}

/* Whoever must have one shares it with nobody, and does not write into the agent's workspace. */
static void test_own(void **state)
{
	static const struct {
		const char *entry, *scope_key;
	} rows[] = {
		/* printf %s "$KEY" | sha256sum | head -c 32 */
		{"{'sandbox':'required'}",
		 "agent:main:required-session:88e6a142996c9469e24bcfb499ad38ad"},
		{"{'sandbox':'required','createdActor':{'type':'human','source':'profile','id':' "
		 "ann '}}",
		 "agent:main:principal:49915e0d7d4b402e3017d010bc1c0e83"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct policy *p autopolicy = NULL;

		database_with(DATABASE, GROUP, rows[i].entry);
		p = resolve(ALL, GROUP);
		assert_string_equal(p->scope_key, rows[i].scope_key);
		assert_int_equal(p->access, WORKSPACE_RO);
	}
}

/* What the gateway has written and not yet put where it belongs counts, and it notices nothing. */
static void test_while_written(void **state)
{
	autofree char *log = folder_path(home, DATABASE "-wal");
	autofree char *index = folder_path(home, DATABASE "-shm");
	sqlite3 *db = database(DATABASE);
	struct policy *p autopolicy = NULL, *q autopolicy = NULL;

	(void)state;
	note(db, GROUP, "{'sandbox':'required'}");
	assert_int_equal(access(log, F_OK), 0);
	p = resolve(OFF, GROUP);
	assert_true(p->sandboxed);
	run(db, "BEGIN EXCLUSIVE"); /* readers go on */
	q = resolve(OFF, GROUP);
	assert_true(q->sandboxed);
	run(db, "COMMIT");
	sqlite3_close(db);
	assert_int_not_equal(access(log, F_OK), 0);
	policy_free(&p);
	p = resolve(OFF, GROUP);
	assert_true(p->sandboxed);
	assert_int_not_equal(access(log, F_OK), 0);
	assert_int_not_equal(access(index, F_OK), 0);
}

static void check_strict(const char *why, const char *says)
{
	struct doc d autodoc = golden_doc(DIALECT_OPENCLAW, OFF);
	struct policy *p autopolicy = doc_policy(&d, GROUP);
	struct product_view v autodestroy(product_view_clear) = {0};
	struct warnings notes autowarnings = {0};
	struct err err = {0};

	print_message("%s\n", why);
	assert_true(p->sandboxed && p->own_sandbox);
	assert_int_equal(product_view_fill(d.config, NULL, GROUP, &v, &err), 0);
	product_session_notes(&v, &notes);
	assert_int_equal(notes.count, 1);
	if (!strstr(notes.items[0].text, says))
		fail_msg("not \"%s\": %s", says, notes.items[0].text);
}

/* Nothing that is in it, or is it, is a way out. */
static void test_not_believed(void **state)
{
	autofree char *path = folder_path(home, DATABASE), *folder = folder_path(home, FOLDER);
	sqlite3 *db;

	(void)state;
	folder_write(home, DATABASE, "no database", 11);
	check_strict("no database", "file is not a database");
	unlink(path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	run(db, "CREATE TABLE other (a)");
	sqlite3_close(db);
	check_strict("another's", "no such table: session_nodes");
	unlink(path);
	database_with(DATABASE, GROUP, "[]");
	check_strict("no object", "is not an object");
	database_with(DATABASE, GROUP, "{");
	check_strict("no JSON", DATABASE);
	database_with(DATABASE, GROUP, "{}");
	chmod(path, 0620);
	check_strict("its group writes it", "can be written by its group");
	chmod(path, 0600);
	chmod(folder, 0702);
	check_strict("everybody may replace it", "can be written by everybody");
	chmod(folder, 0700);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	check_strict("a pipe", "is not a file");
	unlink(path);
	assert_int_equal(symlink("/dev/zero", path), 0);
	check_strict("a device", "is not a file");
}

/* The database is its owner's, who is not the one that asks. */
static void test_owner(void **state)
{
	autofree char *path = folder_path(home, DATABASE), *folder = folder_path(home, FOLDER),
		      *state_dir = folder_path(home, ".openclaw");
	struct policy *p autopolicy = NULL;

	(void)state;
	if (getuid())
		skip();
	database_with(DATABASE, GROUP, "{'sandboxMode':'off'}");
	assert_int_equal(chown(path, 1234, 1234), 0);
	assert_int_equal(chown(folder, 1234, 1234), 0);
	check_strict("a third one's", "belongs to user 1234");
	assert_int_equal(chown(state_dir, 1234, 1234), 0);
	chmod(home, 0711);
	chmod(state_dir, 0711);
	for (int i = 0; i < 2; i++) {
		autofree char *above =
			folder_path(home, i ? ".openclaw/agents/main" : ".openclaw/agents");

		chmod(above, 0711);
	}
	p = resolve(ALL, GROUP);
	assert_false(p->sandboxed);
	chmod(home, 0700);
	check_strict("its owner cannot get at it", "its owner cannot get at it");
}

/* explain says what decided, where the config does not. */
static void test_told(void **state)
{
	static const struct {
		const char *config, *entry, *note;
	} rows[] = {
		{OFF, "{'sandbox':'required'}", "may not be without a sandbox"},
		{ALL, "{'sandboxMode':'off'}", "is switched off for " GROUP},
		{OFF, "{'sandboxMode':'off'}", NULL},
		{ALL, "{}", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct doc d autodoc = golden_doc(DIALECT_OPENCLAW, rows[i].config);
		struct product_view v autodestroy(product_view_clear) = {0};
		struct warnings notes autowarnings = {0};
		struct err err = {0};

		database_with(DATABASE, GROUP, rows[i].entry);
		assert_int_equal(product_view_fill(d.config, NULL, GROUP, &v, &err), 0);
		product_session_notes(&v, &notes);
		assert_int_equal(notes.count, rows[i].note ? 1 : 0);
		if (rows[i].note)
			assert_non_null(strstr(notes.items[0].text, rows[i].note));
	}
}

/* A config that names the older store has its database beside it. */
static void test_place(void **state)
{
	static const struct {
		const char *store, *database;
	} rows[] = {
		{"~/other/sessions.json", "other/openclaw-agent.sqlite"},
		{"~/other/sessions.json", "other/openclaw-agent.main.sqlite"},
		{"~/other/{agentId}.json", "other/main.sqlite"},
		{"~/other/mine", "other/mine.sqlite"},
		{"~/other/mine.sqlite", "other/mine.sqlite"},
		{"~/.openclaw/agents/{agentId}/sessions/sessions.json", DATABASE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct policy *p autopolicy = NULL;
		autofree char *config = NULL;

		print_message("%s\n", rows[i].store);
		setup(NULL);
		database_with(rows[i].database, GROUP, "{'sandbox':'required'}");
		assert_true(asprintf(&config, "{session:{store:'%s'}}", rows[i].store) > 0);
		p = resolve(config, GROUP);
		assert_true(p->sandboxed);
		teardown(NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sandboxed),
		cmocka_unit_test_setup_teardown(test_own, setup, teardown),
		cmocka_unit_test_setup_teardown(test_while_written, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_believed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_owner, setup, teardown),
		cmocka_unit_test_setup_teardown(test_told, setup, teardown),
		cmocka_unit_test(test_place),
	};

	return cmocka_run_group_tests_name("session_database", tests, NULL, NULL);
}
