// SPDX-License-Identifier: GPL-2.0-only
/*
 * Under which key does a product keep the session of a chat?
 *
 * By default every direct chat is the agent's main session; session.dmScope gives people sessions
 * of their own, and session.identityLinks makes one of several ids of a person.
 */
#include "policy/key/peer_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/schema.h"
#include "policy/dialect/dialect.h"
#include "policy/key/session_key.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/fold.h"

static bool keeps_case(const struct config *c, const char *channel, const char *kind)
{
	bool group = !strcmp(kind, "group");

	if (!(dialect_of(c)->flags & DIALECT_OPAQUE_IDS))
		return !(dialect_of(c)->flags & DIALECT_PRODUCT);
	return (group && !strcmp(channel, "signal")) ||
	       ((group || !strcmp(kind, "channel")) && !strcmp(channel, "matrix"));
}

/* "unknown" for nothing. */
static char *named(char *text)
{
	if (text && !*text) {
		free(text);
		return strdup("unknown");
	}
	return text;
}

/* The name that a person goes by, when one of the ids under it is the chat's. */
static const char *linked_name(const struct config *c, const char *channel, const char *id)
{
	const struct list_entry *links = c->session.identity_links.items;
	autofree char *bare = text_fold(id), *scoped = NULL;

	if (!bare || !*bare || asprintf(&scoped, "%s:%s", channel, bare) < 0)
		return NULL;
	for (size_t i = 0; i < c->session.identity_links.count; i++)
		for (size_t n = 0; n < links[i].list.count; n++) {
			autofree char *one = text_fold(links[i].list.items[n].text);
			autofree char *name = text_trimmed(links[i].entry.name);

			if (one && name && *name && *one &&
			    (!strcmp(one, bare) || (*channel && !strcmp(one, scoped))))
				return links[i].entry.name;
		}
	return NULL;
}

/* An account's id has the form of an agent's, but another name when there is none. */
static char *account_name(const char *account)
{
	autofree char *id = text_trimmed(account);
	char *name = id && *id ? agent_id_normalize(id, strlen(id)) : strdup("default");

	if (name && id && *id && !strcmp(name, "main") && strcasecmp(id, "main") != 0) {
		free(name);
		return strdup("default");
	}
	return name;
}

static int direct_scope(const struct config *c)
{
	int scope = c->session.dm_scope.key ? c->session.dm_scope.word : DM_MAIN;
	bool accounts = !(dialect_of(c)->flags & DIALECT_LOOSE_KEYS);

	return scope == DM_PER_ACCOUNT_CHANNEL_PEER && !accounts ? DM_MAIN : scope;
}

static char *direct_key(const struct config *c, const struct peer *p, const char *agent,
			const char *channel)
{
	int scope = direct_scope(c);
	const char *word = dialect_of(c)->direct_word;
	const char *name = scope == DM_MAIN ? NULL : linked_name(c, channel, p->id);
	autofree char *id = text_fold(name ? name : p->id), *account = account_name(p->account);
	const char *shown = *channel ? channel : "unknown";
	char *key = NULL;
	int n = -1;

	if (!id || !account)
		return NULL;
	if (scope == DM_MAIN || !*id)
		n = asprintf(&key, "agent:%s:%s", agent, c->main_key);
	else if (scope == DM_PER_PEER)
		n = asprintf(&key, "agent:%s:%s:%s", agent, word, id);
	else if (scope == DM_PER_CHANNEL_PEER)
		n = asprintf(&key, "agent:%s:%s:%s:%s", agent, shown, word, id);
	else
		n = asprintf(&key, "agent:%s:%s:%s:%s:%s", agent, shown, account, word, id);
	return n < 0 ? NULL : key;
}

char *peer_key_make(const struct config *c, const struct peer *p)
{
	const char *direct = dialect_of(c)->direct_word, *kind = p->kind ? p->kind : direct;
	autofree char *agent = agent_id_normalize(p->agent, strlen(p->agent));
	autofree char *channel = text_fold(p->channel), *id = NULL;
	char *key = NULL;

	if (!agent || !channel)
		return NULL;
	if (!strcmp(kind, direct))
		return direct_key(c, p, agent, channel);
	id = named(keeps_case(c, channel, kind) ? text_trimmed(p->id) : text_fold(p->id));
	if (!id || asprintf(&key, "agent:%s:%s:%s:%s", agent, *channel ? channel : "unknown", kind,
			    id) < 0)
		return NULL;
	return key;
}

/* --- the normal form of a key --------------------------------------------------------------- */

static bool begins(const char *text, const char *word)
{
	return !strncasecmp(text, word, strlen(word));
}

/* Behind all heads: agents can be nested. */
static const char *behind_heads(const char *text)
{
	const char *p = text, *colon;

	while (begins(p, "agent:") && (colon = strchr(p + strlen("agent:"), ':')))
		p = colon + 1;
	while (p != text && *p == ':')
		p++;
	return p;
}

/* Where the id of a Matrix room begins; NULL: it is none. */
static const char *matrix_room(const char *text)
{
	static const char *const words[] = {"matrix:channel:", "matrix:group:"};
	const char *body = behind_heads(text);

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (begins(body, words[i]) && body[strlen(words[i])])
			return body + strlen(words[i]);
	return NULL;
}

static bool add_lower(struct buf *b, const char *text, size_t len)
{
	autofree char *lower = text_lower(text, len);

	if (lower)
		buf_puts(b, lower);
	return lower != NULL;
}

/* The room as it is; of its thread's mark, which is ours, the lower case. */
static bool add_room(struct buf *b, const char *room)
{
	static const char mark[] = ":thread:";
	const char *last = NULL;

	for (const char *p = room; *p; p++)
		if (begins(p, mark))
			last = p;
	if (!last) {
		buf_puts(b, room);
		return true;
	}
	buf_add(b, room, (size_t)(last - room));
	buf_printf(b, "%s%s", mark, last + strlen(mark));
	return true;
}

static bool fold_signal(struct buf *b, const char *text)
{
	static const char word[] = "signal:group:";
	const char *from = text;

	for (const char *p = text; *p; p++) {
		const char *id = p + strlen(word);
		size_t len;

		if (!begins(p, word) || (p != text && p[-1] != ':'))
			continue;
		len = strcspn(id, ":");
		if (!len)
			continue;
		if (!add_lower(b, from, (size_t)(id - from)))
			return false;
		from = id + len;
		text_trim(&id, &len);
		buf_add(b, id, len);
		p = from - 1;
	}
	return add_lower(b, from, strlen(from));
}

char *session_key_fold(const struct config *c, const char *text)
{
	autofree char *key = text_trimmed(text);
	autobuf struct buf b = {0};
	const char *room;

	if (!key || !(dialect_of(c)->flags & DIALECT_OPAQUE_IDS))
		return TAKE_PTR(key);
	room = matrix_room(key);
	buf_puts(&b, "");
	if (room ? !add_lower(&b, key, (size_t)(room - key)) || !add_room(&b, room)
		 : !fold_signal(&b, key))
		return NULL;
	return buf_take(&b);
}
