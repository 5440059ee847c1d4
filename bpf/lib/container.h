/* SPDX-License-Identifier: GPL-2.0-only */
/* Which cgroup is a container's, and whose container is it? */
#ifndef CLAWBPF_BPF_CONTAINER_H
#define CLAWBPF_BPF_CONTAINER_H

#include "lib/label.h"

/* What the name of a cgroup says: whose container it would be (enum watch_flags; 0: nobody's), and
 * its id. */
static __always_inline u32 container_id_read(struct cgroup *cgrp, struct container_id *ret)
{
	char name[80];
	long len = bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(cgrp, kn, name));
	u32 whose;

	len--; /* without the terminator */
	if (len == CONTAINER_ID_LEN) {
		whose = WATCH_DOCKER;
		__builtin_memcpy(ret->hex, name, CONTAINER_ID_LEN);
	} else if (len == CONTAINER_ID_LEN + 7 || len == CONTAINER_ID_LEN + 13) {
		if (kernel_bytes_equal(name, "docker-", 7))
			whose = WATCH_DOCKER;
		else if (kernel_bytes_equal(name, "libpod-", 7))
			whose = WATCH_PODMAN;
		else
			return 0;
		__builtin_memcpy(ret->hex, name + 7, CONTAINER_ID_LEN);
	} else {
		return 0;
	}
	for (u32 i = 0; i < CONTAINER_ID_LEN; i++) {
		char c = ret->hex[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return 0;
	}
	return whose;
}

/*
 * A cgroup that is a container's, by its name: its own entry, before any task is in it. False: it
 * should have had one, and there was no room.
 */
static __noinline bool container_register(struct cgroup *cgrp)
{
	struct cgroup_entry entry = {.flags = ENTRY_CONTAINER | ENTRY_ENGINE};
	u64 id = cgroup_id(cgrp), above;
	struct state *st = state_get();
	struct container_id container;
	struct container *known;
	u32 whose;

	if (!st || bpf_map_lookup_elem(&cgroups, &id))
		return true;
	whose = container_id_read(cgrp, &container);
	if (!whose)
		return true;
	known = bpf_map_lookup_elem(&containers, &container);
	if (known) {
		if (known->session == CONTAINER_FOREIGN)
			return true;
		entry.session = known->session;
	} else {
		/* What lies below a session's own cgroup is in that session. */
		if (!(st->watch & whose) || cgroup_entry_find(cgrp, &above))
			return true;
		entry.session = SESSION_PENDING;
		entry.flags |= ENTRY_PENDING;
	}
	if (bpf_map_update_elem(&cgroups, &id, &entry, BPF_ANY))
		return false;
	if (entry.flags & ENTRY_PENDING)
		call_agent(id, 0);
	return true;
}

/* The same for a cgroup that a task enters, in case there was no room when it was made. Its
 * container is somebody's, and may do nothing then. */
static __always_inline struct label *container_enter(struct task_struct *task, struct cgroup *cgrp)
{
	struct alerts *alert = alerts_get();
	struct label *label;

	if (!alert || !alert->entries_lost || container_register(cgrp))
		return label_enter(task, cgrp);
	label = bpf_task_storage_get(&labels, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!label)
		return NULL;
	label->session = SESSION_UNKNOWN;
	label->phase = PHASE_ARMED;
	return label;
}

#endif
