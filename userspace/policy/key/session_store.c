// SPDX-License-Identifier: GPL-2.0-only
/* What has a product's gateway written down of its sessions? */
#include "policy/key/session_store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/json5.h"
#include "policy/dialect/dialect.h"
#include "policy/key/session_database.h"
#include "policy/key/session_stores.h"
#include "policy/key/store_path.h"
#include "util/cleanup.h"
#include "util/fold.h"

static int out_of_memory(struct err *err)
{
	return err_set(err, ENOMEM, "out of memory");
}

static bool in_database(const struct config *c)
{
	return dialect_of(c)->flags & DIALECT_STORE_IS_SQLITE;
}

static uid_t folder_owner(const struct config *c)
{
	struct stat folder;

	return stat(c->state_dir, &folder) ? getuid() : folder.st_uid;
}

/* --- a file of all sessions ----------------------------------------------------------------- */

/* A key without its head stands there with it. */
static const struct node *entry_of(const struct node *store, const struct session_key *k)
{
	const struct node *entry = node_get(store, k->text);
	autofree char *whole = NULL;

	if (entry || !k->bare)
		return entry;
	if (asprintf(&whole, "agent:%s:%s", k->agent, k->text) < 0) {
		whole = NULL;
		return NULL;
	}
	return node_get(store, whole);
}

static int read_file_entry(const struct config *c, const struct session_key *k, struct node **ret,
			   struct err *err)
{
	autofree char *path = store_file_path(c, k->agent);
	struct node *own autodestroy(node_free) = NULL;
	const struct node *root, *entry;
	int r;

	if (!path)
		return out_of_memory(err);
	r = session_stores_file(c, path, folder_owner(c), &own, &root, err);
	entry = r || !root ? NULL : entry_of(root, k);
	if (!entry)
		return r;
	*ret = node_copy(entry);
	return *ret ? 0 : out_of_memory(err);
}

/* --- a database of an agent ----------------------------------------------------------------- */

/* The main session has one name there, and every key but "global" its head. */
static char *database_key(const struct config *c, const struct session_key *k)
{
	char *key = NULL;

	if (k->main)
		return main_session_key(c, k->agent);
	if (!k->bare || !strcmp(k->text, "global") || !strcmp(k->text, "unknown"))
		return strdup(k->text);
	return asprintf(&key, "agent:%s:%s", k->agent, k->text) < 0 ? NULL : key;
}

static int read_database_entry(const struct config *c, const struct session_key *k,
			       struct node **ret, struct err *err)
{
	autofree char *path = store_database_path(c, k->agent), *key = database_key(c, k),
		      *text = NULL;
	struct session_database *own autodatabase = NULL, *database;
	size_t len = 0;
	int r;

	if (!path || !key)
		return out_of_memory(err);
	database = session_stores_database(c, path, folder_owner(c), &own);
	if (!database)
		return out_of_memory(err);
	r = session_database_ask(database, key, &text, &len, err);
	if (r || !text)
		return r;
	r = json5_read(path, text, len, ret, NULL, err);
	if (!r && (*ret)->type != NODE_OBJECT)
		r = err_set(err, EINVAL, "%s: a session is not an object", path);
	return r;
}

/* --- one session ---------------------------------------------------------------------------- */

int session_stored_read(const struct config *c, const struct session_key *key,
			struct stored_session *ret, struct err *err)
{
	struct stored_session s autodestroy(session_stored_clear) = {0};
	struct err trouble = {0};
	int r = 0;

	*ret = (struct stored_session){0};
	if (!c->state_dir)
		return 0; /* a config that no program on this machine has */
	if (in_database(c))
		r = read_database_entry(c, key, &s.entry, &trouble);
	else if (dialect_of(c)->flags & DIALECT_STORE_IS_JSON)
		r = read_file_entry(c, key, &s.entry, &trouble);
	if (r == -ENOMEM)
		return out_of_memory(err);
	if (r) {
		char text[sizeof(trouble.file) + sizeof(trouble.message)];

		err_format(&trouble, text, sizeof(text));
		node_free(&s.entry);
		s.trouble = strdup(text);
		if (!s.trouble)
			return out_of_memory(err);
	}
	*ret = s;
	s = (struct stored_session){0};
	return 0;
}

static bool policy_depends(const struct config *c, const struct session_key *key)
{
	return in_database(c) ||
	       (dialect_of(c)->flags & DIALECT_STORE_IS_JSON && key->kind == SESSION_SUBAGENT);
}

int session_stored_find(const struct config *c, const struct session_key *key,
			struct stored_session *ret, struct err *err)
{
	*ret = (struct stored_session){0};
	return policy_depends(c, key) ? session_stored_read(c, key, ret, err) : 0;
}

bool session_stored_changes(const struct config *c, const struct session_key *key)
{
	autofree char *path = NULL;

	if (!c->state_dir || !policy_depends(c, key))
		return false;
	path = in_database(c) ? store_database_path(c, key->agent) : store_file_path(c, key->agent);
	return !path || !access(path, F_OK) || (errno != ENOENT && errno != ENOTDIR);
}

void session_stored_clear(struct stored_session *s)
{
	node_free(&s->entry);
	free(s->trouble);
	*s = (struct stored_session){0};
}

const char *session_stored_text(const struct stored_session *s, const char *key)
{
	const struct node *n = s->entry ? node_get(s->entry, key) : NULL;

	return n && n->type == NODE_STRING && n->string.len ? n->string.bytes : NULL;
}

static bool says(const struct stored_session *s, const char *key, const char *word)
{
	const char *text = session_stored_text(s, key);

	return text && !strcmp(text, word);
}

/* The keys of such sandboxes, which are not sessions. */
static bool is_of_a_sandbox(const struct session_key *k)
{
	return k->rest &&
	       (!strncmp(k->rest, "principal:", 10) || !strncmp(k->rest, "required-session:", 17));
}

bool session_needs_sandbox(const struct config *c, const struct session_key *key,
			   const struct stored_session *s)
{
	return in_database(c) &&
	       (s->trouble || is_of_a_sandbox(key) || says(s, "sandbox", "required"));
}

bool session_has_sandbox_off(const struct config *c, const struct stored_session *s)
{
	return in_database(c) && says(s, "sandboxMode", "off");
}

char *session_profile(const struct stored_session *s)
{
	const struct node *actor = s->entry ? node_get(s->entry, "createdActor") : NULL;
	const struct stored_session a = {.entry = (struct node *)actor};
	const char *id = session_stored_text(&a, "id");
	char *profile = NULL;

	if (id && says(&a, "type", "human") && says(&a, "source", "profile"))
		profile = text_trimmed(id);
	if (profile && !*profile) {
		free(profile);
		return NULL;
	}
	return profile;
}
