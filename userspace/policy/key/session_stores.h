/* SPDX-License-Identifier: GPL-2.0-only */
/* The stores of sessions that are read: once for all who ask, or for each anew. */
#ifndef CLAWBPF_POLICY_SESSION_STORES_H
#define CLAWBPF_POLICY_SESSION_STORES_H

#include <sys/types.h>

#include "config/config.h"
#include "config/node.h"
#include "policy/key/session_database.h"

/*
 * From here to the end a store that is a file is read once, and a database has one reader. For who
 * asks about many sessions at a time; whoever keeps the config for long ends it. Without memory
 * nothing stays.
 */
void session_stores_begin(struct config *c);
void session_stores_end(struct config *c);

/* Borrowed, until the next one is asked for. *ret_own: the caller's, when nothing stays. NULL: out
 * of memory. */
struct session_database *session_stores_database(const struct config *c, const char *path,
						 uid_t owner, struct session_database **ret_own);
/* The same of a JSON file, an object. *ret NULL: there is none. */
int session_stores_file(const struct config *c, const char *path, uid_t owner,
			struct node **ret_own, const struct node **ret, struct err *err);

#endif
