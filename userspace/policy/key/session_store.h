/* SPDX-License-Identifier: GPL-2.0-only */
/* What has a product's gateway written down of its sessions? */
#ifndef CLAWBPF_POLICY_SESSION_STORE_H
#define CLAWBPF_POLICY_SESSION_STORE_H

#include "config/node.h"
#include "policy/key/session_key.h"

/*
 * The agent's file of sessions, by key. *ret stays NULL, and 0 is returned, when there is none. An
 * error: there is one that cannot be read or believed. It has to belong to root, to the caller or
 * to whose the program's folder is, and nobody else may write it.
 */
int session_store_read(const struct config *c, const char *agent, struct node **ret,
		       struct err *err);

/*
 * The group chat that a subagent comes from, by whoever spawned it and by whoever spawned that one:
 * ret->grouped is false when there is none. An error: a store cannot be read or believed.
 */
int session_spawner_find(const struct config *c, const struct session_key *subagent,
			 struct session_key *ret, struct err *err);

#endif
