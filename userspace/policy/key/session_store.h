/* SPDX-License-Identifier: GPL-2.0-only */
/* What has a product's gateway written down of its sessions? */
#ifndef CLAWBPF_POLICY_SESSION_STORE_H
#define CLAWBPF_POLICY_SESSION_STORE_H

#include "config/node.h"
#include "policy/key/session_key.h"

/* What is noted of one session. */
struct stored_session {
	struct node *entry; /* owned; NULL: nothing */
	char *trouble;      /* owned: why the store cannot be read or believed; NULL: it can */
};

/*
 * Of the session `key`, in the store of its agent. A store has to belong to root, to the caller or
 * to whose the program's folder is, and nobody else may write it; one that is not there has
 * nothing. An error (-ENOMEM) is none of the store's: those are ret->trouble.
 */
int session_stored_read(const struct config *c, const struct session_key *key,
			struct stored_session *ret, struct err *err);
/* The same, of what its policy depends on: clawdbot's store says something of subagents alone. */
int session_stored_find(const struct config *c, const struct session_key *key,
			struct stored_session *ret, struct err *err);
/* May what its policy depends on be another thing by its next run? Without a store it may not. */
bool session_stored_changes(const struct config *c, const struct session_key *key);
void session_stored_clear(struct stored_session *s);
/* The text that stands there; NULL: none, or no text. Borrowed. */
const char *session_stored_text(const struct stored_session *s, const char *key);

/*
 * openclaw notes who has to have a sandbox, whatever the config says, and for whom it is switched
 * off; the programs before it know no such thing. A session of which that cannot be told has to. So
 * has one whose key says that it is the sandbox of such sessions.
 */
bool session_needs_sandbox(const struct config *c, const struct session_key *key,
			   const struct stored_session *s);
bool session_has_sandbox_off(const struct config *c, const struct stored_session *s);
/* The person who began the session, if the program knows one. Owned; NULL: none. */
char *session_profile(const struct stored_session *s);

#endif
