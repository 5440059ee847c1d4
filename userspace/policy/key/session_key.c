// SPDX-License-Identifier: GPL-2.0-only
/* Whose session is it, which kind, and is it the agent's main one? */
#include "policy/key/session_key.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "config/schema.h"
#include "policy/dialect/dialect.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/fold.h"
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
	free(k->rest);
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

/* The agent and the rest of a key with a head, as they are written. */
static int split_strict(const char *text, size_t len, char **ret_agent, char **ret_rest,
			struct err *err)
{
	const char *id = text + strlen(HEAD), *colon = memchr(id, ':', len - strlen(HEAD));
	size_t id_len;

	if (!colon || colon == text + len - 1)
		return malformed(text, len, "nothing follows the agent", err);
	id_len = (size_t)(colon - id);
	text_trim(&id, &id_len);
	if (!id_len)
		return malformed(text, len, "the agent's id is empty", err);
	if (colon[1] == ':')
		return malformed(text, len, "a part of it is empty", err);
	*ret_agent = strndup(id, id_len);
	*ret_rest = strndup(colon + 1, (size_t)(text + len - colon - 1));
	return *ret_agent && *ret_rest ? 0 : err_set(err, ENOMEM, "out of memory");
}

static bool has_head(const char *text, size_t len)
{
	return len >= strlen(HEAD) && !strncasecmp(text, HEAD, strlen(HEAD));
}

static int read_head(const char *text, size_t len, struct session_key *k, struct err *err)
{
	autofree char *agent = NULL;
	int r = split_strict(text, len, &agent, &k->rest, err);

	if (r)
		return r;
	k->agent = agent_id_normalize(agent, strlen(agent));
	k->text = strndup(text, len);
	return k->agent && k->text ? 0 : err_set(err, ENOMEM, "out of memory");
}

static int check_bare(const char *text, size_t len, struct err *err)
{
	if (text[0] == ':')
		return malformed(text, len, "a part of it is empty", err);
	if (len == strlen(HEAD) - 1 && !strncasecmp(text, HEAD, len))
		return malformed(text, len, "nothing follows the head", err);
	return 0;
}

/* A key without a head belongs to the default agent. */
static int read_bare(const struct config *c, const char *text, size_t len, struct session_key *k,
		     struct err *err)
{
	autobuf struct buf b = {0};
	int r = check_bare(text, len, err);

	if (r)
		return r;
	k->agent = strdup(agent_default_id(c));
	if (!k->agent)
		return err_set(err, ENOMEM, "out of memory");
	buf_printf(&b, HEAD "%s:", k->agent);
	buf_add(&b, text, len);
	k->text = buf_take(&b);
	k->rest = strndup(text, len);
	if (!k->text || !k->rest)
		return err_set(err, ENOMEM, "out of memory");
	if (strlen(k->text) > SESSION_KEY_MAX)
		return malformed(text, len, "with its agent it has more than 255 bytes", err);
	return 0;
}

int session_key_check(const char *text, struct err *err)
{
	autofree char *agent = NULL, *rest = NULL;
	size_t len = strlen(text);
	int r;

	text_trim(&text, &len);
	r = check_bytes(text, len, err);
	if (r)
		return r;
	if (has_head(text, len))
		return split_strict(text, len, &agent, &rest, err);
	return check_bare(text, len, err);
}

int session_key_first(const char *text, int r, struct err *err)
{
	struct err own = {0};

	if (!r || !session_key_check(text, &own))
		return r;
	*err = own;
	return -own.code;
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
	return asprintf(&key, HEAD "%s:%s", agent, c->main_key) < 0 ? NULL : key;
}

/* Empty parts do not count; two others must follow the word, which is in lower case. */
static int split_loose(const char *text, size_t len, char **ret_agent, char **ret_rest)
{
	autobuf struct buf rest = {0};
	autofree char *agent = NULL;
	const char *end = text + len;
	size_t n = 0;

	for (const char *p = text; p < end; p++) {
		const char *colon = memchr(p, ':', (size_t)(end - p));
		size_t part = (size_t)((colon ? colon : end) - p);

		if (part && n == 0 && (part != 5 || strncmp(p, "agent", 5) != 0))
			return 0;
		if (part && n == 1) {
			const char *id = p;
			size_t id_len = part;

			text_trim(&id, &id_len);
			agent = strndup(id, id_len);
			if (!agent)
				return -ENOMEM;
		}
		if (part && n > 1) {
			buf_puts(&rest, n > 2 ? ":" : "");
			buf_add(&rest, p, part);
		}
		n += part > 0;
		p += part;
	}
	if (n < 3 || !*agent)
		return 0;
	*ret_rest = buf_take(&rest);
	*ret_agent = TAKE_PTR(agent);
	return *ret_rest ? 0 : -ENOMEM;
}

int session_key_split(const struct config *c, const char *text, size_t len, char **ret_agent,
		      char **ret_rest, struct err *err)
{
	*ret_agent = NULL;
	*ret_rest = NULL;
	if (dialect_of(c)->flags & DIALECT_LOOSE_KEYS)
		return split_loose(text, len, ret_agent, ret_rest)
			       ? err_set(err, ENOMEM, "out of memory")
			       : 0;
	return has_head(text, len) ? split_strict(text, len, ret_agent, ret_rest, err) : 0;
}

/*
 * A key as a product reads it: its text stays what it is. For the agent, the older one takes the
 * whole key in lower case first; `bare` is what it finds without.
 */
static int read_product(const struct config *c, const char *text, size_t len, struct session_key *k,
			struct err *err)
{
	autofree char *agent = NULL, *lower = text_lower(text, len), *rest = NULL;
	int r = session_key_split(c, text, len, &agent, &k->rest, err);

	if (r)
		return r;
	k->bare = !agent;
	if (lower && !agent)
		r = session_key_split(c, lower, strlen(lower), &agent, &rest, err);
	if (r)
		return r;
	k->agent = agent ? agent_id_normalize(agent, strlen(agent)) : strdup(agent_default_id(c));
	if (!k->rest)
		k->rest = rest ? TAKE_PTR(rest) : strndup(text, len);
	k->text = strndup(text, len);
	return lower && k->text && k->agent && k->rest ? 0 : err_set(err, ENOMEM, "out of memory");
}

static bool is_key_of(const char *text, const char *agent, const char *rest)
{
	size_t head = strlen(HEAD), len = strlen(agent);

	return !strncmp(text, HEAD, head) && !strncmp(text + head, agent, len) &&
	       text[head + len] == ':' && !strcmp(text + head + len + 1, rest);
}

/* The names that the gateway takes for the main session, letter by letter. */
static bool is_main_of_product(const struct config *c, const struct session_key *k)
{
	if (!strcmp(k->text, "main") || !strcmp(k->text, c->main_key) ||
	    (is_global(c) && !strcmp(k->text, "global")))
		return true;
	return is_key_of(k->text, k->agent, "main") || is_key_of(k->text, k->agent, c->main_key);
}

/* Only the exact spelling is the main session: the programs themselves compare it so. */
static bool is_main(const struct config *c, const struct session_key *k)
{
	if (dialect_of(c)->flags & DIALECT_PRODUCT)
		return is_main_of_product(c, k);
	return is_key_of(k->text, k->agent, "main") ||
	       (is_global(c) && is_key_of(k->text, k->agent, "global"));
}

int session_key_parse(const struct config *c, const char *text, struct session_key *ret,
		      struct err *err)
{
	struct session_key k autodestroy(session_key_clear) = {0};
	size_t len = strlen(text);
	int r;

	text_trim(&text, &len);
	r = check_bytes(text, len, err);
	if (r)
		return r;
	if (dialect_of(c)->flags & DIALECT_PRODUCT)
		r = read_product(c, text, len, &k, err);
	else if (has_head(text, len))
		r = read_head(text, len, &k, err);
	else
		r = read_bare(c, text, len, &k, err);
	if (r)
		return r;
	if (session_key_read_rest(c, &k))
		return err_set(err, ENOMEM, "out of memory");
	k.main = is_main(c, &k);
	*ret = k;
	k = (struct session_key){0};
	return 0;
}
