/* SPDX-License-Identifier: GPL-2.0-only */
/* Does a file lie in a blocked bind source? By identity, whatever it is called here. */
#ifndef CLAWBPF_BPF_BLOCKED_H
#define CLAWBPF_BPF_BLOCKED_H

#include "lib/emit.h"

#define DENTRY_DEPTH_MAX 256

/*
 * The rule for one directory or file: by itself, or by its directory and name, when it was made
 * anew since the policy was loaded, as the engine's socket is.
 */
static __always_inline u32 blocked_rule_of(const struct view *v, struct dentry *dentry)
{
	struct inode *inode = BPF_CORE_READ(dentry, d_inode);
	struct path_hash hash = PATH_HASH_INIT;
	u64 name[NAME_LEN / 8] = {};
	struct rule_key key; /* one for both: there is little stack below an exec */
	u32 rule;

	rule_key_init(&key, v->head->policy, RULE_BIND_FILE);
	key.number[0] = BPF_CORE_READ(inode, i_sb, s_dev);
	key.number[1] = BPF_CORE_READ(inode, i_ino);
	rule = rule_find(v, &key);
	if (rule != RULE_NONE)
		return rule;
	inode = BPF_CORE_READ(dentry, d_parent, d_inode);
	key.kind = RULE_BIND_ENTRY;
	path_hash_add_word(&hash, BPF_CORE_READ(inode, i_sb, s_dev));
	path_hash_add_word(&hash, BPF_CORE_READ(inode, i_ino));
	bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(dentry, d_name.name));
	name_hash(&hash, name);
	key.number[0] = hash.a;
	key.number[1] = hash.b;
	return rule_find(v, &key);
}

/* --- within one file system --------------------------------------------------------------------
 */

struct blocked_walk {
	const struct view *v;
	struct dentry *dentry;
	u32 rule;
};

static long blocked_step(u32 i, struct blocked_walk *w)
{
	struct dentry *dentry = w->dentry, *parent = BPF_CORE_READ(dentry, d_parent);

	w->rule = blocked_rule_of(w->v, dentry);
	if (w->rule != RULE_NONE || parent == dentry)
		return 1;
	w->dentry = parent;
	return 0;
}

/* The rule for the directory itself or one above it, up to its file system's root. */
static __always_inline u32 blocked_rule(const struct view *v, struct dentry *dentry)
{
	struct blocked_walk w = {.v = v, .dentry = dentry, .rule = RULE_NONE};

	if (dentry)
		bpf_loop(DENTRY_DEPTH_MAX, blocked_step, &w, 0);
	return w.rule;
}

/* The same for where a unix socket is bound. */
static __always_inline u32 blocked_rule_of_unix(const struct view *v, struct sock *sk)
{
	struct unix_sock *u = (void *)sk;

	return sk ? blocked_rule(v, BPF_CORE_READ(u, path.dentry)) : RULE_NONE;
}

/* --- in the host's tree, across its mounts ------------------------------------------------------
 */

struct host_walk {
	const struct view *v;
	const struct state *st;
	struct dentry *dentry;
	struct mount *mount;
	u32 rule;
	bool ended;
	bool at_host_root;
};

static __always_inline bool inode_is_host_root(struct inode *inode, const struct state *st)
{
	return BPF_CORE_READ(inode, i_ino) == st->root_ino &&
	       BPF_CORE_READ(inode, i_sb, s_dev) == st->root_dev;
}

static long host_step(u32 i, struct host_walk *w)
{
	struct dentry *dentry = w->dentry;
	struct mount *m = w->mount;

	if (w->rule == RULE_NONE)
		w->rule = blocked_rule_of(w->v, dentry);
	if (dentry != BPF_CORE_READ(m, mnt.mnt_root)) {
		w->dentry = BPF_CORE_READ(dentry, d_parent);
		return 0;
	}
	w->at_host_root = inode_is_host_root(BPF_CORE_READ(dentry, d_inode), w->st);
	w->mount = BPF_CORE_READ(m, mnt_parent);
	w->dentry = BPF_CORE_READ(m, mnt_mountpoint);
	w->ended = w->at_host_root || w->mount == m;
	return w->ended;
}

/*
 * The rule for a path in the host's tree; what has been put together elsewhere, such as the proc of
 * a container, is not the host's. False: it lies too deep to tell.
 */
static __always_inline bool blocked_rule_of_host_path(const struct view *v, const struct state *st,
						      struct path *path, u32 *ret_rule)
{
	struct vfsmount *mnt = BPF_CORE_READ(path, mnt);
	struct dentry *dentry = BPF_CORE_READ(path, dentry);
	struct host_walk w = {
		.v = v,
		.st = st,
		.dentry = dentry,
		.mount = (void *)mnt - bpf_core_field_offset(struct mount, mnt),
		.rule = rule_of_inode(v, RULE_BIND_ABOVE_FILE, BPF_CORE_READ(dentry, d_inode)),
	};

	bpf_loop(DENTRY_DEPTH_MAX, host_step, &w, 0);
	*ret_rule = w.at_host_root ? w.rule : RULE_NONE;
	return w.ended;
}

#endif
