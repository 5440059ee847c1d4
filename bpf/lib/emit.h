/* SPDX-License-Identifier: GPL-2.0-only */
/* How a decision becomes a return value, a count and an event. The decision never depends on it. */
#ifndef CLAWBPF_BPF_EMIT_H
#define CLAWBPF_BPF_EMIT_H

#include "abi/decide.h"
#include "lib/policy.h"

#define BLOB_MAX (EVENT_PATH_MAX + 1 + EVENT_ARGV_MAX + EVENT_CWD_MAX + 1)

/* A name for which the rules of one policy and generation have nothing. */
struct name_passed {
	u64 policy;
	u64 asked; /* the generation, and below it which kinds of rules (enum name_kinds) */
	u64 number[2];
};

#define NAMES_PASSED 64 /* a power of two */

/*
 * Where an event is put together. One program can be preempted by another on the same CPU, and a
 * sleepable one can wait in the middle: whoever finds a buffer taken uses the next one.
 */
struct scratch {
	u32 taken;
	u32 zero;
	struct name_passed passed[NAMES_PASSED]; /* lib/text.h */
	struct event event;
	/* Room for the last piece at the largest offset, and to look at a whole name behind it. */
	char blob[2 * (EVENT_PATH_MAX + 1) + NAME_LEN + 16];
};

#define SCRATCH_COUNT 8

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SCRATCH_COUNT);
	__type(key, u32);
	__type(value, struct scratch);
} scratch __weak SEC(".maps");

static __always_inline struct scratch *scratch_take(void)
{
	for (u32 i = 0; i < SCRATCH_COUNT; i++) {
		u32 key = i;
		struct scratch *s = bpf_map_lookup_elem(&scratch, &key);

		if (s && __sync_val_compare_and_swap(&s->taken, 0, 1) == 0)
			return s;
	}
	return NULL;
}

static __always_inline void scratch_give(struct scratch *s)
{
	__sync_lock_test_and_set(&s->taken, 0);
}

static __always_inline void count_lost(u32 type)
{
	count(type == EVENT_EXEC   ? COUNTER_LOST_EXECS
	      : type == EVENT_EXIT ? COUNTER_LOST_EXITS
				   : COUNTER_LOST_REFUSALS);
}

/* Of which approval? What an elevated run leaves behind ends with it, so its entry is there. */
static __always_inline void event_fill_approval(struct event *e, const struct label *label)
{
	struct cgroup_entry *entry;

	if (!(label->flags & LABEL_ELEVATED))
		return;
	e->flags |= EVENT_ELEVATED;
	entry = bpf_map_lookup_elem(&cgroups, &label->entry);
	if (entry)
		e->approval = entry->approval;
}

/* Of an elevated run: what was approved was not used in vain. */
static __always_inline void elevated_begun(const struct label *label)
{
	struct cgroup_entry *entry = bpf_map_lookup_elem(&cgroups, &label->entry);

	if (entry)
		entry->flags |= ENTRY_BEGUN;
}

/*
 * Whose is it? By pointers is cheapest where it counts, on each exec and exit. Not in a refusal:
 * for each pointer that is followed the verifier of 6.12 looks through all the names of the
 * kernel's types, four times, in each state in which one of some 40 programs comes by.
 */
static __always_inline void event_fill_ids(struct event *e, u16 type, struct task_struct *task)
{
	u64 ids;

	if (type == EVENT_REFUSAL) {
		ids = bpf_get_current_uid_gid();
		e->uid = (u32)ids;
		e->gid = ids >> 32;
		e->ppid = BPF_CORE_READ(task, real_parent, tgid);
	} else {
		e->uid = task->cred->uid.val;
		e->gid = task->cred->gid.val;
		e->ppid = task->real_parent->tgid;
	}
}

/* The head, all but what is special to one type of event. */
static __always_inline void event_fill(struct event *e, u16 type, u16 hook,
				       const struct label *label, u64 generation, u64 now)
{
	struct task_struct *task = bpf_get_current_task_btf();

	__builtin_memset(e, 0, sizeof(*e));
	e->type = type;
	e->hook = hook;
	e->time_ns = now;
	e->exec_id = label->exec_id;
	e->cgroup_id = bpf_get_current_cgroup_id();
	e->generation = generation;
	e->session = label->session;
	e->rule = RULE_NONE;
	e->pid = task->tgid;
	e->tid = task->pid;
	event_fill_ids(e, type, task);
	if (label->phase == PHASE_SETUP)
		e->flags |= EVENT_SETUP;
	event_fill_approval(e, label);
	((u64 *)e->comm)[0] = ((const u64 *)task->comm)[0];
	((u64 *)e->comm)[1] = ((const u64 *)task->comm)[1];
	e->comm[EVENT_COMM_LEN - 1] = 0;
}

/*
 * Who floods the ring must not take the room of others' records, nor his own execs that of his
 * refusals. In eighths of the ring: up to the first, there is room for whatever comes; from there
 * to the second, each session has a share.
 */
#define ROOM_EXEC           4
#define ROOM_REFUSAL        6
#define ROOM_EXEC_SHARED    7
#define ROOM_REFUSAL_SHARED 8

/* In bytes, of refusals, and as much of all else. */
#define SHARE (EVENTS_SIZE / 64)

/*
 * Has it some of its share left? What it has had is counted from where in the ring the first record
 * of it went: when that was taken, it begins anew. So twice as much can wait there.
 */
static __always_inline bool share_take(u32 session, bool refusal, u64 size)
{
	struct session_counts *of = bpf_map_lookup_elem(&session_counts, &session);
	u64 *bytes;

	if (!of)
		return false; /* no session that is known */
	if (bpf_ringbuf_query(&events, BPF_RB_CONS_POS) >= of->share_begin) {
		of->share_begin = bpf_ringbuf_query(&events, BPF_RB_PROD_POS) + 1;
		of->share_refusals = 0;
		of->share_others = 0;
	}
	bytes = refusal ? &of->share_refusals : &of->share_others;
	if (*bytes >= SHARE)
		return false;
	__sync_fetch_and_add(bytes, size);
	return true;
}

static __noinline bool ring_has_room(u32 session, u32 type, u64 size)
{
	u64 waits = bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA);
	bool refusal = type == EVENT_REFUSAL;

	if (waits < EVENTS_SIZE / 8 * (refusal ? ROOM_REFUSAL : ROOM_EXEC))
		return true;
	return waits < EVENTS_SIZE / 8 * (refusal ? ROOM_REFUSAL_SHARED : ROOM_EXEC_SHARED) &&
	       share_take(session, refusal, size);
}

static __always_inline void event_submit(struct scratch *s, u64 blob_len)
{
	u64 size = sizeof(struct event) + (blob_len & 8191);

	if (!ring_has_room(s->event.session, s->event.type, size) ||
	    bpf_ringbuf_output(&events, &s->event, size, 0))
		count_lost(s->event.type);
	scratch_give(s);
}

static __always_inline void count_asked(u32 hook)
{
	u32 key = hook;
	struct hook_stats *stats = bpf_map_lookup_elem(&hook_stats, &key);

	if (stats)
		stats->asked++;
}

static __always_inline void count_refused(u32 hook, u32 session, bool enforced)
{
	u32 key = hook;
	struct hook_stats *stats = bpf_map_lookup_elem(&hook_stats, &key);
	struct session_counts *of = bpf_map_lookup_elem(&session_counts, &session);

	if (stats && enforced)
		stats->refused++;
	else if (stats)
		stats->reported++;
	if (of && enforced)
		__sync_fetch_and_add(&of->refusals, 1);
	else if (of)
		__sync_fetch_and_add(&of->reports, 1);
}

/* A refusal that is about a file, or about nothing with a name (path NULL), or about a string that
 * the kernel holds (text). */
struct object {
	struct path *path;
	const char *text;
	struct dentry *name; /* when no path can be resolved: the last name only */
	struct inode *inode;
	const char *called; /* of a program: the name it was called by, as the kernel holds it */
	u32 number[2];
	u16 flags;
};

#define CALLED_MAX 256

static __always_inline u64 object_write(struct scratch *s, const struct object *o)
{
	struct dentry *name = o->name;
	struct path *path = o->path;
	long len = 0;

	if (path) {
		len = bpf_d_path(path, s->blob, EVENT_PATH_MAX + 1);
		if (len <= 0) {
			s->event.flags |= EVENT_PATH_FAILED;
			len = bpf_probe_read_kernel_str(s->blob, EVENT_PATH_MAX + 1,
							BPF_CORE_READ(path, dentry, d_name.name));
		}
	} else if (name) {
		s->event.flags |= EVENT_PATH_FAILED;
		len = bpf_probe_read_kernel_str(s->blob, EVENT_PATH_MAX + 1,
						BPF_CORE_READ(name, d_name.name));
	} else if (o->text) {
		len = bpf_probe_read_kernel_str(s->blob, EVENT_PATH_MAX + 1, o->text);
		if (len == EVENT_PATH_MAX + 1)
			s->event.flags |= EVENT_PATH_CUT;
	}
	if (len <= 1 || len > EVENT_PATH_MAX + 1)
		return 0;
	s->event.path_len = len - 1;
	return len - 1;
}

/* Behind the object, the name that was used for it: a link's, an applet's. */
static __always_inline u64 object_write_called(struct scratch *s, const struct object *o, u64 at)
{
	long len;

	if (!o->called)
		return at;
	at &= EVENT_PATH_MAX;
	len = bpf_probe_read_kernel_str(s->blob + at, CALLED_MAX, o->called);
	if (len <= 1 || len > CALLED_MAX)
		return at;
	if (len == CALLED_MAX)
		s->event.flags |= EVENT_ARGV_CUT;
	s->event.argv_len = len;
	s->event.argc = 1;
	return at + len;
}

static __always_inline void emit_refusal(u16 hook, const struct label *label, u64 generation,
					 struct decision d, bool enforced, const struct object *o)
{
	struct inode *inode = o ? o->inode : NULL;
	struct scratch *s = scratch_take();
	u64 len = 0;

	if (!s) {
		count_lost(EVENT_REFUSAL);
		return;
	}
	event_fill(&s->event, EVENT_REFUSAL, hook, label, generation, bpf_ktime_get_boot_ns());
	s->event.reason = d.reason;
	s->event.rule = d.rule;
	if (!enforced)
		s->event.flags |= EVENT_AUDIT_ONLY;
	if (o) {
		s->event.flags |= o->flags;
		s->event.number[0] = o->number[0];
		s->event.number[1] = o->number[1];
		if (inode) {
			s->event.dev = BPF_CORE_READ(inode, i_sb, s_dev);
			s->event.ino = BPF_CORE_READ(inode, i_ino);
		}
		len = object_write_called(s, o, object_write(s, o));
	}
	event_submit(s, len);
}

/*
 * -EPERM or 0. The barrier keeps clang from turning the choice into arithmetic, whose range
 * the 6.12 verifier does not accept.
 */
static __always_inline int refusal(bool enforced)
{
	int ret = -EPERM;

	if (!enforced) {
		barrier();
		return 0;
	}
	asm volatile("" : "+r"(ret));
	return ret;
}

/* The end of every hook. */
static __always_inline int answer(u16 hook, const struct label *label, const struct view *v,
				  struct decision d, const struct object *o)
{
	bool enforced = v->head->flags & POLICY_ENFORCE;

	if (d.reason == REASON_NONE)
		return 0;
	count_refused(hook, label->session, enforced);
	emit_refusal(hook, label, v->generation, d, enforced, o);
	return refusal(enforced);
}

/* No policy can be found for a task that is in a session: refused, whatever the mode was. */
static __always_inline int answer_unknown(u16 hook, const struct label *label, u32 reason,
					  const struct object *o)
{
	struct view v = {.head = &HEAD_MISSING};

	if (label->flags & LABEL_NOT_STORED)
		reason = REASON_NO_STORAGE;
	return answer(hook, label, &v, decide(reason, RULE_NONE), o);
}

/* Nothing can be noted of the exec that begins, which is refused; where no path can be told. */
static __always_inline bool label_cannot_note(const struct label *label)
{
	if (!(label->flags & LABEL_NOT_STORED) || !label_is_hidden(bpf_get_current_task_btf()))
		return false;
	count_lost(EVENT_REFUSAL);
	return true;
}

/* It is in a session, and its label could not be stored. */
static __always_inline int answer_not_stored(u16 hook, const struct object *o)
{
	const struct label *label = label_stand_in();

	return label ? answer_unknown(hook, label, REASON_NO_STORAGE, o) : -EPERM;
}

/* Too late for an error: the task ends before it is back in user space. */
static __always_inline void refuse_by_kill(u16 hook, const struct label *label,
					   const struct view *v, struct decision d,
					   struct object *o)
{
	bool enforced = v->head->flags & POLICY_ENFORCE;

	if (d.reason == REASON_NONE)
		return;
	if (enforced)
		o->flags |= EVENT_KILLED;
	count_refused(hook, label->session, enforced);
	emit_refusal(hook, label, v->generation, d, enforced, o);
	if (enforced)
		bpf_send_signal(SIGKILL);
}

#endif
