// SPDX-License-Identifier: GPL-2.0-only
/* May this session change the mount tree?
 *   sb_mount            while a runtime sets up: refuses a bind of a blocked source; later, all
 *   inode_follow_link   ... which must be written without symbolic links, since the hook above
 *                       has only the caller's text
 *   path_mount (exit)   the bind is over
 *   __do_loopback       a bind by a runtime that has another root by now: the text means nothing
 *                       there, and where it has led can be seen, but no more refused: it is killed
 *   move_mount          the new mount API hands over real directories: compared by identity
 *   sb_umount, sb_pivotroot, sb_remount, sb_kern_mount   refused once armed
 * A session that is not sandboxed mounts as it likes.
 */
#include "lib/blocked.h"
#include "lib/hold.h"
#include "lib/opened.h"
#include "lib/text.h"

/* A bind source as text, walked up to each '/'. */
struct bind_walk {
	const struct view *v;
	struct path_hash hash;
	const char *text;
	u32 len;
	u32 segment; /* offset where the name under the walk starts */
	u32 blocked; /* rule of the source that it equals or lies below */
	bool canonical;
};

static __always_inline void bind_segment_end(struct bind_walk *w, u32 end)
{
	u32 len = end - w->segment, at = w->segment & EVENT_PATH_MAX;

	if (len == 0 && end != 0 && end != w->len)
		w->canonical = false; /* "//" */
	if (len == 1 && w->text[at] == '.')
		w->canonical = false;
	if (len == 2 && w->text[at] == '.' && w->text[(at + 1) & EVENT_PATH_MAX] == '.')
		w->canonical = false;
	if (w->blocked == RULE_NONE)
		w->blocked = rule_of_hash(w->v, RULE_BIND, &w->hash);
	w->segment = end + 1;
}

static long bind_step(u32 i, struct bind_walk *w)
{
	char c;

	if (i >= w->len || i >= TEXT_MAX)
		return 1;
	c = w->text[i];
	if (c == '/')
		bind_segment_end(w, i);
	/* A slash at the very end is no part of the path's hash. */
	if (c != '/' || i + 1 < w->len)
		path_hash_add(&w->hash, c);
	return 0;
}

/*
 * The rule that blocks this source, or RULE_NONE. False: the text is not the source's real path, so
 * no rule can be said not to match. A relative source starts at the working directory. *ret_exempt:
 * it is one that every engine brings along, by a link maybe.
 */
static __always_inline bool bind_rule(const struct view *v, const char *source, u32 *ret_rule,
				      bool *ret_exempt)
{
	struct bind_walk w = {
		.v = v, .hash = PATH_HASH_INIT, .blocked = RULE_NONE, .canonical = true};
	struct task_struct *task = bpf_get_current_task_btf();
	struct scratch *s = scratch_take();
	long len, cwd;

	*ret_rule = RULE_NONE;
	if (!s)
		return false;
	w.text = s->blob;
	len = bpf_probe_read_kernel_str(s->blob, 1, source);
	if (len < 0 || !source)
		goto unreadable;
	len = bpf_probe_read_kernel_str(s->blob, TEXT_MAX, source);
	if (len <= 1)
		goto unreadable;
	if (s->blob[0] != '/') {
		cwd = bpf_d_path(&task->fs->pwd, s->blob, TEXT_MAX);
		if (cwd <= 1 || cwd > TEXT_MAX)
			goto unreadable;
		cwd = (cwd - 1) & EVENT_PATH_MAX;
		if (cwd > 1) /* not "/" itself */
			s->blob[cwd++ & EVENT_PATH_MAX] = '/';
		len = bpf_probe_read_kernel_str(s->blob + (cwd & EVENT_PATH_MAX), TEXT_MAX, source);
		if (len <= 1)
			goto unreadable;
		len += cwd;
	}
	if (len >= TEXT_MAX)
		goto unreadable;
	w.len = len - 1;
	bpf_loop(TEXT_MAX, bind_step, &w, 0);
	bind_segment_end(&w, w.len);
	*ret_rule = w.blocked;
	if (w.blocked == RULE_NONE)
		*ret_rule = rule_of_hash(v, RULE_BIND_ABOVE, &w.hash);
	if (w.canonical && rule_of_hash(v, RULE_BIND_EXEMPT, &w.hash) != RULE_NONE) {
		*ret_rule = RULE_NONE;
		*ret_exempt = true;
	}
	scratch_give(s);
	return w.canonical;
unreadable:
	scratch_give(s);
	return false;
}

#define DEV(major, minor) ((u32)(major) << 20 | (u32)(minor))

/* What every runtime binds from the host: the devices of image.h's bind_exempt, and the terminal
 * that the caller has anyhow. */
static __always_inline bool device_is_harmless(struct inode *inode)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct tty_struct *tty = BPF_CORE_READ(task, signal, tty);
	u32 dev = BPF_CORE_READ(inode, i_rdev);

	if (!S_ISCHR(BPF_CORE_READ(inode, i_mode)))
		return false;
	switch (dev) {
	case DEV(1, 3): /* null */
	case DEV(1, 5): /* zero */
	case DEV(1, 7): /* full */
	case DEV(1, 8): /* random */
	case DEV(1, 9): /* urandom */
	case DEV(5, 0): /* tty */
		return true;
	}
	return tty &&
	       dev == DEV(BPF_CORE_READ(tty, driver, major),
			  BPF_CORE_READ(tty, driver, minor_start) + BPF_CORE_READ(tty, index));
}

/* The same for a source that is open already, by where it lies. */
static __always_inline bool bind_rule_of_opened(const struct view *v, const struct state *st,
						struct file *file, u32 *ret_rule)
{
	struct path *path = __builtin_preserve_access_index(&file->f_path);

	if (!blocked_rule_of_host_path(v, st, path, ret_rule))
		return false;
	if (device_is_harmless(BPF_CORE_READ(file, f_inode)))
		*ret_rule = RULE_NONE;
	return true;
}

SEC("lsm/sb_mount")
int BPF_PROG(claw_mount, const char *dev_name, const struct path *path, const char *type,
	     unsigned long flags, void *data, int ret)
{
	struct object o = {.text = dev_name, .number = {0, flags}};
	bool bind = (flags & (MS_BIND | MS_MOVE)) && !(flags & MS_REMOUNT);
	bool at_host_root, hidden, canonical = true, exempt = false;
	struct file *opened = NULL;
	const struct state *st = state_get();
	u32 rule = RULE_NONE;
	struct label *label;
	struct decision d;
	struct view v;

	if (ret)
		return ret;
	label = label_resume(&hidden);
	label = label_current_of(label, hidden);
	if (!st)
		return 0;
	if (!label)
		return bind ? label_hold() : 0;
	count_asked(HOOK_SB_MOUNT);
	if (!view_current(&v, label))
		return answer_unknown(HOOK_SB_MOUNT, label, REASON_NO_POLICY, &o);
	if (!(v.head->flags & POLICY_SANDBOXED))
		return 0;
	/* Under another root the same text means another file. */
	at_host_root = task_at_host_root(bpf_get_current_task_btf(), st);
	if (bind && at_host_root && !(flags & MS_MOVE))
		opened = file_opened(dev_name);
	if (opened)
		canonical = bind_rule_of_opened(&v, st, opened, &rule);
	else if (bind && at_host_root)
		canonical = bind_rule(&v, dev_name, &rule, &exempt);
	else if (bind && (flags & MS_MOVE))
		canonical = false; /* nothing sees where that leads */
	d = decide_mount(v.head, label->phase, rule);
	if (d.reason == REASON_NONE && !canonical)
		d = decide(REASON_BIND_TEXT, v.head->rule_sandbox);
	if (d.reason == REASON_NONE && bind)
		label->flags |=
			at_host_root && !opened && !exempt ? LABEL_IN_BIND : LABEL_BIND_UNSEEN;
	return answer(HOOK_SB_MOUNT, label, &v, d, &o);
}

SEC("lsm/inode_follow_link")
int BPF_PROG(claw_follow, struct dentry *dentry, struct inode *inode, bool rcu, int ret)
{
	const struct label *label;
	struct object o = {};
	struct view v;

	if (ret)
		return ret;
	label = label_current();
	if (!label || !(label->flags & LABEL_IN_BIND))
		return 0;
	o.name = dentry;
	count_asked(HOOK_FOLLOW_LINK);
	if (!view_current(&v, label))
		return answer_unknown(HOOK_FOLLOW_LINK, label, REASON_NO_POLICY, &o);
	return answer(HOOK_FOLLOW_LINK, label, &v, decide(REASON_BIND_TEXT, v.head->rule_sandbox),
		      &o);
}

SEC("fexit/path_mount")
int BPF_PROG(claw_mount_end)
{
	struct label *label = label_current();

	if (label)
		label->flags &= ~(LABEL_IN_BIND | LABEL_BIND_UNSEEN);
	return 0;
}

SEC("fentry/__do_loopback")
int BPF_PROG(claw_loopback, struct path *source, int recurse)
{
	struct object o = {.name = BPF_CORE_READ(source, dentry)};
	const struct state *st = state_get();
	struct label *label;
	struct decision d;
	struct view v;

	label = label_current();
	if (!label || !st || !(label->flags & LABEL_BIND_UNSEEN))
		return 0;
	label->flags &= ~LABEL_BIND_UNSEEN;
	o.inode = BPF_CORE_READ(source, dentry, d_inode);
	count_asked(HOOK_LOOPBACK);
	d = decide(REASON_NO_POLICY, RULE_NONE);
	if (!view_current(&v, label))
		v.head = &HEAD_MISSING;
	else if (!blocked_rule_of_host_path(&v, st, source, &d.rule))
		d.reason = REASON_UNREADABLE;
	else
		d.reason = d.rule == RULE_NONE || device_is_harmless(o.inode) ? REASON_NONE
									      : REASON_BIND;
	refuse_by_kill(HOOK_LOOPBACK, label, &v, d, &o);
	return 0;
}

/* By identity: what contains a blocked source, and what is or lies below one. */
static __always_inline u32 bind_rule_of_dentry(const struct view *v, struct dentry *dentry)
{
	u32 rule = rule_of_inode(v, RULE_BIND_ABOVE_FILE, BPF_CORE_READ(dentry, d_inode));

	return rule == RULE_NONE ? blocked_rule(v, dentry) : rule;
}

static __always_inline int mount_answer(u16 hook, u32 number, struct dentry *source,
					struct dentry *name, int ret)
{
	struct object o = {.name = name, .number = {0, number}};
	struct label *label;
	u32 rule = RULE_NONE;
	struct view v;
	bool hidden;

	if (ret)
		return ret;
	label = source ? label_resume(&hidden) : label_look(bpf_get_current_task_btf(), &hidden);
	label = label_current_of(label, hidden);
	if (!label)
		return source ? label_hold() : 0;
	count_asked(hook);
	if (!view_current(&v, label))
		return answer_unknown(hook, label, REASON_NO_POLICY, &o);
	if (source && (v.head->flags & POLICY_SANDBOXED))
		rule = bind_rule_of_dentry(&v, source);
	return answer(hook, label, &v, decide_mount(v.head, label->phase, rule), &o);
}

SEC("lsm/move_mount")
int BPF_PROG(claw_move_mount, struct path *from, struct path *to, int ret)
{
	struct dentry *dentry = BPF_CORE_READ(from, dentry);

	return mount_answer(HOOK_MOVE_MOUNT, 0, dentry, dentry, ret);
}

/* The pins go with their file system: no session unmounts that, sandboxed or not. */
SEC("lsm/sb_umount")
int BPF_PROG(claw_umount, struct vfsmount *mnt, int flags, int ret)
{
	const struct label *label;
	struct view v;

	if (ret || BPF_CORE_READ(mnt, mnt_sb, s_magic) != BPF_FS_MAGIC)
		return mount_answer(HOOK_SB_UMOUNT, flags, NULL, NULL, ret);
	label = label_current();
	if (!label)
		return 0;
	count_asked(HOOK_SB_UMOUNT);
	if (!view_current(&v, label))
		return answer_unknown(HOOK_SB_UMOUNT, label, REASON_NO_POLICY, NULL);
	return answer(HOOK_SB_UMOUNT, label, &v, decide(REASON_PROTECT, RULE_NONE), NULL);
}

SEC("lsm/sb_pivotroot")
int BPF_PROG(claw_pivotroot, struct path *old_path, struct path *new_path, int ret)
{
	return mount_answer(HOOK_SB_PIVOTROOT, 0, NULL, NULL, ret);
}

SEC("lsm/sb_remount")
int BPF_PROG(claw_remount, struct super_block *sb, void *options, int ret)
{
	return mount_answer(HOOK_SB_REMOUNT, 0, NULL, NULL, ret);
}

SEC("lsm/sb_kern_mount")
int BPF_PROG(claw_kern_mount, struct super_block *sb, int ret)
{
	return mount_answer(HOOK_SB_KERN_MOUNT, 0, NULL, NULL, ret);
}
