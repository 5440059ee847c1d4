// SPDX-License-Identifier: GPL-2.0-only
/* May this session use the network?
 *   socket_create                         which families it may open
 *   socket_{connect,bind,listen,accept}   sockets that it did not open itself
 *   socket_{sendmsg,recvmsg}              data, also by write, read, io_uring and TCP Fast Open
 *   socket_getsockopt                     TCP's receive that is called an option
 *   file_permission                       splice, which out of a socket meets no other hook, and up
 *                                         to 6.4 none into it either
 *   uring_sqpoll                          a ring whose work is done outside every task of ours
 * Without a network a session has unix sockets and route netlink, nothing else.
 */
#include "lib/handover.h"

static __always_inline int net_answer(u16 hook, const struct label *label, u32 family, u32 type,
				      u32 protocol)
{
	struct object o = {.number = {family, type | protocol << 16}};
	struct view v;

	if (label->phase != PHASE_ARMED)
		return 0; /* the container runtime is at work */
	count_asked(hook);
	if (!view_current(&v, label))
		return answer_unknown(hook, label, REASON_NO_POLICY, &o);
	return answer(hook, label, &v, decide_socket(v.head, family, protocol), &o);
}

static __always_inline int net_check(u16 hook, struct socket *sock, int ret)
{
	const struct label *label;
	struct sock *sk;

	if (ret)
		return ret;
	label = label_current();
	if (!label)
		return 0;
	sk = BPF_CORE_READ(sock, sk);
	return net_answer(hook, label, BPF_CORE_READ(sk, __sk_common.skc_family),
			  BPF_CORE_READ(sock, type), BPF_CORE_READ(sk, sk_protocol));
}

SEC("lsm/socket_create")
int BPF_PROG(claw_sk_create, int family, int type, int protocol, int kern, int ret)
{
	const struct label *label;

	if (ret || kern)
		return ret; /* the kernel's own sockets */
	label = label_current();
	if (!label)
		return 0;
	return net_answer(HOOK_SOCKET_CREATE, label, family, type, protocol);
}

SEC("lsm/socket_connect")
int BPF_PROG(claw_sk_connect, struct socket *sock, void *address, int addrlen, int ret)
{
	return net_check(HOOK_SOCKET_CONNECT, sock, ret);
}

SEC("lsm/socket_bind")
int BPF_PROG(claw_sk_bind, struct socket *sock, void *address, int addrlen, int ret)
{
	return net_check(HOOK_SOCKET_BIND, sock, ret);
}

SEC("lsm/socket_listen")
int BPF_PROG(claw_sk_listen, struct socket *sock, int backlog, int ret)
{
	return net_check(HOOK_SOCKET_LISTEN, sock, ret);
}

SEC("lsm/socket_accept")
int BPF_PROG(claw_sk_accept, struct socket *sock, struct socket *newsock, int ret)
{
	return net_check(HOOK_SOCKET_ACCEPT, sock, ret);
}

SEC("lsm/socket_sendmsg")
int BPF_PROG(claw_sk_send, struct socket *sock, void *msg, int size, int ret)
{
	return net_check(HOOK_SOCKET_SENDMSG, sock, ret);
}

SEC("lsm/socket_recvmsg")
int BPF_PROG(claw_sk_recv, struct socket *sock, void *msg, int size, int flags, int ret)
{
	return net_check(HOOK_SOCKET_RECVMSG, sock, ret);
}

SEC("lsm/socket_getsockopt")
int BPF_PROG(claw_sk_getopt, struct socket *sock, int level, int option, int ret)
{
	if (ret || level != IPPROTO_TCP || option != TCP_ZEROCOPY_RECEIVE)
		return ret;
	return net_check(HOOK_SOCKET_GETOPT, sock, ret);
}

SEC("lsm/file_permission")
int BPF_PROG(claw_file_perm, struct file *file, int mask, int ret)
{
	struct socket *sock;

	if (ret)
		return ret;
	sock = socket_of_file(file);
	if (!sock)
		return 0;
	return net_check(HOOK_FILE_PERMISSION, sock, ret);
}

SEC("lsm/uring_sqpoll")
int BPF_PROG(claw_sqpoll, int ret)
{
	const struct label *label;
	struct view v;

	if (ret)
		return ret;
	label = label_current();
	if (!label || label->phase != PHASE_ARMED)
		return 0;
	count_asked(HOOK_URING_SQPOLL);
	if (!view_current(&v, label))
		return answer_unknown(HOOK_URING_SQPOLL, label, REASON_NO_POLICY, NULL);
	if (!(v.head->flags & POLICY_NO_NETWORK))
		return 0;
	return answer(HOOK_URING_SQPOLL, label, &v, decide(REASON_NETWORK, v.head->rule_network),
		      NULL);
}
