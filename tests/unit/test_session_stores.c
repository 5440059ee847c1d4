// SPDX-License-Identifier: GPL-2.0-only
/* Who asks about many sessions at a time, is each store read once, and what it says still true? */
#include "session_database.h"

#include <sys/wait.h>

#include "policy/key/session_store.h"
#include "policy/key/session_stores.h"

#define COUNT 40
#define OFF   "{}"
#define STORE ".clawdbot/agents/main/sessions/sessions.json"

pid_t __real_fork(void);
pid_t __wrap_fork(void);

static int forks;

pid_t __wrap_fork(void)
{
	forks++;
	return __real_fork();
}

static bool sandboxed(struct doc *d, unsigned int group)
{
	char key[64];
	struct policy *p autopolicy = NULL;

	snprintf(key, sizeof(key), "agent:main:telegram:group:-%u", group);
	p = doc_policy(d, key);
	return p->sandboxed;
}

static void note_group(sqlite3 *db, unsigned int group, const char *entry)
{
	char key[64];

	snprintf(key, sizeof(key), "agent:main:telegram:group:-%u", group);
	note(db, key, entry);
}

/* Every second one is to be sandboxed. */
static void fill(sqlite3 *db)
{
	run(db, "BEGIN");
	for (unsigned int i = 0; i < COUNT; i++)
		note_group(db, i, i % 2 ? "{'sandbox':'required'}" : "{}");
	run(db, "COMMIT");
}

static void check_all(struct doc *d)
{
	for (unsigned int i = 0; i < COUNT; i++)
		if (sandboxed(d, i) != i % 2)
			fail_msg("%u", i);
	assert_false(sandboxed(d, COUNT)); /* it is not there */
}

/* Its gateway: another process, since SQLite knows what its own has open. It ends as it should, or
 * leaves its log of changes. */
static void gateway_notes(unsigned int group, const char *entry, bool ends_well)
{
	pid_t pid = __real_fork();
	int status;

	if (!pid) {
		sqlite3 *db = database(DATABASE);

		note_group(db, group, entry);
		if (ends_well)
			sqlite3_close(db);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void test_once(void **state)
{
	struct doc d autodoc = golden_doc(DIALECT_OPENCLAW, OFF);
	sqlite3 *db = database(DATABASE);

	(void)state;
	fill(db);
	sqlite3_close(db);
	for (int logged = 0; logged < 2; logged++) {
		if (logged)
			gateway_notes(0, "{}", false);
		forks = 0;
		check_all(&d);
		assert_true(forks > COUNT);
		forks = 0;
		session_stores_begin(d.config);
		check_all(&d);
		session_stores_end(d.config);
		assert_int_equal(forks, 1);
	}
}

/* What is noted meanwhile counts, whether the database is changed or replaced. */
static void test_changes(void **state)
{
	struct doc d autodoc = golden_doc(DIALECT_OPENCLAW, OFF);
	autofree char *new = folder_path(home, "other/new"), *path = folder_path(home, DATABASE);
	sqlite3 *db = database(DATABASE);

	(void)state;
	fill(db);
	sqlite3_close(db);
	session_stores_begin(d.config);
	assert_false(sandboxed(&d, 2));
	gateway_notes(2, "{'sandbox':'required'}", false); /* there is a log now, */
	assert_true(sandboxed(&d, 2));
	gateway_notes(4, "{'sandbox':'required'}", false); /* the same, */
	assert_true(sandboxed(&d, 4));
	gateway_notes(2, "{}", true); /* none any more, */
	assert_false(sandboxed(&d, 2));
	assert_true(sandboxed(&d, 4));
	gateway_notes(2, "{'sandbox':'required'}", false); /* and another */
	assert_true(sandboxed(&d, 2));
	session_stores_end(d.config); /* who has it open keeps its log there */
	gateway_notes(2, "{}", true);
	session_stores_begin(d.config);
	assert_false(sandboxed(&d, 2));
	database_with("other/new", "agent:main:telegram:group:-2", "{'sandbox':'required'}");
	assert_int_equal(rename(new, path), 0);
	assert_true(sandboxed(&d, 2));
	assert_false(sandboxed(&d, 4));
	unlink(path);
	assert_false(sandboxed(&d, 2));
	session_stores_end(d.config);
}

/* One that cannot be read is each one's trouble, and none's for longer than it lasts. */
static void test_trouble(void **state)
{
	struct doc d autodoc = golden_doc(DIALECT_OPENCLAW, OFF);
	autofree char *path = folder_path(home, DATABASE);
	sqlite3 *db = database(DATABASE);

	(void)state;
	fill(db);
	note_group(db, 4, "{");
	sqlite3_close(db);
	session_stores_begin(d.config);
	assert_true(sandboxed(&d, 4)); /* what cannot be told */
	assert_false(sandboxed(&d, 2));
	folder_write(home, DATABASE, "no database", 11);
	assert_true(sandboxed(&d, 2));
	assert_true(sandboxed(&d, 6));
	unlink(path);
	assert_false(sandboxed(&d, 2));
	session_stores_end(d.config);
}

static const struct node *stored(struct doc *d, const char *key, struct stored_session *s)
{
	struct session_key k autodestroy(session_key_clear) = {0};
	struct err err = {0};

	assert_int_equal(session_key_parse(d->config, key, &k, &err), 0);
	assert_int_equal(session_stored_find(d->config, &k, s, &err), 0);
	return s->entry;
}

/* The file of the program before it is read once. */
static void test_file(void **state)
{
	struct doc d autodoc = golden_doc(DIALECT_CLAWDBOT, OFF);
	static const char text[] = "{'agent:main:subagent:1':{a:1}}";
	autofree char *path = folder_path(home, STORE);

	(void)state;
	for (size_t i = 1; i < strlen(STORE); i++) {
		autofree char *above = strndup(STORE, i), *folder = folder_path(home, above);

		if (STORE[i] == '/')
			mkdir(folder, 0700);
	}
	folder_write(home, STORE, text, strlen(text));
	for (int kept = 0; kept < 2; kept++) {
		struct stored_session s autodestroy(session_stored_clear) = {0},
					again autodestroy(session_stored_clear) = {0},
					other autodestroy(session_stored_clear) = {0};

		folder_write(home, STORE, text, strlen(text));
		if (kept)
			session_stores_begin(d.config);
		assert_non_null(stored(&d, "agent:main:subagent:1", &s));
		unlink(path);
		assert_int_equal(!stored(&d, "agent:main:subagent:1", &again), !kept);
		assert_null(stored(&d, "agent:main:subagent:2", &other));
		session_stores_end(d.config);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_changes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_trouble, setup, teardown),
		cmocka_unit_test_setup_teardown(test_file, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
