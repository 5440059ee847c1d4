// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which agent and which session does a product's own `sandbox explain` mean by its arguments?
 *
 * The older one does not look at the session as its gateway would: it knows no other names of the
 * main session, and no session.scope.
 */
#include "policy/key/asked.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/key/runtime.h"
#include "policy/key/session_key.h"
#include "policy/key/session_store.h"
#include "util/cleanup.h"

static int out_of_memory(struct err *err)
{
	return err_set(err, ENOMEM, "out of memory");
}

void asked_clear(struct asked *a)
{
	free(a->agent);
	free(a->key);
	free(a->main_key);
	free(a->channel);
	*a = (struct asked){0};
}

static char *trimmed(const char *text)
{
	size_t len = strlen(text);

	while (len && isspace((unsigned char)*text))
		text++, len--;
	while (len && isspace((unsigned char)text[len - 1]))
		len--;
	return strndup(text, len);
}

static bool is_strict(const struct config *c)
{
	return dialect_of(c)->flags & DIALECT_EXPLAIN_AS_RUN;
}

/* Several agents, and none of them is marked: nobody owns what names no agent. */
static bool has_no_owner(const struct config *c)
{
	const struct agent_settings *agents = c->agents.items;

	for (size_t i = 0; i < c->agents.count; i++)
		if (agents[i].is_default.key && agents[i].is_default.flag)
			return false;
	return c->agents.count > 1;
}

static int named_agent(const struct config *c, const char *agent, struct asked *a, struct err *err)
{
	a->agent = agent_id_normalize(agent, strlen(agent));
	if (!a->agent)
		return out_of_memory(err);
	if (!is_strict(c) || config_find_agent(c, a->agent) ||
	    (!c->agents.count && !strcmp(a->agent, "main")))
		return 0;
	return err_set(
		err, EINVAL,
		"Unknown agent id \"%s\". Run openclaw agents list to see configured agents.",
		a->agent);
}

/* Of a session without a head the older one says "main", whoever is the default agent. */
static int agent_of_session(const struct config *c, const char *session, char **ret,
			    struct err *err)
{
	autofree char *agent = NULL, *rest = NULL;
	int r = session_key_split(c, session, strlen(session), &agent, &rest, err);

	if (r)
		return r;
	if (agent) {
		*ret = agent_id_normalize(agent, strlen(agent));
		return *ret ? 0 : out_of_memory(err);
	}
	if (!is_strict(c)) {
		*ret = strdup("main");
		return *ret ? 0 : out_of_memory(err);
	}
	if (strchr(session, ':'))
		return err_set(err, EINVAL,
			       "Malformed agent session key; refusing default-agent resolution.");
	return 0;
}

static int choose_agent(const struct config *c, const char *agent, const char *session,
			struct asked *a, struct err *err)
{
	autofree char *of_session = NULL;
	int r = 0;

	if (agent && !*agent && is_strict(c))
		return err_set(err, EINVAL, "--agent must not be blank");
	if (*session)
		r = agent_of_session(c, session, &of_session, err);
	if (!r && agent && *agent)
		r = named_agent(c, agent, a, err);
	if (r)
		return r;
	if (a->agent && of_session && is_strict(c) && strcmp(a->agent, of_session) != 0)
		return err_set(err, EINVAL,
			       "Sandbox explain agent \"%s\" does not match session agent \"%s\".",
			       a->agent, of_session);
	if (a->agent)
		return 0;
	if (!of_session && is_strict(c) && has_no_owner(c))
		return err_set(
			err, EINVAL,
			"Multiple agents are configured, but session agent resolution has "
			"no explicit owner. Pass an agentId, an agent-scoped session key, or "
			"a prepared fallbackAgentId.");
	a->agent = of_session ? TAKE_PTR(of_session) : strdup(agent_default_id(c));
	return a->agent ? 0 : out_of_memory(err);
}

static int make_keys(const struct config *c, const char *session, struct asked *a, struct err *err)
{
	autofree char *own = NULL;

	if (asprintf(&own, "agent:%s:main", a->agent) < 0) {
		own = NULL;
		return out_of_memory(err);
	}
	if (!*session)
		a->key = strdup(own);
	else if (strchr(session, ':') || !strcmp(session, "global"))
		a->key = strdup(session);
	else if (asprintf(&a->key, "agent:%s:%s", a->agent, session) < 0)
		a->key = NULL;
	for (char *p = a->key; p && *session && !strchr(session, ':') && *p; p++)
		*p = (char)tolower((unsigned char)*p);
	a->main_key = is_strict(c) ? main_session_key(c, a->agent) : strdup(own);
	if (!a->key || !a->main_key)
		return out_of_memory(err);
	a->main = !strcmp(a->key, own);
	if (is_strict(c)) {
		struct runtime run autodestroy(runtime_clear) = {0};
		int r = runtime_resolve(c, a->key, &run, err);

		if (r)
			return r;
		a->main = run.main;
	}
	return 0;
}

/* --- channels ------------------------------------------------------------------------------- */

static const char *const store_fields[] = {"lastChannel", "channel", "lastProvider", "provider"};

/* Without the gateway's plugins the programs know one channel only. */
static bool channel_is_known(const struct config *c, const char *name)
{
	return !strcmp(name, "webchat") ||
	       (c->eager_channels &&
		entries_find(&c->channels, name, sizeof(struct channel_settings)));
}

/* In lower case, when it is a channel that is known. Owned. */
static char *known_channel(const struct config *c, const char *text, size_t len)
{
	autofree char *copy = strndup(text, len), *name = copy ? trimmed(copy) : NULL;

	for (char *p = name; p && *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return name && channel_is_known(c, name) ? TAKE_PTR(name) : NULL;
}

/* What the gateway last wrote down of the session. A store that cannot be read has nothing. */
static char *channel_of_store(const struct config *c, const struct asked *a)
{
	struct session_key key autodestroy(session_key_clear) = {0};
	struct stored_session s autodestroy(session_stored_clear) = {0};
	const char *channel = NULL;
	struct err ignored;

	if (session_key_parse(c, a->key, &key, &ignored) ||
	    session_stored_read(c, &key, &s, &ignored))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(store_fields) && !channel; i++)
		channel = session_stored_text(&s, store_fields[i]);
	return channel ? known_channel(c, channel, strlen(channel)) : NULL;
}

/* Of a key without a head nothing is known. */
static char *channel_of_key(const struct config *c, const struct asked *a)
{
	autofree char *agent = NULL, *rest = NULL;
	struct err ignored;
	const char *body;

	session_key_split(c, a->key, strlen(a->key), &agent, &rest, &ignored);
	if (!agent || !rest)
		return NULL;
	body = rest + strspn(rest, ":");
	return known_channel(c, body, strcspn(body, ":"));
}

int asked_resolve(const struct config *c, const char *agent, const char *session, struct asked *ret,
		  struct err *err)
{
	struct asked a autodestroy(asked_clear) = {0};
	autofree char *wanted = agent ? trimmed(agent) : NULL;
	autofree char *key = trimmed(session ? session : "");
	int r;

	if (!key || (agent && !wanted))
		return out_of_memory(err);
	r = choose_agent(c, wanted, key, &a, err);
	if (!r)
		r = make_keys(c, key, &a, err);
	if (r)
		return r;
	a.settings = config_find_agent(c, a.agent);
	a.channel = channel_of_store(c, &a);
	if (!a.channel)
		a.channel = channel_of_key(c, &a);
	*ret = a;
	a = (struct asked){0};
	return 0;
}
