// SPDX-License-Identifier: GPL-2.0-only
/* Which stores of sessions are being read? */
#include "policy/key/session_stores.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/file.h"
#include "config/json5.h"
#include "util/cleanup.h"

#define STORES_MAX 16 /* one an agent: of more, those that were asked for last */

struct store {
	char *path; /* owned; NULL: a free place */
	struct session_database *database;
	struct node *root; /* of a file */
	bool read;         /* the file was, to this end: */
	int error;
	struct err err;
};

struct session_stores {
	struct store items[STORES_MAX];
	size_t next; /* gives way */
};

static void store_clear(struct store *s)
{
	session_database_free(&s->database);
	node_free(&s->root);
	free(s->path);
	*s = (struct store){0};
}

void session_stores_begin(struct config *c)
{
	if (!c->stores)
		c->stores = calloc(1, sizeof(*c->stores));
}

void session_stores_end(struct config *c)
{
	for (size_t i = 0; c->stores && i < STORES_MAX; i++)
		store_clear(&c->stores->items[i]);
	free(c->stores);
	c->stores = NULL;
}

/* NULL: nothing stays. */
static struct store *store_of(const struct config *c, const char *path)
{
	struct session_stores *all = c->stores;
	struct store *s;

	for (size_t i = 0; all && i < STORES_MAX; i++)
		if (all->items[i].path && !strcmp(all->items[i].path, path))
			return &all->items[i];
	if (!all)
		return NULL;
	s = &all->items[all->next];
	store_clear(s);
	s->path = strdup(path);
	if (!s->path)
		return NULL;
	all->next = (all->next + 1) % STORES_MAX;
	return s;
}

struct session_database *session_stores_database(const struct config *c, const char *path,
						 uid_t owner, struct session_database **ret_own)
{
	struct store *s = store_of(c, path);

	if (s && !s->database)
		s->database = session_database_new(path, owner);
	if (s && s->database)
		return s->database;
	*ret_own = session_database_new(path, owner);
	return *ret_own;
}

static int store_read(const char *path, uid_t owner, struct node **ret, struct err *err)
{
	autofree char *text = NULL;
	struct stat st;
	size_t len;
	int r;

	if (stat(path, &st) && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	r = file_read_of(path, owner, &text, &len, err);
	if (!r)
		r = json5_read(path, text, len, ret, NULL, err);
	if (!r && (*ret)->type != NODE_OBJECT)
		r = err_set(err, EINVAL, "%s: is not an object", path);
	return r;
}

int session_stores_file(const struct config *c, const char *path, uid_t owner,
			struct node **ret_own, const struct node **ret, struct err *err)
{
	struct store *s = store_of(c, path);
	int r;

	*ret = NULL;
	if (!s) {
		r = store_read(path, owner, ret_own, err);
		*ret = *ret_own;
		return r;
	}
	if (!s->read)
		s->error = store_read(path, owner, &s->root, &s->err);
	s->read = true;
	if (s->error)
		*err = s->err;
	else
		*ret = s->root;
	return s->error;
}
