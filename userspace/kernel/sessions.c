// SPDX-License-Identifier: GPL-2.0-only
/* Which sessions are registered? */
#include "kernel/sessions.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "kernel/maps.h"

int session_read(const struct kernel *k, u32 id, struct session *ret, struct err *err)
{
	if (bpf_map_lookup_elem(k->map[MAP_SESSIONS], &id, ret))
		return err_errno(err, errno, "the session number %u cannot be read", id);
	ret->key[sizeof(ret->key) - 1] = '\0';
	ret->agent[sizeof(ret->agent) - 1] = '\0';
	return 0;
}

int session_counts_read(const struct kernel *k, u32 id, struct session_counts *ret, struct err *err)
{
	if (bpf_map_lookup_elem(k->map[MAP_SESSION_COUNTS], &id, ret))
		return err_errno(err, errno, "the counts of session number %u cannot be read", id);
	return 0;
}

/* A session that is gone, but not from the events that wait in the ring: its number has a name. */
static bool session_is_retired(const struct session *s)
{
	return !s->created_ns;
}

bool session_next(const struct kernel *k, const u32 *id, u32 *ret_next)
{
	struct session session;
	u32 at;

	while (bpf_map_get_next_key(k->map[MAP_SESSIONS], id, ret_next) == 0) {
		if (bpf_map_lookup_elem(k->map[MAP_SESSIONS], ret_next, &session) ||
		    !session_is_retired(&session))
			return true; /* removed meanwhile: whoever reads it will see */
		at = *ret_next;
		id = &at;
	}
	return false;
}

bool session_has_number(const struct kernel *k, u32 id, const char *key)
{
	struct session session;
	struct err ignored;

	return id && !session_read(k, id, &session, &ignored) && !session_is_retired(&session) &&
	       !strcmp(session.key, key);
}

/* --- by key ------------------------------------------------------------------------------------
 */

/*
 * `session_ids` leads from keys to numbers. It is written behind `sessions`, and what it leads to
 * is looked at: whoever is killed in between leaves a session without a key, in which nobody is yet
 * and which is over therefore, or a key that leads to nothing.
 */
static struct session_name name_of(const char *key)
{
	struct session_name name = {0};

	memcpy(name.key, key, strnlen(key, sizeof(name.key) - 1));
	return name;
}

/* Also of one that is gone. */
static bool key_find(const struct kernel *k, const char *key, u32 *ret_id, struct session *ret)
{
	const struct session_name name = name_of(key);
	struct err ignored;
	u32 id;

	if (bpf_map_lookup_elem(k->map[MAP_SESSION_IDS], &name, &id) ||
	    session_read(k, id, ret, &ignored) || strcmp(ret->key, key) != 0)
		return false;
	*ret_id = id;
	return true;
}

int session_find(const struct kernel *k, const char *key, u32 *ret_id, struct session *ret,
		 struct err *err)
{
	u32 id;

	if (!key_find(k, key, &id, ret) || session_is_retired(ret))
		return err_set(err, ENOENT, "the session \"%s\" is not registered", key);
	*ret_id = id;
	return 0;
}

/* The key leads to this number no more. To another it may: then that one has been made meanwhile.
 */
static void key_remove(struct kernel *k, const char *key, u32 id)
{
	const struct session_name name = name_of(key);
	u32 found;

	if (!bpf_map_lookup_and_delete_elem(k->map[MAP_SESSION_IDS], &name, &found) && found != id)
		bpf_map_update_elem(k->map[MAP_SESSION_IDS], &name, &found, BPF_NOEXIST);
}

static int no_room(struct err *err)
{
	err_set(err, ENOSPC, "%u sessions are registered, and more there cannot be", SESSIONS_MAX);
	return err_fix(err, "`clawbpf session list` and `session remove`");
}

/* What belongs to the number that a session was given. */
static int session_begin(struct kernel *k, const char *key, u32 id, struct err *err)
{
	const struct session_name name = name_of(key);
	struct session_counts none = {0};

	if (!bpf_map_update_elem(k->map[MAP_SESSION_COUNTS], &id, &none, BPF_ANY) &&
	    !bpf_map_update_elem(k->map[MAP_SESSION_IDS], &name, &id, BPF_ANY))
		return 0;
	err_errno(err, errno, "the session cannot be registered");
	bpf_map_delete_elem(k->map[MAP_SESSIONS], &id);
	return -err->code;
}

/* Behind the number that was given last. */
static int number_take(struct kernel *k, const struct session *session, u32 *ret_id,
		       struct err *err)
{
	struct state state;
	int r = state_read(k, &state, err);

	for (u32 i = 0; !r && i < SESSIONS_MAX; i++) {
		u32 id = (state.last_session + i) % SESSIONS_MAX + 1;

		if (!bpf_map_update_elem(k->map[MAP_SESSIONS], &id, session, BPF_NOEXIST)) {
			*ret_id = state.last_session = id;
			return state_write(k, &state, err);
		}
		if (errno == E2BIG)
			break;
		if (errno != EEXIST)
			return err_errno(err, errno, "the session cannot be registered");
	}
	return r ? r : no_room(err);
}

int session_add(struct kernel *k, const struct session *session, u32 *ret_id, struct err *err)
{
	struct session old;
	int r = 0;

	/* One that is gone, whose number and name go on: in its place. */
	if (!key_find(k, session->key, ret_id, &old) || !session_is_retired(&old) ||
	    bpf_map_update_elem(k->map[MAP_SESSIONS], ret_id, session, BPF_EXIST))
		r = number_take(k, session, ret_id, err);
	return r ? r : session_begin(k, session->key, *ret_id, err);
}

int session_remove(struct kernel *k, u32 id, struct err *err)
{
	struct session session;
	int r = session_read(k, id, &session, err);

	if (r)
		return r;
	if (bpf_map_delete_elem(k->map[MAP_SESSIONS], &id))
		return err_errno(err, errno, "the session number %u cannot be removed", id);
	key_remove(k, session.key, id);
	return 0;
}

/* --- those that are gone -----------------------------------------------------------------------
 */

int session_retire(struct kernel *k, u32 id, struct err *err)
{
	struct session session;
	int r = session_read(k, id, &session, err);

	if (r)
		return r;
	session.created_ns = 0;
	if (bpf_map_update_elem(k->map[MAP_SESSIONS], &id, &session, BPF_EXIST))
		return err_errno(err, errno, "the session number %u cannot be removed", id);
	return 0;
}

size_t session_retired(const struct kernel *k, u32 *ret_ids, size_t room)
{
	struct session session;
	u32 id, *last = NULL;
	size_t n = 0;

	while (n < room && !bpf_map_get_next_key(k->map[MAP_SESSIONS], last, &id)) {
		last = &id;
		if (!bpf_map_lookup_elem(k->map[MAP_SESSIONS], &id, &session) &&
		    session_is_retired(&session))
			ret_ids[n++] = id;
	}
	return n;
}

void session_remove_retired(struct kernel *k, u32 id)
{
	struct session session;

	/* It may have been made anew since: then it stays. */
	if (bpf_map_lookup_elem(k->map[MAP_SESSIONS], &id, &session) ||
	    !session_is_retired(&session))
		return;
	if (bpf_map_lookup_and_delete_elem(k->map[MAP_SESSIONS], &id, &session))
		return;
	if (session_is_retired(&session))
		key_remove(k, session.key, id);
	else
		bpf_map_update_elem(k->map[MAP_SESSIONS], &id, &session, BPF_NOEXIST);
}
