// SPDX-License-Identifier: GPL-2.0-only
/* What is ours and what lies outside the session: may this session touch it?
 *   bpf                    no session loads, finds or changes BPF objects
 *   unix_stream_connect    a sandboxed session reaches no socket below a blocked bind source
 *   unix_may_send          the same, for datagrams
 */
#include "lib/text.h"

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

/* The inode that a unix socket is bound to, and all above it. */
static __always_inline int unix_answer(u16 hook, struct sock *other, int ret)
{
	struct unix_sock *peer = (void *)other;
	struct dentry *dentry, *parent;
	const struct label *label;
	struct object o = {};
	u32 rule = RULE_NONE;
	struct view v;

	if (ret)
		return ret;
	label = label_current();
	if (!label || label->phase != PHASE_ARMED)
		return 0;
	count_asked(hook);
	dentry = BPF_CORE_READ(peer, path.dentry);
	o.name = dentry;
	if (!view_current(&v, label))
		return answer_unknown(hook, label, REASON_NO_POLICY, &o);
	if (!(v.head->flags & POLICY_SANDBOXED))
		return 0;
	for (int i = 0; i < 16 && dentry && rule == RULE_NONE; i++) {
		rule = rule_of_inode(&v, RULE_BIND_FILE, BPF_CORE_READ(dentry, d_inode));
		parent = BPF_CORE_READ(dentry, d_parent);
		if (parent == dentry)
			break;
		dentry = parent;
	}
	return answer(
		hook, label, &v,
		rule == RULE_NONE ? decide(REASON_NONE, RULE_NONE) : decide(REASON_BIND, rule), &o);
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
