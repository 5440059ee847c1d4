// SPDX-License-Identifier: GPL-2.0-only
/* The map of approvals, typed. */
#include "kernel/approvals.h"

#include <bpf/bpf.h>
#include <errno.h>

int approval_read(const struct kernel *k, u64 id, struct approval *ret, struct err *err)
{
	if (!bpf_map_lookup_elem(k->map[MAP_APPROVALS], &id, ret))
		return 0;
	if (errno == ENOENT)
		return err_set(err, ENOENT, "there is no request %08llx", (unsigned long long)id);
	return err_errno(err, errno, "the approvals in the kernel cannot be read");
}

static int write_as(struct kernel *k, u64 id, const struct approval *a, u64 how, struct err *err)
{
	if (!bpf_map_update_elem(k->map[MAP_APPROVALS], &id, a, how))
		return 0;
	if (errno == E2BIG)
		return err_set(err, ENOSPC, "%d requests wait for an answer already",
			       APPROVALS_MAX);
	return err_errno(err, errno, "the approvals in the kernel cannot be written");
}

int approval_write(struct kernel *k, u64 id, const struct approval *a, struct err *err)
{
	return write_as(k, id, a, BPF_EXIST, err);
}

int approval_add(struct kernel *k, u64 id, const struct approval *a, struct err *err)
{
	return write_as(k, id, a, BPF_NOEXIST, err);
}

int approval_remove(struct kernel *k, u64 id, struct err *err)
{
	if (!bpf_map_delete_elem(k->map[MAP_APPROVALS], &id) || errno == ENOENT)
		return 0;
	return err_errno(err, errno, "the approvals in the kernel cannot be written");
}

bool approval_next(const struct kernel *k, const u64 *id, u64 *ret_next)
{
	return bpf_map_get_next_key(k->map[MAP_APPROVALS], id, ret_next) == 0;
}
