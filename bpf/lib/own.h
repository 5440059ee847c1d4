/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is it in the folder where user space keeps what was approved for always, or what all our programs
 * rest on? No session has any business there, nor may it put another in its place.
 */
#ifndef CLAWBPF_BPF_OWN_H
#define CLAWBPF_BPF_OWN_H

#include "lib/label.h"

static __always_inline bool inode_is_own(struct inode *inode)
{
	const struct state *st = state_get();

	return st && inode && st->own_ino && BPF_CORE_READ(inode, i_ino) == st->own_ino &&
	       BPF_CORE_READ(inode, i_sb, s_dev) == st->own_dev;
}

/* The folder itself, or what is in it. */
static __always_inline bool dentry_is_own(struct dentry *dentry)
{
	return inode_is_own(BPF_CORE_READ(dentry, d_inode)) ||
	       inode_is_own(BPF_CORE_READ(dentry, d_parent, d_inode));
}

#define SWITCH_LEN sizeof("ftrace_enabled")

/* kernel.ftrace_enabled: what writes 0 there switches off every program at a hook, ours as well. */
static __always_inline bool file_is_switch(struct file *file)
{
	const unsigned char *name;
	char text[SWITCH_LEN + 1] = {};

	if (!(file->f_mode & FMODE_WRITE) ||
	    BPF_CORE_READ(file, f_inode, i_sb, s_magic) != PROC_SUPER_MAGIC)
		return false;
	name = BPF_CORE_READ(file, f_path.dentry, d_name.name);
	return bpf_probe_read_kernel_str(text, sizeof(text), name) == SWITCH_LEN &&
	       kernel_bytes_equal(text, "ftrace_enabled", SWITCH_LEN);
}

#endif
