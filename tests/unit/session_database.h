/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests: a home with openclaw's database of sessions. */
#ifndef CLAWBPF_TESTS_SESSION_DATABASE_H
#define CLAWBPF_TESTS_SESSION_DATABASE_H

#include "golden.h"

#include <sqlite3.h>
#include <unistd.h>

#include "folder.h"

#define FOLDER   ".openclaw/agents/main/agent"
#define DATABASE FOLDER "/openclaw-agent.sqlite"
#define GROUP    "agent:main:telegram:group:-1"

/* The columns of openclaw 2026.9.6 that matter. */
#define SCHEMA                                                                                     \
	"PRAGMA journal_mode=WAL; CREATE TABLE IF NOT EXISTS session_nodes (session_key TEXT NOT " \
	"NULL PRIMARY "                                                                            \
	"KEY, entry_json TEXT NOT NULL) STRICT;"

static char *home;

static inline int setup(void **state)
{
	static const char *const folders[] = {".openclaw", ".openclaw/agents",
					      ".openclaw/agents/main", FOLDER, "other"};

	(void)state;
	home = folder_new();
	setenv("HOME", home, 1);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		autofree char *folder = folder_path(home, folders[i]);

		mkdir(folder, 0700);
	}
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	folder_free(&home);
	return 0;
}

static inline void run(sqlite3 *db, const char *sql)
{
	char *error = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
		fail_msg("%s: %s", sql, error);
}

static inline void note(sqlite3 *db, const char *key, const char *entry)
{
	autofree char *json = strdup(entry), *sql = NULL;

	for (char *p = json; *p; p++)
		if (*p == '\'')
			*p = '"';
	assert_true(asprintf(&sql, "INSERT OR REPLACE INTO session_nodes VALUES ('%s', '%s')", key,
			     json) > 0);
	run(db, sql);
}

/* Open, with what the gateway has made. */
static inline sqlite3 *database(const char *name)
{
	autofree char *path = folder_path(home, name);
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	run(db, SCHEMA);
	chmod(path, 0600);
	return db;
}

static inline void database_with(const char *name, const char *key, const char *entry)
{
	sqlite3 *db = database(name);

	note(db, key, entry);
	sqlite3_close(db);
}

static inline struct policy *resolve(const char *config, const char *session)
{
	struct doc d autodoc = golden_doc(DIALECT_OPENCLAW, config);

	return doc_policy(&d, session);
}

#endif
