/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is it in the folder where user space keeps what was approved for always? No session has any
 * business there, nor may it put another in its place.
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

#endif
