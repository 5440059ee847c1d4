/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does this act on the whole machine, where no label reaches? A sandboxed session that is root
 * there may be root over its own files and processes, and over nothing else.
 */
#ifndef CLAWBPF_BPF_MACHINE_H
#define CLAWBPF_BPF_MACHINE_H

#include "lib/emit.h"

/* --- system calls ------------------------------------------------------------------------------
 */

#define TS_COMPAT 2

/* The call that the current task is in, by the 64-bit table; -1: by another table. */
static __always_inline long syscall_current(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct pt_regs *regs = (void *)bpf_task_pt_regs(task);

	if (BPF_CORE_READ(task, thread_info.status) & TS_COMPAT)
		return -1;
	return BPF_CORE_READ(regs, orig_ax);
}

/* --- files -------------------------------------------------------------------------------------
 */

/* Devices that a program can harm nobody by, as far as their drivers say: a terminal, a disk of
 * memory, a graphics card. Not: memory, the kernel's log, disks, and what feeds the kernel. */
static __always_inline bool device_is_machine(u32 dev, bool write)
{
	u32 major = dev >> 20, minor = dev & 0xfffff;

	switch (major) {
	case 1: /* mem, kmem, port; the kernel's log can be read */
		return minor == 1 || minor == 2 || minor == 4 || (minor == 11 && write);
	case 10: /* tun, vhost, loop-control, device mapper, uinput, snapshot ...: all but fuse, kvm
		  */
		return minor != 229 && minor != 232;
	case 21:  /* SCSI, as a character device */
	case 90:  /* flash memory */
	case 108: /* ppp */
		return true;
	}
	return false;
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

static __always_inline bool file_is_machine(struct file *file, const struct label *label)
{
	struct inode *inode = file->f_inode;
	bool write = file->f_mode & FMODE_WRITE;
	u32 mode = inode->i_mode;

	if (S_ISBLK(mode))
		return true;
	if (S_ISCHR(mode))
		return device_is_machine(inode->i_rdev, write);
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
		return write;
	case PROC_SUPER_MAGIC:
		return write && !proc_file_is_own(inode, label);
	}
	return false;
}

#endif
