/* SPDX-License-Identifier: GPL-2.0-only */
/* What does openclaw's database say of a session? */
#ifndef CLAWBPF_POLICY_SESSION_DATABASE_H
#define CLAWBPF_POLICY_SESSION_DATABASE_H

#include <stddef.h>
#include <sys/types.h>

#include "util/err.h"

/* Opened when it is needed. */
#define SESSION_DATABASE_LIBRARY "libsqlite3.so.0"

/*
 * The entry of the session `key`, a JSON text with a NUL behind it, from the SQLite database
 * `path`. *ret stays NULL, and 0 is returned, when there is no database or no such session. It is
 * the caller's. The database and its folder have to belong to root, to the caller or to `owner`,
 * and nobody else may write them. It is read by a process of its own, as its owner when root asks,
 * and nothing is written beside it. Errors: it cannot be read or believed, or that takes too long.
 */
int session_database_read(const char *path, uid_t owner, const char *key, char **ret,
			  size_t *ret_len, struct err *err);

#endif
