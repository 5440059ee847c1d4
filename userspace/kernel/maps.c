// SPDX-License-Identifier: GPL-2.0-only
/* The small maps, typed: state, cgroups, labels, counts. */
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

int cgroup_entry_write(struct kernel *k, u64 cgroup, const struct cgroup_entry *entry,
		       struct err *err)
{
	if (!bpf_map_update_elem(k->map[MAP_CGROUPS], &cgroup, entry, BPF_ANY))
		return 0;
	if (errno == E2BIG) {
		err_set(err, ENOSPC, "%u cgroups lead to sessions, and more there cannot be",
			CGROUPS_MAX);
		return err_fix(err, "`clawbpf session list --json` and `session remove`");
	}
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
