/* SPDX-License-Identifier: GPL-2.0-only */
/* What does openclaw's database say of a session? */
#ifndef CLAWBPF_POLICY_SESSION_DATABASE_H
#define CLAWBPF_POLICY_SESSION_DATABASE_H

#include <stddef.h>
#include <sys/types.h>

#include "util/err.h"

/* Opened when it is needed. */
#define SESSION_DATABASE_LIBRARY "libsqlite3.so.0"

/* A database, and who reads it, from the first question on. */
struct session_database;

/*
 * The SQLite database `path`. It and its folder have to belong to root, to the caller or to
 * `owner`, and nobody else may write them. It is read by a process of its own, as its owner when
 * root asks, and nothing is written beside it. NULL: out of memory.
 */
struct session_database *session_database_new(const char *path, uid_t owner);
void session_database_free(struct session_database **d);
#define autodatabase __attribute__((cleanup(session_database_free)))

/*
 * The entry of the session `key` as it is now, a JSON text with a NUL behind it. *ret stays NULL,
 * and 0 is returned, when there is no database or no such session. It is the caller's. Errors: it
 * cannot be read or believed, or that takes too long, which no later question tries again.
 */
int session_database_ask(struct session_database *d, const char *key, char **ret, size_t *ret_len,
			 struct err *err);

#endif
