// SPDX-License-Identifier: GPL-2.0-only
/* Whose session is it, which kind, and is it the agent's main one? */
#include "policy/session_key.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "config/schema.h"
#include "policy/dialect.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/utf8.h"

#define HEAD     "agent:"
#define KEY_FORM "write agent:<agent>:<rest>, for example agent:main:telegram:group:-100123"

static const char *const kind_names[] = {
	[SESSION_MAIN] = "main",       [SESSION_DIRECT] = "direct", [SESSION_GROUP] = "group",
	[SESSION_CHANNEL] = "channel", [SESSION_CRON] = "cron",     [SESSION_SUBAGENT] = "subagent",
	[SESSION_HOOK] = "hook",       [SESSION_OTHER] = "other",
};

const char *session_kind_name(enum session_kind kind)
{
	return kind_names[kind];
}

void session_key_clear(struct session_key *k)
{
	free(k->text);
	free(k->agent);
	free(k->channel);
	free(k->peer);
	*k = (struct session_key){0};
}

const char *agent_default_id(const struct config *c)
{
	const struct agent_settings *agents = c->agents.items;

	for (size_t i = 0; i < c->agents.count; i++)
		if (agents[i].is_default.key && agents[i].is_default.flag)
			return agents[i].entry.name;
	return c->agents.count ? agents[0].entry.name : "main";
}

static int malformed(const char *text, size_t len, const char *why, struct err *err)
{
	autobuf struct buf shown = {0};

	utf8_quote(&shown, text, len, 80);
	err_set(err, EINVAL, "malformed session key %s: %s", shown.data ? shown.data : "", why);
	return err_fix(err, "%s", KEY_FORM);
}

/* What no key may be, whatever its grammar: it goes into maps, logs and terminals. */
static int check_bytes(const char *text, size_t len, struct err *err)
{
	unsigned int c;

	if (!len)
		return malformed(text, len, "it is empty", err);
	if (len > SESSION_KEY_MAX)
		return malformed(text, len, "it has more than 255 bytes", err);
	for (size_t i = 0; i < len;) {
		int n = utf8_decode(text + i, len - i, &c);

		if (!n)
			return malformed(text, len, "it is not UTF-8", err);
		if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029)
			return malformed(text, len, "it holds a control character", err);
		i += (size_t)n;
	}
	return 0;
}

/* Cuts off the last :thread:<id> or :topic:<id>. */
static size_t without_thread(const char *rest)
{
	static const char *const marks[] = {":thread:", ":topic:"};
	size_t cut = strlen(rest);

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		const char *last = NULL;

		for (const char *p = rest; (p = strstr(p, marks[i])); p++)
			last = p;
		if (last && (size_t)(last - rest) < cut)
			cut = (size_t)(last - rest);
	}
	return cut;
}

static bool word_is(const char *word, size_t len, const char *name)
{
	return strlen(name) == len && !strncasecmp(word, name, len);
}

/* What stands in the middle of <channel>:<word>:<id>. SESSION_OTHER: nothing that is known. */
static enum session_kind peer_kind(const char *word, size_t len)
{
	if (word_is(word, len, "group"))
		return SESSION_GROUP;
	if (word_is(word, len, "channel"))
		return SESSION_CHANNEL;
	if (word_is(word, len, "direct") || word_is(word, len, "dm"))
		return SESSION_DIRECT;
	return SESSION_OTHER;
}

static const struct {
	const char *word;
	enum session_kind kind;
} first_words[] = {
	{"main", SESSION_MAIN}, {"subagent", SESSION_SUBAGENT}, {"cron", SESSION_CRON},
	{"hook", SESSION_HOOK}, {"direct", SESSION_DIRECT},     {"dm", SESSION_DIRECT},
};

/* Reads <rest>, up to its thread, into kind, channel and peer. */
static int read_rest(struct session_key *k)
{
	size_t len = without_thread(k->rest), first = strcspn(k->rest, ":"), second;
	const char *word, *peer;

	k->thread = len < strlen(k->rest);
	k->kind = SESSION_OTHER;
	if (first > len)
		first = len;
	for (size_t i = 0; i < ARRAY_SIZE(first_words); i++)
		if (word_is(k->rest, first, first_words[i].word))
			k->kind = first_words[i].kind;
	if (k->kind == SESSION_MAIN && first < len)
		k->kind = SESSION_OTHER;
	if (k->kind != SESSION_OTHER || first >= len)
		return 0;
	word = k->rest + first + 1;
	second = strcspn(word, ":");
	if (peer_kind(word, second) == SESSION_OTHER && word[second] == ':') {
		word += second + 1; /* <channel>:<account>:direct:<peer> */
		second = strcspn(word, ":");
	}
	peer = word + second + 1;
	if (word[second] != ':' || peer >= k->rest + len)
		return 0;
	k->kind = peer_kind(word, second);
	if (k->kind == SESSION_OTHER)
		return 0;
	k->channel = strndup(k->rest, first);
	k->peer = strndup(peer, (size_t)(k->rest + len - peer));
	return k->channel && k->peer ? 0 : -ENOMEM;
}

/* Takes agent and rest from a key with a head. */
static int read_head(const char *text, size_t len, struct session_key *k, struct err *err)
{
	const char *id = text + strlen(HEAD), *colon = memchr(id, ':', len - strlen(HEAD));

	if (!colon || colon == text + len - 1)
		return malformed(text, len, "nothing follows the agent", err);
	if (colon == id)
		return malformed(text, len, "the agent's id is empty", err);
	if (colon[1] == ':')
		return malformed(text, len, "a part of it is empty", err);
	k->agent = agent_id_normalize(id, (size_t)(colon - id));
	k->text = strndup(text, len);
	if (!k->agent || !k->text)
		return err_set(err, ENOMEM, "out of memory");
	k->rest = k->text + (colon + 1 - text);
	return 0;
}

/* A key without a head belongs to the default agent. */
static int read_bare(const struct config *c, const char *text, size_t len, struct session_key *k,
		     struct err *err)
{
	autobuf struct buf b = {0};

	if (text[0] == ':')
		return malformed(text, len, "a part of it is empty", err);
	if (len == strlen(HEAD) - 1 && !strncasecmp(text, HEAD, len))
		return malformed(text, len, "nothing follows the head", err);
	k->agent = strdup(agent_default_id(c));
	if (!k->agent)
		return err_set(err, ENOMEM, "out of memory");
	buf_printf(&b, HEAD "%s:", k->agent);
	buf_add(&b, text, len);
	k->text = buf_take(&b);
	if (!k->text)
		return err_set(err, ENOMEM, "out of memory");
	if (strlen(k->text) > SESSION_KEY_MAX)
		return malformed(text, len, "with its agent it has more than 255 bytes", err);
	k->rest = k->text + strlen(HEAD) + strlen(k->agent) + 1;
	return 0;
}

static bool is_global(const struct config *c)
{
	return c->session.scope.key && c->session.scope.word == SESSION_GLOBAL;
}

char *main_session_key(const struct config *c, const char *agent)
{
	char *key = NULL;

	if (is_global(c) && (dialect_of(c)->flags & DIALECT_PRODUCT))
		return strdup("global");
	return asprintf(&key, HEAD "%s:main", agent) < 0 ? NULL : key;
}

/* Empty parts do not count; two others must follow the word, which is in lower case. */
static int split_loose(const char *text, size_t len, char **ret_agent, const char **ret_rest)
{
	const char *parts[3] = {0}, *end = text + len;
	size_t lens[3] = {0}, n = 0;

	for (const char *p = text; p < end && n < 3; p++) {
		size_t part;

		if (*p == ':')
			continue;
		part = strcspn(p, ":");
		if (part > (size_t)(end - p))
			part = (size_t)(end - p);
		parts[n] = p;
		lens[n++] = part;
		p += part - 1;
	}
	if (n < 3 || lens[0] != 5 || strncmp(parts[0], "agent", 5))
		return 0;
	*ret_agent = agent_id_normalize(parts[1], lens[1]);
	*ret_rest = parts[2];
	return *ret_agent ? 0 : -ENOMEM;
}

int session_key_split(const struct config *c, const char *text, size_t len, char **ret_agent,
		      const char **ret_rest, struct err *err)
{
	struct session_key k autodestroy(session_key_clear) = {0};
	int r;

	*ret_agent = NULL;
	*ret_rest = NULL;
	if (dialect_of(c)->flags & DIALECT_LOOSE_KEYS)
		return split_loose(text, len, ret_agent, ret_rest)
			       ? err_set(err, ENOMEM, "out of memory")
			       : 0;
	if (len < strlen(HEAD) || strncasecmp(text, HEAD, strlen(HEAD)))
		return 0;
	r = read_head(text, len, &k, err);
	if (r)
		return r;
	*ret_rest = text + (k.rest - k.text);
	*ret_agent = TAKE_PTR(k.agent);
	return 0;
}

/* A key as a product reads it: its text stays what it is. */
static int read_product(const struct config *c, const char *text, size_t len, struct session_key *k,
			struct err *err)
{
	const char *rest;
	int r = session_key_split(c, text, len, &k->agent, &rest, err);

	if (r)
		return r;
	if (!k->agent)
		k->agent = strdup(agent_default_id(c));
	k->text = strndup(text, len);
	if (!k->text || !k->agent)
		return err_set(err, ENOMEM, "out of memory");
	k->rest = k->text + (rest ? rest - text : 0);
	return 0;
}

/* The names that the gateway takes for the main session, letter by letter. */
static bool is_main_of_product(const struct config *c, const struct session_key *k)
{
	autofree char *own = NULL;

	if (!strcmp(k->text, "main") || (is_global(c) && !strcmp(k->text, "global")))
		return true;
	if (asprintf(&own, HEAD "%s:main", k->agent) < 0)
		return false;
	return !strcmp(k->text, own);
}

/* Only the exact spelling is the main session: the programs themselves compare it so. */
static bool is_main(const struct config *c, const struct session_key *k)
{
	size_t agent = strlen(k->agent);
	bool global = is_global(c);

	if (dialect_of(c)->flags & DIALECT_PRODUCT)
		return is_main_of_product(c, k);
	if (strncmp(k->text, HEAD, strlen(HEAD)) ||
	    strncmp(k->text + strlen(HEAD), k->agent, agent) ||
	    k->rest != k->text + strlen(HEAD) + agent + 1)
		return false;
	return !strcmp(k->rest, "main") || (global && !strcmp(k->rest, "global"));
}

int session_key_parse(const struct config *c, const char *text, struct session_key *ret,
		      struct err *err)
{
	struct session_key k autodestroy(session_key_clear) = {0};
	size_t len = strlen(text);
	int r;

	while (len && isspace((unsigned char)*text))
		text++, len--;
	while (len && isspace((unsigned char)text[len - 1]))
		len--;
	r = check_bytes(text, len, err);
	if (r)
		return r;
	if (dialect_of(c)->flags & DIALECT_PRODUCT)
		r = read_product(c, text, len, &k, err);
	else if (len >= strlen(HEAD) && !strncasecmp(text, HEAD, strlen(HEAD)))
		r = read_head(text, len, &k, err);
	else
		r = read_bare(c, text, len, &k, err);
	if (r)
		return r;
	if (read_rest(&k))
		return err_set(err, ENOMEM, "out of memory");
	k.main = is_main(c, &k);
	*ret = k;
	k = (struct session_key){0};
	return 0;
}
