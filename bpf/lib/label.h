/* SPDX-License-Identifier: GPL-2.0-only */
/* Who is this task? Its session's label, and how a task comes by one. */
#ifndef CLAWBPF_BPF_LABEL_H
#define CLAWBPF_BPF_LABEL_H

#include "lib/maps.h"

/* Deeper cgroup trees than this are refused at registration, so the walk always reaches the root.
 */
#define CGROUP_DEPTH_MAX 32

static __always_inline struct state *state_get(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&state, &zero);
}

static __always_inline struct alerts *alerts_get(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&alerts, &zero);
}

static __always_inline u64 cgroup_id(struct cgroup *cgrp)
{
	return BPF_CORE_READ(cgrp, kn, id);
}

static __always_inline u64 task_cgroup_id(struct task_struct *task)
{
	return BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
}

/* The registered cgroup at or above this one: its id, and its entry; NULL = in no session. */
static __always_inline struct cgroup_entry *cgroup_entry_find(struct cgroup *cgrp, u64 *ret_id)
{
	for (int i = 0; i < CGROUP_DEPTH_MAX; i++) {
		struct cgroup_subsys_state *parent;
		struct cgroup_entry *entry;
		u64 id;

		if (!cgrp)
			return NULL;
		id = cgroup_id(cgrp);
		entry = bpf_map_lookup_elem(&cgroups, &id);
		if (entry) {
			*ret_id = id;
			return entry;
		}
		parent = BPF_CORE_READ(cgrp, self.parent);
		if (!parent)
			return NULL;
		cgrp = BPF_CORE_READ(parent, cgroup);
	}
	return NULL;
}

/* True when the task's root directory is the host's: it is in no container (yet). */
static __always_inline bool task_at_host_root(struct task_struct *task, const struct state *st)
{
	struct inode *inode = BPF_CORE_READ(task, fs, root.dentry, d_inode);

	return BPF_CORE_READ(inode, i_ino) == st->root_ino &&
	       BPF_CORE_READ(inode, i_sb, s_dev) == st->root_dev;
}

/* Its runtime has decided what it may have: it cannot use the devices of the machine as they are.
 */
static __always_inline u16 devices_given(const struct linux_binprm *bprm)
{
	const struct cred *cred = BPF_CORE_READ(bprm, cred);
	u64 caps = 0;

	if (bpf_core_read(&caps, sizeof(caps), &cred->cap_bset))
		return 0;
	return caps & 1ull << CAP_SYS_RAWIO ? 0 : LABEL_DEVICES_GIVEN;
}

static __always_inline u64 task_token(struct task_struct *task)
{
	/* Unique per process while it lives and after: a pid comes back, this start time does not.
	 */
	return (BPF_CORE_READ(task, group_leader, start_boottime) << 16) ^
	       (u64)BPF_CORE_READ(task, tgid) ^ 1;
}

static __always_inline u16 phase_at_entry(struct task_struct *task, u32 flags,
					  const struct state *st)
{
	if (flags & ENTRY_PENDING)
		return PHASE_PENDING;
	if (flags & ENTRY_GATEWAY)
		return PHASE_GATEWAY;
	if ((flags & ENTRY_CONTAINER) && task_at_host_root(task, st))
		return PHASE_SETUP;
	return PHASE_ARMED;
}

/* Has every task the label that it should have? */
static __always_inline bool labels_complete(void)
{
	const struct alerts *alert = alerts_get();

	return !alert || alert->labels_missed == alert->labels_settled;
}

/* From now on every task without a label is looked up by its cgroup, until all have been. */
static __always_inline void labels_missed(struct alerts *alert)
{
	__sync_fetch_and_add(&alert->labels_missed, 1);
}

/*
 * Label a task that entered a session's cgroup. NULL: it is in none, or (*ret_member) it could not
 * be stored.
 */
static __always_inline struct label *label_enter_as(struct task_struct *task, struct cgroup *cgrp,
						    bool *ret_member)
{
	struct label new = {};
	struct alerts *alert = alerts_get();
	struct state *st = state_get();
	struct cgroup_entry *entry;
	struct label *label;
	u64 id = 0;

	entry = cgroup_entry_find(cgrp, &id);
	if (!entry || !st)
		return NULL;
	*ret_member = true;
	new.session = entry->session;
	new.phase = phase_at_entry(task, entry->flags, st);
	if (entry->flags & ENTRY_ELEVATED)
		new.flags = LABEL_ELEVATED;
	new.entry = id;
	new.token = task_token(task);
	label = bpf_task_storage_get(&labels, task, &new, BPF_LOCAL_STORAGE_GET_F_CREATE);
	/* What the agent's own process starts in a sandbox is no part of it any more. */
	if (label && label->phase == PHASE_GATEWAY)
		*label = new;
	if (!label) {
		/* Nothing here can refuse the move. */
		count(COUNTER_LABELS_LOST);
		if (alert)
			labels_missed(alert);
	}
	return label;
}

static __always_inline struct label *label_enter(struct task_struct *task, struct cgroup *cgrp)
{
	bool member;

	return label_enter_as(task, cgrp, &member);
}

/* The label of its process, or of its parent, for a task that should have got it at its birth. */
static __always_inline struct label *label_inherit(struct task_struct *task,
						   const struct label *from, bool thread)
{
	struct label copy = *from;
	struct label *label;

	copy.flags &= ~(LABEL_IN_BIND | LABEL_HELD);
	copy.exec_file = 0;
	copy.head_generation = 0; /* whose label it is may be writing that */
	if (!thread) {
		copy.exec_id = 0;
		copy.exec_ns = 0;
	}
	label = bpf_task_storage_get(&labels, task, &copy, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!label)
		count(COUNTER_LABELS_LOST);
	return label;
}

/*
 * For a task that is in a session, and whose label cannot be stored: one for all of them, of no
 * session, so that there is no policy for it. What it asks is refused, and asked anew the next
 * time.
 */
static __always_inline struct label *label_stand_in(void)
{
	u32 zero = 0;
	struct label *label = bpf_map_lookup_elem(&stand_in, &zero);

	if (!label)
		return NULL; /* there is always one */
	label->session = SESSION_UNKNOWN;
	label->phase = PHASE_ARMED;
	label->flags = LABEL_NOT_STORED;
	label->entry = 0;
	label->head_generation = 0;
	return label;
}

/*
 * The slow way, taken only while some label may be missing: the threads of a process that was moved
 * as a whole (the kernel reports its leader alone), or no memory for a label.
 */
static __always_inline struct label *label_from_leader_of(struct task_struct *task,
							  bool *ret_member)
{
	struct task_struct *leader = task->group_leader;
	struct label *of_leader;

	if (!leader || leader == task)
		return NULL;
	of_leader = bpf_task_storage_get(&labels, leader, NULL, 0);
	if (!of_leader)
		return NULL;
	*ret_member = true;
	return label_inherit(task, of_leader, true);
}

#define STORAGES_MAX 16 /* of one task: so many other tools there are not */

/*
 * Has the task a label that bpf_task_storage_get did not give out? Up to Linux 6.1 it gives out
 * nothing on a processor on which somebody was preempted in the midst of it (preempt=full).
 */
static __noinline bool label_is_hidden(struct task_struct *task)
{
	struct hlist_node *node = BPF_CORE_READ(task, bpf_storage, list.first);
	u32 id = ((struct bpf_map *)&labels)->id;

	for (int i = 0; i < STORAGES_MAX && node; i++) {
		struct bpf_local_storage_elem *elem =
			(void *)node - bpf_core_field_offset(struct bpf_local_storage_elem, snode);

		if (BPF_CORE_READ(elem, sdata.smap, map.id) == id)
			return true;
		node = BPF_CORE_READ(node, next);
	}
	return node;
}

static __noinline struct label *label_make(bool *ret_member)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct label *label;

	if (label_is_hidden(task)) {
		*ret_member = true;
		return bpf_task_storage_get(&labels, task, NULL, 0);
	}
	label = label_from_leader_of(task, ret_member);
	return label ? label
		     : label_enter_as(task, BPF_CORE_READ(task, cgroups, dfl_cgrp), ret_member);
}

static __noinline struct label *label_from_cgroup(bool *ret_member)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (label_is_hidden(task)) {
		*ret_member = true;
		return bpf_task_storage_get(&labels, task, NULL, 0);
	}
	return label_enter_as(task, BPF_CORE_READ(task, cgroups, dfl_cgrp), ret_member);
}

/* NULL = it has none. Most tasks have nothing stored by anybody, which one load tells. */
static __always_inline struct label *label_of(struct task_struct *task)
{
	if (!task->bpf_storage)
		return NULL;
	return bpf_task_storage_get(&labels, task, NULL, 0);
}

/*
 * The label of a task in a container of which nobody knew when it came. NULL: nobody does yet, or
 * it is none of ours, and the label goes.
 */
static __noinline struct label *label_settle(struct label *label)
{
	struct cgroup_entry *entry = bpf_map_lookup_elem(&cgroups, &label->entry);
	const struct state *st = state_get();

	/* About to stop: whatever is known by now, the agent has to see that it must go on. */
	if (label->flags & LABEL_HELD)
		return NULL;
	if (entry && entry->flags & ENTRY_PENDING && st && st->watch)
		return NULL;
	if (!entry || entry->flags & ENTRY_PENDING) {
		bpf_task_storage_delete(&labels, bpf_get_current_task_btf());
		return NULL;
	}
	label->session = entry->session;
	barrier();
	/* It has executed nothing in the container: there it would have been held. */
	label->phase = PHASE_SETUP;
	return label;
}

/* The same; *ret_hidden: it has one that was not given out. */
static __always_inline struct label *label_look(struct task_struct *task, bool *ret_hidden)
{
	struct label *label;

	*ret_hidden = false;
	if (!task->bpf_storage)
		return NULL;
	label = bpf_task_storage_get(&labels, task, NULL, 0);
	if (!label)
		*ret_hidden = label_is_hidden(task);
	return label;
}

/* What is stored for the current task, judged: its label; NULL = none, or none yet. */
static __always_inline struct label *label_judged(struct label *label, bool hidden,
						  bool *ret_complete)
{
	*ret_complete = true;
	if (label && label->phase == PHASE_PENDING)
		return label_settle(label);
	if (label)
		return label;
	*ret_complete = !hidden && labels_complete();
	return NULL;
}

/*
 * The current task's label, when what is stored for it is known already. NULL: it has none, or
 * (*ret_member) it should have one. For who cannot afford the stand-in: that is of another map, and
 * the verifier looks at all that follows once more for it.
 */
static __always_inline struct label *label_stored_of(struct label *stored, bool hidden,
						     bool *ret_member)
{
	bool complete;
	struct label *label = label_judged(stored, hidden, &complete);

	*ret_member = false;
	return label || complete ? label : label_make(ret_member);
}

static __always_inline struct label *label_current_of(struct label *stored, bool hidden)
{
	bool member;
	struct label *label = label_stored_of(stored, hidden, &member);

	return label || !member ? label : label_stand_in();
}

/* The current task's label; NULL = in no session, and nothing of ours may be noticed. */
static __always_inline struct label *label_current(void)
{
	bool hidden;
	struct label *label = label_look(bpf_get_current_task_btf(), &hidden);

	return label_current_of(label, hidden);
}

/*
 * The same in a program that may sleep, where the verifier of 6.12 lets nobody look at the leader:
 * bprm_creds_for_exec and file_open, which come first, have done it.
 */
static __always_inline struct label *label_stored_sleepable(bool *ret_member)
{
	bool complete, hidden;
	struct label *label = label_look(bpf_get_current_task_btf(), &hidden);

	label = label_judged(label, hidden, &complete);
	*ret_member = false;
	return label || complete ? label : label_from_cgroup(ret_member);
}

static __always_inline struct label *label_current_sleepable(void)
{
	bool member;
	struct label *label = label_stored_sleepable(&member);

	return label || !member ? label : label_stand_in();
}

/*
 * A runtime may stay with what it has set up, as the first process of its own: bubblewrap does,
 * under the new root, and as the very user of the program. It is armed with its first child.
 */
static __always_inline void arm_parent(const struct label *label, const struct state *st)
{
	struct task_struct *parent = bpf_get_current_task_btf()->real_parent;
	struct label *of_parent = parent ? bpf_task_storage_get(&labels, parent, NULL, 0) : NULL;

	if (of_parent && of_parent->session == label->session && !task_at_host_root(parent, st))
		of_parent->phase = PHASE_ARMED;
}

#endif
