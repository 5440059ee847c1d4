/* SPDX-License-Identifier: GPL-2.0-only */
/* Who spawned a session, and what does it have from there? */
#ifndef CLAWBPF_POLICY_SESSION_SPAWN_H
#define CLAWBPF_POLICY_SESSION_SPAWN_H

#include "policy/key/session_store.h"

/* Has it what subagents have? Most have a key that says so, and of one program all. */
bool session_is_spawned(const struct config *c, const struct session_key *key,
			const struct stored_session *s);
/* How many spawned each other, up to this one. */
double session_spawn_depth(const struct config *c, const struct session_key *key,
			   const struct stored_session *s);
/* "inheritedToolDeny", "inheritedToolAllow": an array; NULL: it inherits none. Borrowed. */
const struct node *session_inherited(const struct config *c, const struct session_key *key,
				     const struct stored_session *s, const char *list);

/*
 * The group chat that a subagent comes from, by whoever spawned it and by whoever spawned that one:
 * ret->grouped is false when there is none. `stored` is what is noted of the subagent. An error: a
 * store cannot be read or believed.
 */
int session_spawner_find(const struct config *c, const struct session_key *subagent,
			 const struct stored_session *stored, struct session_key *ret,
			 struct err *err);

#endif
