/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sessions that are registered: by number, and by key. However many there are, finding and
 * adding one takes the same.
 */
#ifndef CLAWBPF_KERNEL_SESSIONS_H
#define CLAWBPF_KERNEL_SESSIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/kernel.h"

/* -ENOENT: no session of that id, of that key. */
int session_read(const struct kernel *k, u32 id, struct session *ret, struct err *err);
/* Is there one of this key, and has it this number? */
bool session_has_number(const struct kernel *k, u32 id, const char *key);
int session_find(const struct kernel *k, const char *key, u32 *ret_id, struct session *ret,
		 struct err *err);
/*
 * Ids go from 1 to SESSIONS_MAX; the next free one is taken, so that the number of one that is gone
 * comes back as late as can be. -ENOSPC: the map is full.
 */
int session_add(struct kernel *k, const struct session *session, u32 *ret_id, struct err *err);
int session_remove(struct kernel *k, u32 id, struct err *err);
/*
 * It is gone for all but session_read: events that wait in the ring have its number, and
 * session_add takes it for the same key alone. Whoever has emptied the ring removes those that were
 * gone before.
 */
int session_retire(struct kernel *k, u32 id, struct err *err);
void session_remove_retired(struct kernel *k, u32 id);
size_t session_retired(const struct kernel *k, u32 *ret_ids, size_t room);
/* What was executed and refused in it. */
int session_counts_read(const struct kernel *k, u32 id, struct session_counts *ret,
			struct err *err);
/* The id behind `id`; false after the last. Start with NULL. */
bool session_next(const struct kernel *k, const u32 *id, u32 *ret_next);

#endif
