/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does this act on the whole machine, where no label reaches? A sandboxed session that is root
 * there may be root over its own files and processes, and over nothing else.
 */
#ifndef CLAWBPF_BPF_MACHINE_H
#define CLAWBPF_BPF_MACHINE_H

#include "lib/emit.h"

/* Something of the machine's is asked for: by whom does not matter, as long as it is sandboxed. */
static __always_inline int machine_answer(u16 hook, const struct label *label,
					  const struct object *o)
{
	struct view v;

	if (!label || label->phase != PHASE_ARMED)
		return 0;
	count_asked(hook);
	if (!view_current(&v, label))
		return answer_unknown(hook, label, REASON_NO_POLICY, o);
	if (!(v.head->flags & POLICY_SANDBOXED))
		return 0;
	return answer(hook, label, &v, decide(REASON_MACHINE, v.head->rule_sandbox), o);
}

/* --- system calls ------------------------------------------------------------------------------
 */

#define TS_COMPAT 2

#define X32_BIT 0x40000000

/* The call that the current task is in, by whatever table. */
static __always_inline u32 syscall_number(struct task_struct *task)
{
	struct pt_regs *regs = (void *)bpf_task_pt_regs(task);

	return BPF_CORE_READ(regs, orig_ax);
}

/* The same by the 64-bit table; -1: by another table. */
static __always_inline long syscall_current(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	u32 number = syscall_number(task);

	if (BPF_CORE_READ(task, thread_info.status) & TS_COMPAT || number & X32_BIT)
		return -1;
	return number;
}

/* Is it this call, of those that have the same number in each table? */
static __always_inline bool syscall_is(u32 number)
{
	return (syscall_number(bpf_get_current_task_btf()) & ~X32_BIT) == number;
}

/* --- files -------------------------------------------------------------------------------------
 */

/*
 * All but those that a program can harm nobody by, as far as their drivers say: a terminal, a disk
 * of memory, a graphics card. Most drivers have no number of their own, so that there is no telling
 * a disk's (nvme, since 6.2 without a capability) from another's. `given`: its container's runtime
 * has said which it may have.
 */
static __always_inline bool device_is_machine(u32 dev, bool write, bool given)
{
	u32 major = dev >> 20, minor = dev & 0xfffff;

	switch (major) {
	case 1: /* mem, kmem, port; the kernel's log can be read */
		return minor == 1 || minor == 2 || minor == 4 || (minor == 11 && write);
	case 10: /* tun, vhost, loop-control, device mapper, uinput, snapshot ...: all but fuse, kvm
		  */
		return minor != 229 && minor != 232;
	case 2: /* terminals, for this and the next lines */
	case 3:
	case 4:
	case 5:
	case 128 ... 143:
	case 195: /* graphics */
	case 226:
		return false;
	case 7:   /* what stands on the screens */
	case 13:  /* keyboards */
	case 21:  /* SCSI, as a character device */
	case 90:  /* flash memory */
	case 108: /* ppp */
		return true;
	}
	return !given;
}

/* What /proc/PID/FILE is about: no process, for the files that are of the machine. */
static __always_inline bool proc_file_is_own(struct inode *inode, const struct label *label)
{
	struct proc_inode *p = (void *)inode - bpf_core_field_offset(struct proc_inode, vfs_inode);
	struct hlist_node *first = BPF_CORE_READ(p, pid, tasks[0].first);
	const struct cgroup_entry *entry;
	struct task_struct *task;
	u64 id;

	if (!first)
		return false;
	task = (void *)first - bpf_core_field_offset(struct task_struct, pid_links);
	if (BPF_CORE_READ(task, tgid) == bpf_get_current_pid_tgid() >> 32)
		return true;
	entry = cgroup_entry_find(BPF_CORE_READ(task, cgroups, dfl_cgrp), &id);
	return entry && entry->session == label->session;
}

/* Where a directory is no directory: it makes, and ends, something of the kernel's. */
static __always_inline bool directory_is_machine(struct inode *inode)
{
	switch (BPF_CORE_READ(inode, i_sb, s_magic)) {
	case CGROUP_SUPER_MAGIC:
	case CGROUP2_SUPER_MAGIC:
	case CONFIGFS_MAGIC:
	case RESCTRL_MAGIC:
	case TRACEFS_MAGIC:
		return true;
	}
	return false;
}

static __always_inline bool file_is_machine(struct file *file, const struct label *label)
{
	struct inode *inode = file->f_inode;
	bool write = file->f_mode & FMODE_WRITE;
	u32 mode = inode->i_mode;

	if (S_ISBLK(mode))
		return true;
	if (S_ISCHR(mode))
		return device_is_machine(inode->i_rdev, write, label->flags & LABEL_DEVICES_GIVEN);
	switch (inode->i_sb->s_magic) {
	case TRACEFS_MAGIC:
	case DEBUGFS_MAGIC:
		return S_ISREG(mode);
	case SYSFS_MAGIC:
	case SECURITYFS_MAGIC:
	case CGROUP_SUPER_MAGIC:
	case CGROUP2_SUPER_MAGIC:
	case BINFMTFS_MAGIC:
	case CONFIGFS_MAGIC:
	case EFIVARFS_MAGIC:
	case FUSECTL_MAGIC:
	case NFSD_MAGIC:
	case RESCTRL_MAGIC:
	case SELINUX_MAGIC:
	case SMACK_MAGIC:
	case XENFS_MAGIC:
		return write;
	case PROC_SUPER_MAGIC:
		return write && !proc_file_is_own(inode, label);
	}
	return false;
}

#endif
