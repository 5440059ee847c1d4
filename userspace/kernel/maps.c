// SPDX-License-Identifier: GPL-2.0-only
/* The small maps, typed: state, sessions, cgroups, labels, counts. */
#include "kernel/maps.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>

#include "util/cleanup.h"

int state_read(const struct kernel *k, struct state *ret, struct err *err)
{
	u32 zero = 0;

	if (bpf_map_lookup_elem(k->map[MAP_STATE], &zero, ret))
		return err_errno(err, errno, "the map \"state\" cannot be read");
	return 0;
}

int state_write(struct kernel *k, const struct state *state, struct err *err)
{
	u32 zero = 0;

	if (bpf_map_update_elem(k->map[MAP_STATE], &zero, state, BPF_ANY))
		return err_errno(err, errno, "the map \"state\" cannot be written");
	return 0;
}

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

int session_find(const struct kernel *k, const char *key, u32 *ret_id, struct session *ret,
		 struct err *err)
{
	u32 id, *last = NULL;

	while (session_next(k, last, &id)) {
		last = &id;
		if (!session_read(k, id, ret, err) && !strcmp(ret->key, key)) {
			*ret_id = id;
			return 0;
		}
	}
	return err_set(err, ENOENT, "the session \"%s\" is not registered", key);
}

/* A retired one of the same key, whose number and name go on: in its place. */
static bool session_revive(struct kernel *k, const struct session *session, u32 *ret_id)
{
	struct session old;
	u32 id, *last = NULL;

	while (!bpf_map_get_next_key(k->map[MAP_SESSIONS], last, &id)) {
		last = &id;
		if (bpf_map_lookup_elem(k->map[MAP_SESSIONS], &id, &old) ||
		    !session_is_retired(&old) || strcmp(old.key, session->key) != 0)
			continue;
		*ret_id = id;
		return !bpf_map_update_elem(k->map[MAP_SESSIONS], &id, session, BPF_EXIST);
	}
	return false;
}

/* The number may have been another session's. */
static int session_counts_clear(struct kernel *k, u32 id, struct err *err)
{
	struct session_counts none = {0};

	if (!bpf_map_update_elem(k->map[MAP_SESSION_COUNTS], &id, &none, BPF_ANY))
		return 0;
	err_errno(err, errno, "the counts of session number %u cannot be written", id);
	bpf_map_delete_elem(k->map[MAP_SESSIONS], &id);
	return -EIO;
}

int session_add(struct kernel *k, const struct session *session, u32 *ret_id, struct err *err)
{
	if (session_revive(k, session, ret_id))
		return session_counts_clear(k, *ret_id, err);
	for (u32 id = 1; id; id++) {
		if (!bpf_map_update_elem(k->map[MAP_SESSIONS], &id, session, BPF_NOEXIST)) {
			*ret_id = id;
			return session_counts_clear(k, id, err);
		}
		if (errno == EEXIST)
			continue;
		if (errno == E2BIG) {
			err_set(err, ENOSPC, "there is no room for another session");
			return err_fix(err, "`clawbpf session list` and `session remove`");
		}
		break;
	}
	return err_errno(err, errno, "the session cannot be registered");
}

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
	if (!bpf_map_lookup_and_delete_elem(k->map[MAP_SESSIONS], &id, &session) &&
	    !session_is_retired(&session))
		bpf_map_update_elem(k->map[MAP_SESSIONS], &id, &session, BPF_NOEXIST);
}

int session_remove(struct kernel *k, u32 id, struct err *err)
{
	if (bpf_map_delete_elem(k->map[MAP_SESSIONS], &id))
		return err_errno(err, errno, "the session number %u cannot be removed", id);
	return 0;
}

int cgroup_entry_write(struct kernel *k, u64 cgroup, const struct cgroup_entry *entry,
		       struct err *err)
{
	if (!bpf_map_update_elem(k->map[MAP_CGROUPS], &cgroup, entry, BPF_ANY))
		return 0;
	if (errno == E2BIG)
		return err_set(err, ENOSPC, "there is no room for another cgroup");
	return err_errno(err, errno, "the cgroup cannot be registered");
}

bool cgroup_entry_find(const struct kernel *k, u64 cgroup, struct cgroup_entry *ret)
{
	return bpf_map_lookup_elem(k->map[MAP_CGROUPS], &cgroup, ret) == 0;
}

int cgroup_entry_remove(struct kernel *k, u64 cgroup, struct err *err)
{
	if (bpf_map_delete_elem(k->map[MAP_CGROUPS], &cgroup))
		return err_errno(err, errno, "the cgroup cannot be unregistered");
	return 0;
}

bool cgroup_entry_next(const struct kernel *k, const u64 *cgroup, u64 *ret_next,
		       struct cgroup_entry *ret)
{
	return bpf_map_get_next_key(k->map[MAP_CGROUPS], cgroup, ret_next) == 0 &&
	       bpf_map_lookup_elem(k->map[MAP_CGROUPS], ret_next, ret) == 0;
}

static int pid_open(pid_t pid, int *ret, struct err *err)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (fd < 0)
		return err_errno(err, errno, "the process %d cannot be found", (int)pid);
	*ret = fd;
	return 0;
}

int label_write(struct kernel *k, pid_t pid, const struct label *label, struct err *err)
{
	autoclose int fd = -1;
	int r = pid_open(pid, &fd, err);

	if (r)
		return r;
	if (bpf_map_update_elem(k->map[MAP_LABELS], &fd, label, BPF_NOEXIST))
		return err_errno(err, errno, "the process %d cannot be labelled", (int)pid);
	return 0;
}

int label_read(const struct kernel *k, pid_t pid, struct label *ret, struct err *err)
{
	autoclose int fd = -1;
	int r = pid_open(pid, &fd, err);

	if (r)
		return r;
	if (bpf_map_lookup_elem(k->map[MAP_LABELS], &fd, ret))
		return err_errno(err, errno, "the process %d has no label", (int)pid);
	return 0;
}

/* The values of all processors, `size` bytes each, one behind the other. Owned by the caller. */
static void *percpu_read(int map, u32 key, size_t size, int *ret_count, struct err *err)
{
	int count = libbpf_num_possible_cpus();
	void *values;

	if (count < 0) {
		err_errno(err, -count, "the number of processors cannot be told");
		return NULL;
	}
	values = calloc((size_t)count, size);
	if (!values) {
		err_set(err, ENOMEM, "out of memory");
		return NULL;
	}
	if (bpf_map_lookup_elem(map, &key, values)) {
		err_errno(err, errno, "the counts in the kernel cannot be read");
		free(values);
		return NULL;
	}
	*ret_count = count;
	return values;
}

int hook_stats_read(const struct kernel *k, enum claw_hook hook, struct hook_stats *ret,
		    struct err *err)
{
	autofree struct hook_stats *values = NULL;
	struct hook_stats sum = {0};
	int count = 0;

	values = percpu_read(k->map[MAP_HOOK_STATS], hook, sizeof(*values), &count, err);
	if (!values)
		return -err->code;
	for (int i = 0; i < count; i++) {
		sum.asked += values[i].asked;
		sum.refused += values[i].refused;
		sum.reported += values[i].reported;
	}
	*ret = sum;
	return 0;
}

int counter_read(const struct kernel *k, enum counter which, u64 *ret, struct err *err)
{
	autofree u64 *values = NULL;
	u64 sum = 0;
	int count = 0;

	values = percpu_read(k->map[MAP_COUNTERS], which, sizeof(*values), &count, err);
	if (!values)
		return -err->code;
	for (int i = 0; i < count; i++)
		sum += values[i];
	*ret = sum;
	return 0;
}
