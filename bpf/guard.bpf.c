// SPDX-License-Identifier: GPL-2.0-only
/* What is ours and what lies outside the session: may this session touch it?
 *   bpf                    no session loads, finds or changes BPF objects
 *   unix_stream_connect    a sandboxed one reaches no socket below a blocked bind source
 *   unix_may_send          the same, for datagrams
 *   inode_unlink, _rename  none removes a pin, with the last of which enforcement would end,
 *                          nor changes what was approved for always
 *   inode_link, _mkdir, _symlink   nor gives one another name, nor takes a name there
 *   inode_setattr          nor truncates one, nor changes who may write it: without opening it
 *   inode_rmdir            nor a folder of pins; a sandboxed one no cgroup, nor does it make one
 *   ptrace_access_check    a sandboxed one looks into no process but its own
 *   task_kill              and signals no other
 */
#include "lib/blocked.h"
#include "lib/machine.h"
#include "lib/own.h"
#include "lib/process.h"

SEC("lsm/bpf")
int BPF_PROG(claw_bpf, int cmd, void *attr, unsigned int size, int ret)
{
	struct object o = {.number = {0, cmd}};
	const struct label *label;
	struct view v;

	if (ret)
		return ret;
	label = label_current();
	if (!label || label->phase != PHASE_ARMED)
		return 0;
	count_asked(HOOK_BPF);
	if (!view_current(&v, label))
		return answer_unknown(HOOK_BPF, label, REASON_NO_POLICY, &o);
	return answer(HOOK_BPF, label, &v, decide(REASON_PROTECT, RULE_NONE), &o);
}

static __always_inline int unix_answer(u16 hook, struct sock *other, int ret)
{
	struct unix_sock *peer = (void *)other;
	const struct label *label;
	struct decision d = {};
	struct object o = {};
	struct view v;

	if (ret)
		return ret;
	label = label_current();
	if (!label || label->phase != PHASE_ARMED)
		return 0;
	count_asked(hook);
	o.name = BPF_CORE_READ(peer, path.dentry);
	if (!view_current(&v, label))
		return answer_unknown(hook, label, REASON_NO_POLICY, &o);
	if (v.head->flags & POLICY_SANDBOXED)
		d.rule = blocked_rule_of_unix(&v, other);
	else
		d.rule = RULE_NONE;
	if (d.rule != RULE_NONE)
		d.reason = REASON_BIND;
	return answer(hook, label, &v, d, &o);
}

SEC("lsm/unix_stream_connect")
int BPF_PROG(claw_unix_conn, struct sock *sock, struct sock *other, struct sock *newsk, int ret)
{
	return unix_answer(HOOK_UNIX_CONNECT, other, ret);
}

SEC("lsm/unix_may_send")
int BPF_PROG(claw_unix_send, struct socket *sock, struct socket *other, int ret)
{
	return unix_answer(HOOK_UNIX_SEND, BPF_CORE_READ(other, sk), ret);
}

/* --- pins --------------------------------------------------------------------------------------
 */

/* What a container runtime does all the time while it sets up, as the host's root. */
static __always_inline bool is_usual(u16 hook)
{
	return hook == HOOK_MKDIR || hook == HOOK_SYMLINK || hook == HOOK_SETATTR;
}

/* dir NULL: the one that the dentry is in. */
static __always_inline int pin_answer(u16 hook, struct inode *dir, struct dentry *dentry, int ret)
{
	struct object o = {.name = dentry};
	const struct label *label;
	struct view v;

	if (ret)
		return ret;
	label = label_current();
	if (!label || (is_usual(hook) && label->phase == PHASE_SETUP))
		return 0;
	if (!dir)
		dir = BPF_CORE_READ(dentry, d_parent, d_inode);
	if (BPF_CORE_READ(dir, i_sb, s_magic) != BPF_FS_MAGIC && !inode_is_own(dir) &&
	    !inode_is_own(BPF_CORE_READ(dentry, d_inode)))
		return 0;
	count_asked(hook);
	if (!view_current(&v, label))
		return answer_unknown(hook, label, REASON_NO_POLICY, &o);
	return answer(hook, label, &v, decide(REASON_PROTECT, RULE_NONE), &o);
}

SEC("lsm/inode_unlink")
int BPF_PROG(claw_unlink, struct inode *dir, struct dentry *dentry, int ret)
{
	return pin_answer(HOOK_UNLINK, dir, dentry, ret);
}

/* A cgroup that is empty for the moment is somebody's, too; one that is made may look like a
 * container's, and takes room among those that are looked after. */
static __always_inline int cgroup_answer(u16 hook, struct dentry *dentry)
{
	const struct object o = {.name = dentry};

	return machine_answer(hook, label_current(), &o);
}

SEC("lsm/inode_rmdir")
int BPF_PROG(claw_rmdir, struct inode *dir, struct dentry *dentry, int ret)
{
	if (!ret && directory_is_machine(dir))
		return cgroup_answer(HOOK_RMDIR, dentry);
	return pin_answer(HOOK_RMDIR, dir, dentry, ret);
}

SEC("lsm/inode_rename")
int BPF_PROG(claw_rename, struct inode *old_dir, struct dentry *old_dentry, struct inode *new_dir,
	     struct dentry *new_dentry, int ret)
{
	ret = pin_answer(HOOK_RENAME, old_dir, old_dentry, ret);
	return pin_answer(HOOK_RENAME, new_dir, new_dentry, ret);
}

/* By another name it would be known by none of its folder, and could be written. */
SEC("lsm/inode_link")
int BPF_PROG(claw_link, struct dentry *old_dentry, struct inode *dir, struct dentry *new_dentry,
	     int ret)
{
	ret = pin_answer(HOOK_LINK, NULL, old_dentry, ret);
	return pin_answer(HOOK_LINK, dir, new_dentry, ret);
}

/* A name that is taken keeps us from our own. */
SEC("lsm/inode_mkdir")
int BPF_PROG(claw_makedir, struct inode *dir, struct dentry *dentry, unsigned int mode, int ret)
{
	if (!ret && directory_is_machine(dir))
		return cgroup_answer(HOOK_MKDIR, dentry);
	return pin_answer(HOOK_MKDIR, dir, dentry, ret);
}

SEC("lsm/inode_symlink")
int BPF_PROG(claw_symlink, struct inode *dir, struct dentry *dentry, const char *target, int ret)
{
	return pin_answer(HOOK_SYMLINK, dir, dentry, ret);
}

/* Linux 6.9 puts the mount's id mapping in front, as it began to ask inode_post_setattr. */
SEC("lsm/inode_setattr")
int claw_setattr(unsigned long long *ctx)
{
	struct dentry *dentry;
	int ret;

	if (bpf_core_field_exists(union security_list_options___69, inode_post_setattr)) {
		dentry = (void *)ctx[1];
		ret = (int)ctx[3];
		barrier(); /* else the compiler would compute where in ctx they are */
	} else {
		dentry = (void *)ctx[0];
		ret = (int)ctx[2];
	}
	return pin_answer(HOOK_SETATTR, NULL, dentry, ret);
}

/* --- processes of others -----------------------------------------------------------------------
 */

SEC("lsm/ptrace_access_check")
int BPF_PROG(claw_ptrace, struct task_struct *child, unsigned int mode, int ret)
{
	/* Asked by the kernel for its own sake: what /proc/PID/stat shows, say. No attempt, no
	 * event. */
	return process_answer(HOOK_PTRACE, child, mode, mode & PTRACE_MODE_NOAUDIT, ret);
}

SEC("lsm/task_kill")
int BPF_PROG(claw_kill, struct task_struct *task, void *info, int sig, const struct cred *cred,
	     int ret)
{
	if (!sig)
		return ret; /* only asks whether the process is there */
	return process_answer(HOOK_TASK_KILL, task, sig, false, ret);
}
