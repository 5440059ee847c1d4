/* SPDX-License-Identifier: GPL-2.0-only */
/* Does a file lie in a blocked bind source? By identity, whatever it is called here. */
#ifndef CLAWBPF_BPF_BLOCKED_H
#define CLAWBPF_BPF_BLOCKED_H

#include "lib/emit.h"

#define DENTRY_DEPTH_MAX 64

/* The rule for the directory itself or one above it, up to its file system's root. */
static __always_inline u32 blocked_rule(const struct view *v, struct dentry *dentry)
{
	u32 rule = RULE_NONE;

	for (int i = 0; i < DENTRY_DEPTH_MAX && dentry && rule == RULE_NONE; i++) {
		struct dentry *parent;

		rule = rule_of_inode(v, RULE_BIND_FILE, BPF_CORE_READ(dentry, d_inode));
		parent = BPF_CORE_READ(dentry, d_parent);
		if (parent == dentry)
			break;
		dentry = parent;
	}
	return rule;
}

/* The same for where a unix socket is bound. */
static __always_inline u32 blocked_rule_of_unix(const struct view *v, struct sock *sk)
{
	struct unix_sock *u = (void *)sk;

	return sk ? blocked_rule(v, BPF_CORE_READ(u, path.dentry)) : RULE_NONE;
}

#endif
