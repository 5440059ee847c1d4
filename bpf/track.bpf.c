// SPDX-License-Identifier: GPL-2.0-only
/* Which tasks are in a session?
 *   cgroup_attach_task   labels a task that is moved into a session's cgroup
 *   sched_process_fork   labels a child that was born in one (CLONE_INTO_CGROUP: no move is seen),
 *                        or whose parent was labelled while it forked
 *   task_alloc           gives a labelled task's children the same label, or refuses them, as
 *                        those of a sandboxed one that are to be born in another cgroup
 *   sched_process_exit   reports how a program ended
 *   iter/task            labels who was there before, and lists who is
 */
#include "lib/container.h"
#include "lib/emit.h"
#include "lib/machine.h"

char LICENSE[] SEC("license") = "GPL";

SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(claw_attach, struct cgroup *cgrp, const char *path, struct task_struct *task,
	     bool threadgroup)
{
	struct alerts *alert = alerts_get();
	struct label *label;

	/* Ids are unique within one hierarchy only; ours are of the unified one, number 0. */
	if (BPF_CORE_READ(cgrp, root, hierarchy_id) != 0)
		return 0;
	label = bpf_task_storage_get(&labels, task, NULL, 0);
	if (!label || label->phase == PHASE_GATEWAY)
		label = container_enter(task, cgrp);
	/* The other threads come along without an event of their own. */
	if (label && alert && threadgroup && BPF_CORE_READ(task, signal, nr_threads) > 1)
		labels_missed(alert);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(claw_fork, struct task_struct *parent, struct task_struct *child)
{
	struct cgroup *cgrp = child->cgroups->dfl_cgrp;
	const struct label *of_parent, *of_child = label_of(child);

	if (of_child && of_child->phase == PHASE_GATEWAY && cgrp != parent->cgroups->dfl_cgrp)
		container_enter(child, cgrp);
	if (of_child)
		return 0;
	of_parent = label_of(parent);
	if (of_parent)
		label_inherit(child, of_parent, child->group_leader != child);
	else if (cgrp != parent->cgroups->dfl_cgrp || !labels_complete())
		container_enter(child, cgrp);
	return 0;
}

/* Another cgroup is somebody else's, and the limits of one's own would be left behind. */
static __always_inline int born_elsewhere(const struct label *parent)
{
	const struct object o = {.text = "CLONE_INTO_CGROUP"};

	return machine_answer(HOOK_TASK_ALLOC, parent, &o);
}

SEC("lsm/task_alloc")
int BPF_PROG(claw_task_alloc, struct task_struct *task, unsigned long clone_flags, int ret)
{
	const struct label *parent;
	struct label label;

	if (ret)
		return ret;
	parent = label_current();
	if (clone_flags & CLONE_INTO_CGROUP && born_elsewhere(parent))
		return -EPERM;
	if (!parent) /* nobody knows yet whose it is: so it is of the child */
		parent = label_of(bpf_get_current_task_btf());
	if (!parent)
		return 0;
	if (parent->flags & LABEL_NOT_STORED)
		return answer_unknown(HOOK_TASK_ALLOC, parent, REASON_NO_STORAGE, NULL);
	label = *parent;
	label.flags &= ~(LABEL_IN_BIND | LABEL_HELD);
	label.exec_file = 0;
	if (!(clone_flags & CLONE_THREAD)) {
		label.exec_id = 0;
		label.exec_ns = 0;
		/* The child's start time is not set yet: what it inherits is its parent's claim. */
	}
	if (bpf_task_storage_get(&labels, task, &label, BPF_LOCAL_STORAGE_GET_F_CREATE))
		return 0;
	count(COUNTER_LABELS_LOST);
	return answer_unknown(HOOK_TASK_ALLOC, parent, REASON_NO_STORAGE, NULL);
}

/* Several threads that end at once may each find that none is left: the first of them reports. */
static __always_inline bool exit_claim(struct task_struct *task, u64 exec_id)
{
	struct label *of_leader = label_of(task->group_leader);

	return !of_leader ||
	       __sync_val_compare_and_swap(&of_leader->exec_id, exec_id, 0) == exec_id;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(claw_exit, struct task_struct *task)
{
	const struct label *label = label_of(task);
	struct event e;
	u64 exec_id;

	/* Only the last thread ends the process; a fork that executed nothing has no start to end.
	 */
	if (!label || !label->exec_id || task->signal->live.counter)
		return 0;
	exec_id = label->exec_id;
	if (!exit_claim(task, exec_id))
		return 0;
	event_fill(&e, EVENT_EXIT, HOOK_NONE, label, 0, bpf_ktime_get_boot_ns());
	e.exec_id = exec_id;
	e.duration_ns = e.time_ns - label->exec_ns;
	e.exit_code = task->signal->flags & SIGNAL_GROUP_EXIT ? task->signal->group_exit_code
							      : task->exit_code;
	if (!ring_has_room(e.session, EVENT_EXIT, sizeof(e)) ||
	    bpf_ringbuf_output(&events, &e, sizeof(e), 0))
		count_lost(EVENT_EXIT);
	return 0;
}

/* What the iterator writes for each labelled task. */
struct labelled_task {
	u32 session, pid, tgid, phase;
	u32 entered; /* it had no label before */
	u32 flags;   /* enum label_flags */
	u64 entry;
};

/*
 * A process was put into a session, and so are those that it had by then: its threads get their
 * leader's label, its children what they would have inherited. Who asks is left out: a shell may
 * put itself into a session by a program that it starts.
 */
static __always_inline struct label *label_from_family(struct task_struct *task)
{
	bool member;
	struct label *label = label_from_leader_of(task, &member), *of_parent;
	struct task_struct *parent = task->real_parent;

	if (label || !parent || task->tgid == bpf_get_current_pid_tgid() >> 32)
		return label;
	of_parent = bpf_task_storage_get(&labels, parent, NULL, 0);
	return of_parent ? label_inherit(task, of_parent, false) : NULL;
}

/*
 * Every task is looked at between the first call of an iteration and its last. Two may be under way
 * at once: the one that began last counts. From within a pid namespace not all are seen.
 */
static __always_inline void round_begin(struct bpf_iter_meta *meta)
{
	struct alerts *alert = alerts_get();

	if (alert && !BPF_CORE_READ(bpf_get_current_task_btf(), thread_pid, level))
		alert->round = meta->session_id << 32 | alert->labels_missed;
}

static __always_inline void round_end(struct bpf_iter_meta *meta)
{
	struct alerts *alert = alerts_get();
	u64 round;

	if (!alert)
		return;
	round = *(volatile u64 *)&alert->round;
	if (round >> 32 == (u32)meta->session_id)
		alert->labels_settled = (u32)round;
}

SEC("iter/task")
int claw_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct labelled_task line = {};
	const struct label *label;

	if (!task) {
		round_end(ctx->meta);
		return 0;
	}
	if (!ctx->meta->seq_num)
		round_begin(ctx->meta);
	label = bpf_task_storage_get(&labels, task, NULL, 0);
	line.entered = !label;
	if (!label)
		label = label_from_family(task);
	if (!label)
		label = label_enter(task, BPF_CORE_READ(task, cgroups, dfl_cgrp));
	if (!label)
		return 0;
	line.session = label->session;
	line.pid = BPF_CORE_READ(task, pid);
	line.tgid = BPF_CORE_READ(task, tgid);
	line.phase = label->phase;
	line.flags = label->flags;
	line.entry = label->entry;
	bpf_seq_write(ctx->meta->seq, &line, sizeof(line));
	return 0;
}

/* What the kernel calls an open file: stat(2) tells another device on overlay and btrfs. */
struct file_identity {
	u64 dev, ino;
	u32 fd, zero;
};

SEC("iter/task_file")
int claw_files(struct bpf_iter__task_file *ctx)
{
	struct file_identity line = {};
	struct file *file = ctx->file;
	struct inode *inode;

	if (!file)
		return 0;
	inode = BPF_CORE_READ(file, f_inode);
	line.dev = BPF_CORE_READ(inode, i_sb, s_dev);
	line.ino = BPF_CORE_READ(inode, i_ino);
	line.fd = ctx->fd;
	bpf_seq_write(ctx->meta->seq, &line, sizeof(line));
	return 0;
}
