// SPDX-License-Identifier: GPL-2.0-only
/*
 * What has a product's gateway written down of its sessions?
 *
 * The key of a subagent is mostly a number that says nothing of the group chat it works for; the
 * store says who spawned it.
 */
#include "policy/key/session_store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/file.h"
#include "config/json5.h"
#include "policy/dialect/dialect.h"
#include "util/buf.h"
#include "util/cleanup.h"

#define MAX_SPAWNERS 8 /* one above the other; more is a circle */

static int out_of_memory(struct err *err)
{
	return err_set(err, ENOMEM, "out of memory");
}

/* session.store, with {agentId} in it; NULL: out of memory. */
static char *store_path(const struct config *c, const char *agent)
{
	static const char id[] = "{agentId}";
	const char *store = c->session.store.key ? c->session.store.text : "", *at;
	autobuf struct buf b = {0};

	if (!*store) {
		buf_printf(&b, "%s/agents/%s/sessions/sessions.json", c->state_dir, agent);
		return buf_take(&b);
	}
	if (store[0] == '~' && (!store[1] || store[1] == '/')) {
		buf_puts(&b, c->home);
		store++;
	}
	for (; (at = strstr(store, id)); store = at + strlen(id)) {
		buf_add(&b, store, (size_t)(at - store));
		buf_puts(&b, agent);
	}
	buf_puts(&b, store);
	return buf_take(&b);
}

int session_store_read(const struct config *c, const char *agent, struct node **ret,
		       struct err *err)
{
	struct node *root autodestroy(node_free) = NULL;
	autofree char *path = store_path(c, agent), *text = NULL;
	struct stat st, folder;
	size_t len;
	int r;

	*ret = NULL;
	if (!path)
		return out_of_memory(err);
	if (stat(path, &st) && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	r = file_read_of(path, stat(c->state_dir, &folder) ? getuid() : folder.st_uid, &text, &len,
			 err);
	if (!r)
		r = json5_read(path, text, len, &root, NULL, err);
	if (!r && root->type != NODE_OBJECT)
		r = err_set(err, EINVAL, "%s: is not an object", path);
	if (r)
		return r;
	*ret = TAKE_PTR(root);
	return 0;
}

/* --- who spawned it ------------------------------------------------------------------------- */

static const char *text_at(const struct node *entry, const char *key)
{
	const struct node *n = entry ? node_get(entry, key) : NULL;

	return n && n->type == NODE_STRING && n->string.len ? n->string.bytes : NULL;
}

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

/* The key of the session that spawned this one, or of the group that is noted with it. Owned. */
static int spawner_of(const struct config *c, const struct session_key *k, char **ret,
		      struct err *err)
{
	struct node *root autodestroy(node_free) = NULL;
	const char *by, *channel, *group;
	const struct node *entry;
	int r = session_store_read(c, k->agent, &root, err);

	*ret = NULL;
	if (r || !root)
		return r;
	entry = entry_of(root, k);
	by = text_at(entry, "spawnedBy");
	channel = text_at(entry, "channel");
	group = text_at(entry, "groupId");
	if (by && strncmp(by, "agent:", 6) != 0 && strcmp(by, "global") != 0)
		r = asprintf(ret, "agent:%s:%s", k->agent, by);
	else if (by)
		*ret = strdup(by);
	else if (channel && group)
		r = asprintf(ret, "agent:%s:%s:group:%s", k->agent, channel, group);
	else
		return 0;
	if (r < 0)
		*ret = NULL;
	return *ret ? 0 : out_of_memory(err);
}

int session_spawner_find(const struct config *c, const struct session_key *subagent,
			 struct session_key *ret, struct err *err)
{
	struct session_key at autodestroy(session_key_clear) = {0};
	const struct session_key *k = subagent;

	*ret = (struct session_key){0};
	for (int i = 0; i <= MAX_SPAWNERS; i++) {
		struct session_key next = {0};
		autofree char *by = NULL;
		int r;

		if (k->grouped) {
			*ret = at;
			at = (struct session_key){0};
			return 0;
		}
		if (k->kind != SESSION_SUBAGENT)
			return 0;
		r = spawner_of(c, k, &by, err);
		if (!r && by)
			r = session_key_parse(c, by, &next, err);
		if (r || !by)
			return r;
		session_key_clear(&at);
		at = next;
		k = &at;
	}
	return err_set(err, ELOOP, "%s: its spawners lead in a circle", subagent->text);
}
