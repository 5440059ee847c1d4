/* SPDX-License-Identifier: GPL-2.0-only */
/* Under which key does a product keep the session of a chat? */
#ifndef CLAWBPF_POLICY_PEER_KEY_H
#define CLAWBPF_POLICY_PEER_KEY_H

#include "config/config.h"

/* A chat, as a channel reports it. agent may not be NULL; the rest may. */
struct peer {
	const char *agent;
	const char *channel; /* "telegram" */
	const char *account; /* of ours on that channel */
	const char *kind;    /* "group", "channel", "direct"; NULL: direct */
	const char *id;      /* of the group or of the person */
};

/*
 * By session.dmScope, session.identityLinks and the rules of the dialect. NULL: out of memory.
 * Owned.
 */
char *peer_key_make(const struct config *c, const struct peer *p);
/*
 * A key as the newer product writes it down: in lower case, but for the ids that have a case of
 * their own (Signal's groups, Matrix' rooms). Elsewhere it stays what it is. NULL: out of memory.
 */
char *session_key_fold(const struct config *c, const char *text);

#endif
