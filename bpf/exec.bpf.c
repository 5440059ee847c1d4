// SPDX-License-Identifier: GPL-2.0-only
/*
 * May this session run this program?
 *
 * bprm_creds_for_exec: the exec begins; which policy it is judged by to its end; arms a container.
 *
 * bprm_check_security: refuses a denied program, by file, path, name, content; once more for each
 * interpreter of a script.
 *
 * bprm_committed_creds: reports the exec; ends it when the arguments select a denied applet, or
 * when the session inherited what it may not have.
 */
#include "lib/args.h"
#include "lib/content.h"
#include "lib/handover.h"
#include "lib/hold.h"
#include "lib/text.h"

SEC("lsm/bprm_creds_for_exec")
int BPF_PROG(claw_exec_begin, struct linux_binprm *bprm, int ret)
{
	struct label *stored, *label;
	struct state *st;
	bool hidden;

	if (ret)
		return ret;
	stored = label_resume(&hidden);
	label = label_current_of(stored, hidden);
	if (!label && (!stored || stored->phase != PHASE_PENDING))
		return 0;
	st = state_get();
	if (!st)
		return 0;
	if (label && label_cannot_note(label))
		return -EPERM;
	if (!label) /* what a runtime executes of the host's is not the container's program yet */
		return task_at_host_root(bpf_get_current_task_btf(), st) ? 0 : label_hold();
	label->exec_file = 0;
	label->exec_generation = st->generation;
	head_keep(label, label->exec_generation);
	if (label->phase == PHASE_SETUP && !task_at_host_root(bpf_get_current_task_btf(), st)) {
		label->phase = PHASE_ARMED;
		label->flags |= devices_given(bprm);
		arm_parent(label, st);
	}
	return 0;
}

/* The session's first program may be executed whatever tools are denied: claim to be it. */
static __always_inline bool first_program_claim(const struct label *label)
{
	struct cgroup_entry *entry = bpf_map_lookup_elem(&cgroups, &label->entry);
	u64 holder;

	if (!entry)
		return false;
	holder = __sync_val_compare_and_swap(&entry->first_program, 0, label->token);
	return holder == 0 || holder == label->token;
}

static __always_inline void first_program_done(const struct label *label)
{
	struct cgroup_entry *entry = bpf_map_lookup_elem(&cgroups, &label->entry);

	if (entry)
		__sync_val_compare_and_swap(&entry->first_program, label->token,
					    FIRST_PROGRAM_DONE);
}

#define ASKED_SHORT 64

/* memfd, a detached or lazily unmounted tree: what is in no mount of the task's namespace. */
static __always_inline bool file_is_unmounted(struct file *file)
{
	struct vfsmount *mnt = file->f_path.mnt;
	struct mount *m = (void *)mnt - bpf_core_field_offset(struct mount, mnt);
	struct task_struct *task = bpf_get_current_task_btf();

	return BPF_CORE_READ(m, mnt_ns) != task->nsproxy->mnt_ns;
}

/*
 * Was the file asked for by its own name? Of the text so much is read as most are long; where that
 * does not tell, 0. Not static: the verifier looks at it on its own, and not again with each way by
 * which one comes here.
 */
__noinline int claw_asked_own(const struct name *own, struct scratch *s, u64 asked)
{
	u32 len = 0, start;
	u64 zeros = 0;

	if (!own || !s || bpf_probe_read_kernel(s->blob, ASKED_SHORT, (const void *)asked))
		return false;
	for (u32 i = 0; i < ASKED_SHORT / 8 && !zeros; i++) {
		zeros = zero_bytes(((const u64 *)s->blob)[i]);
		len = i * 8;
	}
	if (!zeros)
		return false;
	len += zero_byte_first(zeros) - 1;
	if (!own->len || own->len > len)
		return false;
	start = (len - own->len) & (ASKED_SHORT - 1);
	return (!start || s->blob[(start - 1) & (ASKED_SHORT - 1)] == '/') &&
	       name_equals(own, s->blob + start);
}

/*
 * The rule for the last name of what was asked to be executed, a link to the file perhaps. False:
 * it could not be read.
 */
static __always_inline bool rule_of_asked(const struct view *v, const char *path, struct scratch *s,
					  u32 *ret_rule)
{
	long len = bpf_probe_read_kernel_str(s->blob, TEXT_MAX, path);
	struct path_hash hash;
	u32 at = 0;

	/* execveat puts "/dev/fd/N/" before a path of any length */
	if (len <= 0 || len == TEXT_MAX)
		return false;
	if (len > NAME_START_MAX)
		at = (len - NAME_START_MAX) & EVENT_PATH_MAX;
	at += name_start(s->blob + at, len - at);
	*ret_rule = RULE_NONE;
	if (len - 1 <= at)
		return true; /* no name, as in "dir/" */
	name_hash_text(&hash, s->blob + (at & EVENT_PATH_MAX), len - 1 - at);
	*ret_rule = rule_of_name(v, s, &hash);
	return true;
}

static __always_inline void exec_names_read(struct exec_facts *f, const struct view *v,
					    struct linux_binprm *bprm, struct scratch *s)
{
	struct file *file = bprm->file;
	u32 flags = v->head->flags;
	u32 kinds =
		(flags & POLICY_NAMES ? NAME_RULES : 0) | (flags & POLICY_PATHS ? NAME_OF_PATH : 0);
	struct path_hash hash;
	struct name name;
	bool named = name_of_dentry(&name, &hash, file->f_path.dentry, s);

	if (named && !name_passed(v, s, &hash, kinds)) {
		bool on_path =
			kinds & NAME_OF_PATH && rule_of_hash(v, RULE_PATH_NAME, &hash) != RULE_NONE;

		if (on_path)
			f->unreadable |= !rule_of_path(v, file, s, RULE_PATH, &f->by_path);
		if (kinds & NAME_RULES)
			f->by_name = rule_of_hash(v, RULE_NAME, &hash);
		if (!on_path && f->by_name == RULE_NONE)
			name_pass(v, s, &hash, kinds);
	}
	if (!(kinds & NAME_RULES) || f->by_name != RULE_NONE)
		return;
	if (!named || !claw_asked_own(&name, s, (u64)bprm->interp))
		f->unreadable |= !rule_of_asked(v, bprm->interp, s, &f->by_name);
}

/* All that can be told without waiting. */
static __always_inline void exec_facts_read(struct exec_facts *f, const struct view *v,
					    const struct label *label, struct linux_binprm *bprm)
{
	u32 flags = v->head->flags;
	struct file *file = bprm->file;
	struct scratch *s;

	f->by_path = f->by_name = RULE_NONE;
	f->fileless = file_is_unmounted(file);
	f->first = (flags & POLICY_NO_EXEC) && first_program_claim(label);
	if (!(flags & (POLICY_PATHS | POLICY_NAMES)))
		return;
	s = scratch_take();
	if (!s) {
		f->unreadable = 1;
		return;
	}
	exec_names_read(f, v, bprm, s);
	scratch_give(s);
}

/*
 * The file itself, and what is in it. That can cost a read of all of it: last, with nothing held.
 */
static __always_inline void exec_file_read(struct exec_facts *f, const struct view *v,
					   struct file *file)
{
	u32 flags = v->head->flags;
	u8 sha256[32];

	f->by_file = f->by_content = RULE_NONE;
	if (flags & POLICY_CONTENTS && content_passed(file->f_inode, v))
		return;
	if (flags & POLICY_FILES)
		f->by_file = rule_of_file(v, file);
	if (!(flags & POLICY_CONTENTS) || decide_exec(v->head, f).reason != REASON_NONE)
		return;
	if (!content_hash(file, sha256)) {
		f->unreadable = 1;
		return;
	}
	f->by_content = rule_of_content(v, sha256);
	if (f->by_content == RULE_NONE)
		content_pass(file->f_inode, v, sha256);
}

SEC("lsm.s/bprm_check_security")
int BPF_PROG(claw_exec, struct linux_binprm *bprm, int ret)
{
	struct exec_facts facts = {};
	struct object o = {};
	struct decision d;
	struct label *label;
	struct view v;
	bool member;
	u32 reason;

	if (ret)
		return ret;
	label = label_stored_sleepable(&member);
	if (!label ? !member : label->phase != PHASE_ARMED)
		return 0;
	o.path = &bprm->file->f_path;
	o.inode = bprm->file->f_inode;
	o.called = bprm->interp;
	if (!label)
		return answer_not_stored(HOOK_BPRM_CHECK, &o);
	count_asked(HOOK_BPRM_CHECK);
	label->exec_file = 0;
	if (!view_of_exec(&v, label, &reason))
		return answer_unknown(HOOK_BPRM_CHECK, label, reason, &o);
	exec_facts_read(&facts, &v, label, bprm);
	exec_file_read(&facts, &v, bprm->file);
	d = decide_exec(v.head, &facts);
	if (d.reason == REASON_NONE)
		label->exec_file = (u64)bprm->file;
	return answer(HOOK_BPRM_CHECK, label, &v, d, &o);
}

/* --- after the point of no return ------------------------------------------------------------- */

static __always_inline void emit_exec(struct scratch *s, const struct label *label,
				      const struct view *v, struct linux_binprm *bprm,
				      struct args_walk *w)
{
	/* Here, and not where it is needed: there the verifier comes by in a hundred states. */
	struct fs_struct *fs = bpf_get_current_task_btf()->fs;
	struct event *e = &s->event;
	u64 at, args;
	long len;

	event_fill(e, EVENT_EXEC, HOOK_BPRM_COMMITTED, label, v->generation, label->exec_ns);
	e->dev = bprm->file->f_inode->i_sb->s_dev;
	e->ino = bprm->file->f_inode->i_ino;
	len = bpf_d_path(&bprm->file->f_path, s->blob, TEXT_MAX);
	if (len <= 0) {
		e->flags |= EVENT_PATH_FAILED;
		len = bpf_probe_read_kernel_str(s->blob, TEXT_MAX, bprm->filename);
	}
	at = len > 0 ? (len - 1) & EVENT_PATH_MAX : 0;
	e->path_len = at;

	args_read(w, s->blob + at, bprm);
	if (w->index < w->argc)
		e->flags |= EVENT_ARGV_CUT;
	args = w->len;
	if (args > EVENT_ARGV_MAX)
		args = EVENT_ARGV_MAX;
	e->argv_len = args;
	e->argc = bprm->argc > 65535 ? 65535 : bprm->argc;
	at += args;

	len = bpf_d_path(&fs->pwd, s->blob + at, EVENT_CWD_MAX + 1);
	if (len > 0)
		e->cwd_len = (len - 1) & EVENT_CWD_MAX;
	else
		e->flags |= EVENT_CWD_CUT;
	event_submit(s, at + e->cwd_len);
}

struct vet_walk {
	const struct view *v;
	struct file **files;
	u32 count;
	bool refusable;
	struct decision found;
	struct object object;
};

static long vet_step(u32 i, struct vet_walk *w)
{
	struct file *file = NULL;

	if (i >= w->count)
		return 1;
	if (bpf_probe_read_kernel(&file, sizeof(file), w->files + i) || !file)
		return 0;
	w->found = handover_decide(w->v, file, w->refusable, &w->object);
	return w->found.reason != REASON_NONE;
}

#define VET_MAX (1 << 16)

/* What the first program inherited, once its close-on-exec descriptors are closed. */
static __always_inline void vet(struct label *label, const struct view *v)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	const struct state *st = state_get();
	struct vet_walk w = {
		.v = v,
		.files = BPF_CORE_READ(table, fd),
		.count = BPF_CORE_READ(table, max_fds),
		.refusable = st && st->splice_covered,
		.found = decide(REASON_NONE, RULE_NONE),
	};

	if (w.count > VET_MAX)
		w.found.reason = REASON_UNREADABLE;
	else
		bpf_loop(VET_MAX, vet_step, &w, 0);
	refuse_by_kill(HOOK_ENTRY, label, v, w.found, &w.object);
	if (w.found.reason == REASON_NONE)
		label->flags |= LABEL_VETTED;
}

/* Reports the exec; ends it when the arguments select a denied applet. Gives the buffer back. */
static __always_inline void report(struct scratch *s, const struct label *label,
				   const struct view *v, struct linux_binprm *bprm,
				   struct object *o)
{
	struct args_walk args = {.v = v, .s = s};

	emit_exec(s, label, v, bprm, &args);
	refuse_by_kill(HOOK_BPRM_COMMITTED, label, v, args_decide(&args), o);
}

SEC("lsm/bprm_committed_creds")
int BPF_PROG(claw_exec_done, struct linux_binprm *bprm)
{
	struct object o = {};
	struct label *label;
	struct session_counts *of;
	struct scratch *s;
	struct view v;
	bool member, hidden;
	u32 reason;

	label = label_look(bpf_get_current_task_btf(), &hidden);
	label = label_stored_of(label, hidden, &member);
	if (!label && member)
		bpf_send_signal(SIGKILL); /* was refused before: bprm_check_security */
	if (!label || (label->phase != PHASE_ARMED && label->phase != PHASE_GATEWAY))
		return 0;
	o.path = &bprm->file->f_path;
	o.inode = bprm->file->f_inode;
	count_asked(HOOK_BPRM_COMMITTED);
	label->exec_ns = bpf_ktime_get_boot_ns();
	label->exec_id = label->exec_ns << 6 | (bpf_get_smp_processor_id() & 63);
	of = bpf_map_lookup_elem(&session_counts, &label->session);
	if (of)
		__sync_fetch_and_add(&of->execs, 1);
	if (!view_of_exec(&v, label, &reason)) {
		v.head = &HEAD_MISSING;
		refuse_by_kill(HOOK_BPRM_COMMITTED, label, &v, decide(reason, RULE_NONE), &o);
		return 0;
	}
	if (v.head->flags & POLICY_NO_EXEC)
		first_program_done(label);
	if (label->flags & LABEL_ELEVATED)
		elevated_begun(label);
	count(v.head->flags & POLICY_SANDBOXED ? COUNTER_EXECS_SANDBOXED
	      : label->flags & LABEL_ELEVATED  ? COUNTER_EXECS_ELEVATED
					       : COUNTER_EXECS_HOST);
	s = scratch_take();
	if (!s) {
		count_lost(EVENT_EXEC);
		refuse_by_kill(HOOK_BPRM_COMMITTED, label, &v,
			       decide(REASON_UNREADABLE, v.head->rule_binary), &o);
		return 0;
	}
	report(s, label, &v, bprm, &o);
	if (!(label->flags & LABEL_VETTED) && label->phase == PHASE_ARMED)
		vet(label, &v);
	return 0;
}
