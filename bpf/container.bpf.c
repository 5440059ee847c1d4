// SPDX-License-Identifier: GPL-2.0-only
/* Which cgroups are containers', and when do they come and go?
 *   cgroup_mkdir   the cgroup of a container is registered before any task is in it: for its
 *                  session when the agent has told whose it is, else as one that has to wait
 *   cgroup_rmdir   and forgotten with the cgroup
 */
#include "lib/container.h"

SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(claw_mkdir, struct cgroup *cgrp, const char *path)
{
	struct alerts *alert;

	if (BPF_CORE_READ(cgrp, root, hierarchy_id) != 0 || container_register(cgrp))
		return 0;
	alert = alerts_get();
	if (alert)
		alert->entries_lost = 1;
	return 0;
}

SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(claw_rmcgroup, struct cgroup *cgrp, const char *path)
{
	struct cgroup_entry *entry;
	u64 id = cgroup_id(cgrp);

	if (BPF_CORE_READ(cgrp, root, hierarchy_id) != 0)
		return 0;
	entry = bpf_map_lookup_elem(&cgroups, &id);
	if (entry && entry->flags & ENTRY_ENGINE)
		bpf_map_delete_elem(&cgroups, &id);
	return 0;
}
