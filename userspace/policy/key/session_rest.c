// SPDX-License-Identifier: GPL-2.0-only
/*
 * What follows the agent in a session key: "main", "cron:<job>", "telegram:group:<id>", ...
 *
 * Programs disagree about case, about topics, and about what a subagent's key may go on with. We
 * read it as widely as any of them, since a group's policy only takes away, and note whether the
 * program itself would have seen a group there.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "policy/dialect/dialect.h"
#include "policy/key/session_key.h"
#include "util/cleanup.h"

#define SUBAGENT "subagent:"

static const char *const thread_marks[] = {":thread:", ":topic:"};

/* Where the last mark of a thread begins; the end of the text: it has none. */
static size_t last_mark(const char *rest, const char *mark)
{
	size_t len = strlen(rest), n = strlen(mark);

	for (size_t i = len >= n ? len - n + 1 : 0; i-- > 0;)
		if (!strncasecmp(rest + i, mark, n))
			return i;
	return len;
}

/*
 * The length without the thread. One program cuts at the last mark, whichever it is; the other
 * knows threads only, and only those with an id.
 */
static size_t without_thread(const struct dialect *d, const char *rest)
{
	size_t len = strlen(rest), cut = len;

	if (d->flags & DIALECT_TOPIC_IN_GROUP) {
		cut = last_mark(rest, thread_marks[0]);
		return cut + strlen(thread_marks[0]) < len ? cut : len;
	}
	for (size_t i = 0; i < ARRAY_SIZE(thread_marks); i++) {
		size_t at = last_mark(rest, thread_marks[i]);

		if (at < len && (cut == len || at > cut))
			cut = at;
	}
	return cut;
}

static bool has_thread(const char *rest)
{
	for (size_t i = 0; i < ARRAY_SIZE(thread_marks); i++)
		if (last_mark(rest, thread_marks[i]) < strlen(rest))
			return true;
	return false;
}

static bool word_is(const char *word, size_t len, const char *name)
{
	return strlen(name) == len && !strncasecmp(word, name, len);
}

static const struct {
	const char *word;
	enum session_kind kind;
} peer_words[] = {
	{"group", SESSION_GROUP},
	{"channel", SESSION_CHANNEL},
	{"direct", SESSION_DIRECT},
	{"dm", SESSION_DIRECT},
};

/* What stands in the middle of <channel>:<word>:<id>. SESSION_OTHER: nothing that is known. */
static enum session_kind peer_kind(const char *word, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(peer_words); i++)
		if (word_is(word, len, peer_words[i].word))
			return peer_words[i].kind;
	return SESSION_OTHER;
}

/* The first word, and what follows its colon. */
static const struct {
	const char *word;
	enum session_kind kind;
} first_words[] = {
	{"subagent:", SESSION_SUBAGENT}, {"cron:", SESSION_CRON}, {"hook:", SESSION_HOOK},
	{"direct:", SESSION_DIRECT},     {"dm:", SESSION_DIRECT},
};

static enum session_kind first_kind(const char *rest, size_t len)
{
	if (word_is(rest, len, "main"))
		return SESSION_MAIN;
	for (size_t i = 0; i < ARRAY_SIZE(first_words); i++)
		if (!strncasecmp(rest, first_words[i].word, strlen(first_words[i].word)))
			return first_words[i].kind;
	return SESSION_OTHER;
}

/* <channel>:<word>:<id>, and <channel>:<account>:<word>:<id>. SESSION_OTHER: it is neither. */
static int read_conversation(struct session_key *k, const char *body, size_t len,
			     enum session_kind *ret)
{
	size_t first = strcspn(body, ":"), second;
	const char *word = body + first + 1, *peer;
	bool account = false;

	*ret = SESSION_OTHER;
	if (first >= len || !first)
		return 0;
	second = strcspn(word, ":");
	if (peer_kind(word, second) == SESSION_OTHER && word[second] == ':') {
		account = true;
		word += second + 1;
		second = strcspn(word, ":");
	}
	peer = word + second + 1;
	if (word[second] != ':' || peer >= body + len)
		return 0;
	*ret = peer_kind(word, second);
	if (*ret == SESSION_OTHER)
		return 0;
	k->channel = strndup(body, first);
	k->peer = strndup(peer, (size_t)(body + len - peer));
	k->grouped = *ret == SESSION_GROUP || *ret == SESSION_CHANNEL;
	k->grouped_in_product = k->grouped && !account;
	return k->channel && k->peer ? 0 : -ENOMEM;
}

/* One program compares the word with its case, the other only behind "subagent:". */
static bool is_spelled(const struct dialect *d, const struct session_key *k, const char *body)
{
	const char *word = body + strcspn(body, ":") + 1;

	if (!(d->flags & DIALECT_LOOSE_KEYS) && k->kind != SESSION_SUBAGENT)
		return true;
	return !strncmp(word, "group:", 6) || !strncmp(word, "channel:", 8);
}

static unsigned int count_subagents(const char *rest)
{
	const char *p = rest;
	unsigned int n = 0;

	while (p) {
		n += !strncasecmp(p, SUBAGENT, strlen(SUBAGENT));
		p = strchr(p, ':');
		if (p)
			p++;
	}
	return n;
}

int session_key_read_rest(const struct config *c, struct session_key *k)
{
	const struct dialect *d = dialect_of(c);
	size_t len = without_thread(d, k->rest);
	const char *body = k->rest;
	enum session_kind kind;
	int r;

	k->thread = has_thread(k->rest);
	k->depth = count_subagents(k->rest);
	k->kind = first_kind(k->rest, len);
	if (k->kind == SESSION_SUBAGENT) {
		body += strlen(SUBAGENT);
		len = len > strlen(SUBAGENT) ? len - strlen(SUBAGENT) : 0;
	} else if (k->kind == SESSION_DIRECT) { /* direct:<peer> */
		body += strcspn(body, ":") + 1;
		k->peer = strndup(body, (size_t)(k->rest + len - body));
		return k->peer ? 0 : -ENOMEM;
	} else if (k->kind != SESSION_OTHER) {
		return 0;
	}
	r = read_conversation(k, body, len, &kind);
	if (k->grouped_in_product)
		k->grouped_in_product = is_spelled(d, k, body);
	if (k->kind == SESSION_OTHER)
		k->kind = kind;
	return r;
}
