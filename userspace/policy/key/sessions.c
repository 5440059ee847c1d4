// SPDX-License-Identifier: GPL-2.0-only
/* Which sessions does a config let us expect? */
#include "policy/key/sessions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/key/peer_key.h"
#include "policy/key/session_key.h"
#include "util/cleanup.h"
#include "util/fold.h"

struct list {
	char **keys; /* owned */
	size_t count, cap;
};

void session_list_free(char ***keys)
{
	for (char **k = *keys; k && *k; k++)
		free(*k);
	free(*keys);
	*keys = NULL;
}

static void list_free(struct list *l)
{
	session_list_free(&l->keys);
}

/* Takes the key over when it succeeds. */
static int list_add_key(struct list *l, char **key)
{
	if (l->count + 2 > l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 16;
		char **keys = reallocarray(l->keys, cap, sizeof(*keys));

		if (!keys)
			return -ENOMEM;
		l->keys = keys;
		l->cap = cap;
	}
	l->keys[l->count++] = TAKE_PTR(*key);
	l->keys[l->count] = NULL;
	return 0;
}

static int list_add(struct list *l, const char *agent, const char *rest)
{
	autofree char *key = NULL;

	if (asprintf(&key, "agent:%s:%s", agent, rest) < 0) {
		key = NULL;
		return -ENOMEM;
	}
	return list_add_key(l, &key);
}

/* What cannot stand in a session key names no session. */
static bool names_a_session(const struct config *c, const char *rest)
{
	struct session_key k autodestroy(session_key_clear) = {0};
	struct err ignored;

	return !session_key_parse(c, rest, &k, &ignored);
}

static int add_groups(struct list *l, const struct config *c, const char *agent,
		      const char *channel, const struct entries *groups)
{
	const struct group_settings *items = groups->items;
	int r = 0;

	for (size_t i = 0; i < groups->count && !r; i++) {
		struct peer peer = {.agent = agent,
				    .channel = channel,
				    .kind = "group",
				    .id = items[i].entry.name};
		autofree char *key = NULL, *name = text_trimmed(items[i].entry.name);

		if (!name)
			return -ENOMEM;
		if (!*name || !strcmp(name, "*")) /* every group, which names none */
			continue;
		key = peer_key_make(c, &peer);
		if (!key)
			return -ENOMEM;
		if (names_a_session(c, key))
			r = list_add_key(l, &key);
	}
	return r;
}

static int add_channels(struct list *l, const struct config *c, const char *agent)
{
	const struct channel_settings *channels = c->channels.items;
	int r = 0;

	for (size_t i = 0; i < c->channels.count && !r; i++) {
		const struct account_settings *accounts = channels[i].accounts.items;
		const char *name = channels[i].entry.name;

		r = add_groups(l, c, agent, name, &channels[i].groups);
		for (size_t a = 0; a < channels[i].accounts.count && !r; a++)
			r = add_groups(l, c, agent, name, &accounts[a].groups);
	}
	return r;
}

static int add_agent(struct list *l, const struct config *c, const char *agent, bool is_default)
{
	size_t before;
	int r = list_add(l, agent, "main");

	before = l->count;
	if (!r && is_default)
		r = add_channels(l, c, agent);
	if (!r && l->count == before)
		r = list_add(l, agent, "group");
	return r;
}

struct placed_key {
	char *key;
	size_t place;
};

static int by_key_and_place(const void *a, const void *b)
{
	const struct placed_key *x = a, *y = b;
	int r = strcmp(x->key, y->key);

	return r ? r : (x->place > y->place) - (x->place < y->place);
}

/* Two accounts of a channel may be in the same group. */
static int list_unique(struct list *l)
{
	autofree struct placed_key *sorted = calloc(l->count + 1, sizeof(*sorted));
	size_t kept = 0;

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < l->count; i++)
		sorted[i] = (struct placed_key){.key = l->keys[i], .place = i};
	qsort(sorted, l->count, sizeof(*sorted), by_key_and_place);
	for (size_t i = l->count; i-- > 1;)
		if (!strcmp(sorted[i].key, sorted[i - 1].key)) {
			free(sorted[i].key);
			l->keys[sorted[i].place] = NULL;
		}
	for (size_t i = 0; i < l->count; i++)
		if (l->keys[i])
			l->keys[kept++] = l->keys[i];
	l->keys[kept] = NULL;
	l->count = kept;
	return 0;
}

int policy_list_sessions(const struct config *c, char ***ret_keys, size_t *ret_count,
			 struct err *err)
{
	const struct agent_settings *agents = c->agents.items;
	const char *chosen = agent_default_id(c);
	struct list l autodestroy(list_free) = {0};
	int r = c->agents.count ? 0 : add_agent(&l, c, "main", true);

	for (size_t i = 0; i < c->agents.count && !r; i++)
		r = add_agent(&l, c, agents[i].entry.name, agents[i].entry.name == chosen);
	if (!r)
		r = list_unique(&l);
	if (r)
		return err_set(err, ENOMEM, "out of memory");
	*ret_keys = TAKE_PTR(l.keys);
	*ret_count = l.count;
	return 0;
}
