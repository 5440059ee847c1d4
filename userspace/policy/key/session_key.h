/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Session keys: agent:<agent>:<rest>. What a key names, whose it is, and whether it is the agent's
 * main session.
 */
#ifndef CLAWBPF_POLICY_SESSION_KEY_H
#define CLAWBPF_POLICY_SESSION_KEY_H

#include <stdbool.h>

#include "config/config.h"

#define SESSION_KEY_MAX 255 /* bytes */

enum session_kind {
	SESSION_MAIN,
	SESSION_DIRECT,   /* <channel>:direct:<peer>, direct:<peer>; "dm" is the older word */
	SESSION_GROUP,    /* <channel>:group:<id> */
	SESSION_CHANNEL,  /* <channel>:channel:<id> */
	SESSION_CRON,     /* cron:<job> */
	SESSION_SUBAGENT, /* subagent:<id> */
	SESSION_HOOK,     /* hook:<id> */
	SESSION_OTHER,
};

struct session_key {
	char *text;  /* owned: the whole key, with its agent */
	char *agent; /* owned: normalised id */
	char *rest;  /* owned: what stands behind the agent */
	enum session_kind kind;
	unsigned int depth; /* of a subagent: how often the key says so */
	bool bare;          /* a product's key that names no agent: it is the default agent's */
	bool main;          /* the agent's main session, by any of its names */
	bool thread;        /* ends in :thread:<id> or :topic:<id> */
	char *channel;      /* owned: "telegram"; NULL: none in the key */
	char *peer;         /* owned: the group, channel or person, without thread; NULL: none */
	/* Of a group, a channel, or a subagent whose key goes on like theirs. */
	bool grouped;
	bool grouped_in_product; /* the product itself reads it so */
};

/*
 * "agent:work:telegram:group:-100", or without the head for the default agent: "main",
 * "telegram:group:-100". Space around it is dropped; the head and the agent's id are compared
 * without case, all else is kept as it is: only the exact main key is the main session.
 */
int session_key_parse(const struct config *c, const char *text, struct session_key *ret,
		      struct err *err);
void session_key_clear(struct session_key *k);
/*
 * Is it one at all? By the text alone, as our own dialect has it: for whoever has no config to ask.
 */
int session_key_check(const char *text, struct err *err);
/*
 * `r`, an error that has nothing to do with the key; where the key is malformed, that comes first.
 */
int session_key_first(const char *text, int r, struct err *err);

/* The id of the default agent: the one marked so, else the first, else "main". Borrowed. */
const char *agent_default_id(const struct config *c);
/*
 * The same of a product's dialect, where a key without the head keeps its text and belongs to the
 * default agent. *ret_agent and *ret_rest (both owned) are what follows the head, as it is written;
 * NULL: there is no head. -EINVAL: it has a head and is malformed.
 */
int session_key_split(const struct config *c, const char *text, size_t len, char **ret_agent,
		      char **ret_rest, struct err *err);
/*
 * Reads what follows the head (k->rest) into all that depends on it: kind, channel, peer, thread.
 * -ENOMEM.
 */
int session_key_read_rest(const struct config *c, struct session_key *k);
/*
 * The key of the agent's main session; with session.scope "global" a product has one for all.
 * NULL: out of memory. Owned.
 */
char *main_session_key(const struct config *c, const char *agent);
/* "group", "subagent": for messages. */
const char *session_kind_name(enum session_kind kind);

#endif
