// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who spawned a session, and what does it have from there?
 *
 * The key of a subagent is mostly a number that says nothing of the group chat it works for, nor of
 * how deep it lies; what the gateway has noted says who spawned it.
 */
#include "policy/key/session_spawn.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/dialect/dialect.h"
#include "util/cleanup.h"
#include "util/fold.h"

#define MAX_SPAWNERS 8 /* one above the other; more is a circle */

static int out_of_memory(struct err *err)
{
	return err_set(err, ENOMEM, "out of memory");
}

/* The key of the session that is noted as its spawner, with a head. Owned; NULL: none. */
static char *spawned_by(const struct session_key *k, const struct stored_session *s)
{
	const char *text = session_stored_text(s, "spawnedBy");
	autofree char *by = text ? text_trimmed(text) : NULL;
	char *key = NULL;

	if (!by || !*by)
		return NULL;
	if (!strncmp(by, "agent:", 6) || !strcmp(by, "global"))
		return TAKE_PTR(by);
	return asprintf(&key, "agent:%s:%s", k->agent, by) < 0 ? NULL : key;
}

/* --- the group chat ------------------------------------------------------------------------- */

/* The key of the session that spawned this one, or of the group that is noted with it. Owned. */
static int spawner_of(const struct session_key *k, const struct stored_session *s, char **ret,
		      struct err *err)
{
	const char *channel = session_stored_text(s, "channel");
	const char *group = session_stored_text(s, "groupId");

	if (s->trouble)
		return err_set(err, EIO, "%s", s->trouble);
	*ret = spawned_by(k, s);
	if (*ret || !channel || !group)
		return 0;
	if (asprintf(ret, "agent:%s:%s:group:%s", k->agent, channel, group) < 0) {
		*ret = NULL;
		return out_of_memory(err);
	}
	return 0;
}

int session_spawner_find(const struct config *c, const struct session_key *subagent,
			 const struct stored_session *stored, struct session_key *ret,
			 struct err *err)
{
	struct session_key at autodestroy(session_key_clear) = {0};
	struct stored_session above autodestroy(session_stored_clear) = {0};
	const struct session_key *k = subagent;

	*ret = (struct session_key){0};
	for (int i = 0; i <= MAX_SPAWNERS; i++) {
		struct session_key next = {0};
		autofree char *by = NULL;
		int r = 0;

		if (k->grouped) {
			*ret = at;
			at = (struct session_key){0};
			return 0;
		}
		if (k->kind != SESSION_SUBAGENT)
			return 0;
		if (k != subagent) {
			session_stored_clear(&above);
			r = session_stored_find(c, k, &above, err);
			stored = &above;
		}
		if (!r)
			r = spawner_of(k, stored, &by, err);
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

/* --- what subagents have -------------------------------------------------------------------- */

static bool begins(const struct session_key *k, const char *word)
{
	return k->rest && !strncmp(k->rest, word, strlen(word));
}

/* The keys in whose entries the program looks for what a spawner left there. */
static bool may_be_spawned(const struct session_key *k)
{
	return k->kind == SESSION_SUBAGENT || begins(k, "acp:") || begins(k, "dashboard:");
}

static bool is_one_of(const char *text, const char *const *words)
{
	for (size_t i = 0; text && words[i]; i++)
		if (!strcasecmp(text, words[i]))
			return true;
	return false;
}

/* A whole number from 0; -1: none. */
static double depth_in(const struct stored_session *s)
{
	const struct node *n = s->entry ? node_get(s->entry, "spawnDepth") : NULL;
	double depth = -1;

	if (n && n->type == NODE_NUMBER)
		depth = n->number;
	else if (n && n->type == NODE_STRING && n->string.len &&
		 n->string.bytes[strspn(n->string.bytes, "0123456789")] == '\0')
		depth = strtod(n->string.bytes, NULL);
	return depth >= 0 && depth == floor(depth) ? depth : -1;
}

/* Of an entry alone: 1 it is, 0 it is not, -1 its spawner decides. */
static int is_spawned_itself(const struct session_key *k, const struct stored_session *s)
{
	static const char *const roles[] = {"main", "orchestrator", "leaf", NULL};
	static const char *const scopes[] = {"children", "none", NULL};
	bool by = session_stored_text(s, "spawnedBy");

	if (k->kind == SESSION_SUBAGENT)
		return 1;
	if (begins(k, "dashboard:"))
		return by && depth_in(s) >= 1;
	if (!begins(k, "acp:"))
		return 0;
	if (is_one_of(session_stored_text(s, "subagentRole"), roles) ||
	    is_one_of(session_stored_text(s, "subagentControlScope"), scopes))
		return 1;
	return by ? -1 : 0;
}

/* Whose place among those that spawned each other is looked at. */
struct place {
	struct session_key key;
	struct stored_session stored;
};

static void place_clear(struct place *p)
{
	session_key_clear(&p->key);
	session_stored_clear(&p->stored);
}

/* From there to the spawner, and what is noted of it. False: there is none, or none to be read. */
static bool climb(const struct config *c, const struct session_key **k,
		  const struct stored_session **s, struct place *at)
{
	autofree char *by = spawned_by(*k, *s);
	struct place next autodestroy(place_clear) = {0};
	struct err ignored;

	if (!by || session_key_parse(c, by, &next.key, &ignored) ||
	    session_stored_find(c, &next.key, &next.stored, &ignored))
		return false;
	place_clear(at);
	*at = next;
	next = (struct place){0};
	*k = &at->key;
	*s = &at->stored;
	return true;
}

static bool notes_spawns(const struct config *c)
{
	return dialect_of(c)->flags & DIALECT_STORE_IS_SQLITE;
}

bool session_is_spawned(const struct config *c, const struct session_key *key,
			const struct stored_session *s)
{
	struct place at autodestroy(place_clear) = {0};

	if (!notes_spawns(c))
		return key->kind == SESSION_SUBAGENT;
	for (int i = 0; i <= MAX_SPAWNERS; i++) {
		int is = is_spawned_itself(key, s);

		if (is >= 0)
			return is;
		if (!climb(c, &key, &s, &at))
			break;
	}
	return true; /* it has a spawner, of whom nothing can be told */
}

double session_spawn_depth(const struct config *c, const struct session_key *key,
			   const struct stored_session *s)
{
	struct place at autodestroy(place_clear) = {0};

	if (!notes_spawns(c))
		return key->depth;
	for (int i = 0; i <= MAX_SPAWNERS; i++) {
		double depth = depth_in(s);

		if (depth >= 0)
			return depth + i;
		if (!climb(c, &key, &s, &at))
			return key->depth + i;
	}
	return MAX_SPAWNERS;
}

const struct node *session_inherited(const struct config *c, const struct session_key *key,
				     const struct stored_session *s, const char *list)
{
	const struct node *n = s->entry ? node_get(s->entry, list) : NULL;

	if (!notes_spawns(c) || !may_be_spawned(key))
		return NULL;
	return n && n->type == NODE_ARRAY ? n : NULL;
}
