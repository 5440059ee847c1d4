/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * May a session come by this open file in another way than opening it? An inherited or received
 * descriptor has long passed the hooks that would have refused to make it.
 */
#ifndef CLAWBPF_BPF_HANDOVER_H
#define CLAWBPF_BPF_HANDOVER_H

#include "lib/blocked.h"

/* The socket behind an open file; NULL = it is none. */
static __always_inline struct socket *socket_of_file(struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	if (!S_ISSOCK(BPF_CORE_READ(inode, i_mode)))
		return NULL;
	return BPF_CORE_READ(file, private_data);
}

/* Anonymous inodes have no type of their own: the name is all there is. */
static __always_inline bool file_is_ring(struct file *file)
{
	return kernel_bytes_equal(BPF_CORE_READ(file, f_path.dentry, d_name.name), "[io_uring]",
				  11);
}

/* Connected to a socket that the session could not connect to: the Docker engine's, say. */
static __always_inline struct decision handover_decide_unix(const struct view *v, struct sock *sk)
{
	struct unix_sock *u = (void *)sk;
	u32 rule = RULE_NONE;

	if (v->head->flags & POLICY_SANDBOXED)
		rule = blocked_rule_of_unix(v, BPF_CORE_READ(u, peer));
	return rule == RULE_NONE ? decide(REASON_NONE, RULE_NONE) : decide(REASON_BIND, rule);
}

/* Such a socket can share rings of packets with the kernel: no call is made to send or receive. */
static __always_inline bool family_has_rings(u32 family)
{
	return family == AF_PACKET || family == AF_XDP;
}

/*
 * `refusable`: the hooks can still refuse each use of a socket, so that holding it does no harm. A
 * ring may be worked on by a kernel thread that belongs to another process, where no hook helps.
 */
static __always_inline struct decision handover_decide(const struct view *v, struct file *file,
						       bool refusable, struct object *o)
{
	u32 flags = v->head->flags;
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct socket *sock = socket_of_file(file);
	u32 rule;

	o->inode = inode;
	if (sock) {
		struct sock *sk = BPF_CORE_READ(sock, sk);
		u32 family = BPF_CORE_READ(sk, __sk_common.skc_family);
		u32 protocol = BPF_CORE_READ(sk, sk_protocol);

		o->number[0] = family;
		o->number[1] = BPF_CORE_READ(sock, type) | protocol << 16;
		if (family == CLAW_AF_UNIX)
			return handover_decide_unix(v, sk);
		if (refusable && !family_has_rings(family))
			return decide(REASON_NONE, RULE_NONE);
		return decide_socket(v->head, family, protocol);
	}
	o->name = BPF_CORE_READ(file, f_path.dentry);
	if ((flags & POLICY_NO_NETWORK) && file_is_ring(file))
		return decide(REASON_NETWORK, v->head->rule_network);
	if (!(flags & POLICY_FILES))
		return decide(REASON_NONE, RULE_NONE);
	rule = rule_of_inode(v, RULE_FILE, inode);
	return rule == RULE_NONE ? decide(REASON_NONE, RULE_NONE) : decide(REASON_BINARY, rule);
}

#endif
