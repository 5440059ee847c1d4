// SPDX-License-Identifier: GPL-2.0-only
/* Out of a session without a network: to what listens on the host, by any kind of socket, by a
 * device, by changing the host's network, by somebody else's socket.
 */
#include "attack.h"

#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "uring.h"

static const struct sockaddr_in host = {
	.sin_family = AF_INET, .sin_port = PORT >> 8 | (PORT & 255) << 8, .sin_addr = {0x0100007f}};

/* Connected to what listens on the host, it has said something. */
static int heard(int fd)
{
	char bytes[8];

	return verdict_of(read(fd, bytes, sizeof(bytes)) > 0 ? 0 : -1, "read what the host sent");
}

static int by_tcp(const struct attack *a)
{
	int fd = socket(AF_INET, SOCK_STREAM, (int)a->number);

	step(fd, "socket");
	step(connect(fd, (const struct sockaddr *)&host, sizeof(host)), "connect");
	return heard(fd);
}

static int by_tcp6(const struct attack *a)
{
	struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_port = htons(PORT)};
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	step(fd, "socket");
	inet_pton(AF_INET6, a->text, &to.sin6_addr);
	step(connect(fd, (struct sockaddr *)&to, sizeof(to)), "connect");
	return heard(fd);
}

static int by_udp(const struct attack *a)
{
	int fd = socket(AF_INET, SOCK_DGRAM, (int)a->number);

	step(fd, "socket");
	return verdict_of(sendto(fd, "x", 1, 0, (const struct sockaddr *)&host, sizeof(host)),
			  "sendto");
}

static int by_fast_open(const struct attack *a)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)a;
	step(fd, "socket");
	return verdict_of(
		sendto(fd, "x", 1, MSG_FASTOPEN, (const struct sockaddr *)&host, sizeof(host)),
		"sendto");
}

/* A socket of this family is a way out, or to the kernel's other ends of it. */
static int by_family(const struct attack *a)
{
	return verdict_of(socket((int)a->number, (int)(a->other & 15), (int)(a->other >> 4)),
			  "socket");
}

static int by_listener(const struct attack *a)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)a;
	step(fd, "socket");
	step(bind(fd, (struct sockaddr *)&at, sizeof(at)), "bind");
	return verdict_of(listen(fd, 1), "listen");
}

static int by_uring(const struct attack *a)
{
	struct io_uring_sqe sqe = {.opcode = IORING_OP_SOCKET,
				   .flags = (__u8)a->number,
				   .fd = AF_INET,
				   .off = SOCK_STREAM};
	int r = ring_do(&sqe);

	errno = r;
	return verdict_of(r ? -1 : 0, "socket by io_uring");
}

/* A kernel thread does the ring's work, and is in no session. */
static int by_polling_ring(const struct attack *a)
{
	struct ring ring;
	int r = ring_open(&ring, IORING_SETUP_SQPOLL);

	(void)a;
	errno = r;
	return verdict_of(r ? -1 : 0, "io_uring_setup");
}

static int by_int80(const struct attack *a)
{
	long r;

	(void)a;
	asm volatile("int $0x80"
		     : "=a"(r)
		     : "a"(359L), "b"((long)AF_INET), "c"((long)SOCK_STREAM), "d"(0L)
		     : "memory");
	errno = (int)-r;
	return verdict_of(r, "socket by int 0x80");
}

static int by_shell(const struct attack *a)
{
	int status, fd = open("/dev/null", O_WRONLY);
	pid_t pid = fork();

	if (pid == 0) {
		dup2(fd, 1);
		dup2(fd, 2);
		execlp(a->text, a->text, "-c",
		       a->other ? "busybox nc 127.0.0.1 7007 </dev/null"
				: "exec 3<>/dev/tcp/127.0.0.1/7007 && read -n 3 x <&3",
		       NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	see("%s: exit %d", a->text, WEXITSTATUS(status));
	return status == 127 << 8 ? NOT_HERE : status ? CONTAINED : ESCAPED;
}

/* --- a socket of somebody else's ----------------------------------------------------------------
 */

static int unix_connect(const char *path, int type)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	int fd = socket(AF_UNIX, type, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	step(fd, "socket");
	step(connect(fd, (struct sockaddr *)&at, *path ? sizeof(at) : len), "connect");
	return fd;
}

static int use(int fd)
{
	long r = connect(fd, (const struct sockaddr *)&host, sizeof(host));

	return verdict_of(r && errno == EISCONN ? 0 : r, "connect");
}

static int by_received(const struct attack *a)
{
	char control[CMSG_SPACE(sizeof(int))] = {0}, byte;
	struct iovec iov = {&byte, 1};
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = control,
			   .msg_controllen = sizeof(control)};
	int fd = unix_connect(OUTSIDE, SOCK_STREAM);

	(void)a;
	step(write(fd, "t", 1), "write");
	step(recvmsg(fd, &m, 0), "recvmsg");
	if (m.msg_flags & MSG_CTRUNC || !CMSG_FIRSTHDR(&m)) {
		see("recvmsg: the descriptor was left out");
		return CONTAINED;
	}
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	return use(fd);
}

static int by_taken(const struct attack *a)
{
	int pidfd = (int)syscall(SYS_pidfd_open, (pid_t)told("OUTSIDE_PID"), 0), fd;

	(void)a;
	step(pidfd, "pidfd_open");
	fd = (int)syscall(SYS_pidfd_getfd, pidfd, (int)told("OUTSIDE_TCP"), 0);
	step(fd, "pidfd_getfd");
	return use(fd);
}

/* The container engine's socket, or any that is a blocked source, by whatever name. */
static int by_unix(const struct attack *a)
{
	unix_connect(a->text, SOCK_STREAM);
	see("connected to %s", a->text);
	return ESCAPED;
}

static int by_unix_link(const struct attack *a)
{
	unlink(TMP "engine");
	step(a->number ? link(a->text, TMP "engine") : symlink(a->text, TMP "engine"), "link");
	unix_connect(TMP "engine", SOCK_STREAM);
	see("connected to %s, by a link", a->text);
	return ESCAPED;
}

static int by_unix_descriptor(const struct attack *a)
{
	char path[64];
	int fd = open(a->text, O_PATH);

	step(fd, "open");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	unix_connect(path, SOCK_STREAM);
	see("connected to %s, by a descriptor", a->text);
	return ESCAPED;
}

/* --- namespaces and devices ---------------------------------------------------------------------
 */

static int by_namespace(const struct attack *a)
{
	(void)a;
	step(unshare(CLONE_NEWUSER | CLONE_NEWNET), "unshare");
	return verdict_of(socket(AF_INET, SOCK_STREAM, 0), "socket in a namespace of its own");
}

static int by_device(const struct attack *a)
{
	int fd = open(a->text, O_RDWR);

	if (fd < 0 && (errno == ENOENT || errno == ENODEV || errno == ENXIO))
		return not_here("there is no such device");
	return verdict_of(fd, a->text);
}

static int by_tun(const struct attack *a)
{
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI, .ifr_name = "claw0"};
	int fd = open("/dev/net/tun", O_RDWR);

	(void)a;
	if (fd < 0 && (errno == ENOENT || errno == ENODEV))
		return not_here("there is no such device");
	step(fd, "open");
	return verdict_of(ioctl(fd, TUNSETIFF, &request), "TUNSETIFF");
}

/* The one kind of socket that there is asks the kernel to change the host's network. */
static int by_route(const struct attack *a)
{
	struct {
		struct nlmsghdr h;
		struct ifaddrmsg address;
		struct rtattr attribute;
		in_addr_t local;
	} ask = {.h = {.nlmsg_len = sizeof(ask),
		       .nlmsg_type = (unsigned short)a->number,
		       .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | (unsigned short)a->other},
		 .address = {.ifa_family = AF_INET, .ifa_prefixlen = 32, .ifa_index = 1},
		 .attribute = {.rta_len = 8, .rta_type = IFA_LOCAL},
		 .local = inet_addr("127.7.7.7")};
	struct {
		struct nlmsghdr h;
		struct nlmsgerr e;
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	step(fd, "socket");
	step(send(fd, &ask, sizeof(ask), 0), "send");
	step(recv(fd, &answer, sizeof(answer), 0), "recv");
	errno = -answer.e.error;
	if (errno == EEXIST || errno == EADDRNOTAVAIL)
		errno = 0; /* it was about to */
	return verdict_of(errno ? -1 : 0, "change the host's addresses");
}

#define N          GOAL_NET
#define FAMILY(f)  N, ROOT, 1, NULL, f
#define NETLINK(p) N, ANYBODY, 1, NULL, AF_NETLINK, SOCK_RAW | (p) << 4

static const struct attack table[] = {
	{"tcp", by_tcp, N, ANYBODY, 0, NULL, 0, 0},
	{"tcp6", by_tcp6, N, ANYBODY, 0, "::1", 0, 0},
	{"tcp6-mapped", by_tcp6, N, ANYBODY, 0, "::ffff:127.0.0.1", 0, 0},
	{"mptcp", by_tcp, N, ANYBODY, 1, NULL, IPPROTO_MPTCP, 0},
	{"udp", by_udp, N, ANYBODY, 0, NULL, 0, 0},
	{"udplite", by_udp, N, ANYBODY, 1, NULL, IPPROTO_UDPLITE, 0},
	{"fast-open", by_fast_open, N, ANYBODY, 0, NULL, 0, 0},
	{"listen", by_listener, N, ANYBODY, 0, NULL, 0, 0},
	{"uring", by_uring, N, ANYBODY, 0, NULL, 0, 0},
	{"uring-worker", by_uring, N, ANYBODY, 0, NULL, IOSQE_ASYNC, 0},
	{"uring-polling", by_polling_ring, N, ANYBODY, 0, NULL, 0, 0},
	{"int80", by_int80, N, ANYBODY, 1, NULL, 0, 0},
	{"bash", by_shell, N, ANYBODY, 1, "bash", 0, 0},
	{"busybox", by_shell, N, ANYBODY, 1, "sh", 0, 1},
	{"raw", by_family, N, ROOT, 0, NULL, AF_INET, SOCK_RAW | IPPROTO_ICMP << 4},
	{"sctp", by_family, N, ANYBODY, 1, NULL, AF_INET, SOCK_STREAM | IPPROTO_SCTP << 4},
	{"dccp", by_family, N, ANYBODY, 1, NULL, AF_INET, 6 | 33 << 4},
	{"packet", by_family, FAMILY(AF_PACKET), SOCK_RAW},
	{"vsock", by_family, N, ANYBODY, 1, NULL, AF_VSOCK, SOCK_STREAM},
	{"alg", by_family, N, ANYBODY, 1, NULL, AF_ALG, SOCK_SEQPACKET},
	{"xdp", by_family, FAMILY(AF_XDP), SOCK_RAW},
	{"key", by_family, FAMILY(AF_KEY), SOCK_RAW | 2 << 4},
	{"tipc", by_family, N, ANYBODY, 1, NULL, AF_TIPC, SOCK_RDM},
	{"can", by_family, FAMILY(AF_CAN), SOCK_RAW | 1 << 4},
	{"bluetooth", by_family, FAMILY(AF_BLUETOOTH), SOCK_RAW | 1 << 4},
	{"smc", by_family, N, ANYBODY, 1, NULL, AF_SMC, SOCK_STREAM},
	{"rds", by_family, FAMILY(AF_RDS), SOCK_SEQPACKET},
	{"netlink-generic", by_family, NETLINK(NETLINK_GENERIC)},
	{"netlink-audit", by_family, NETLINK(NETLINK_AUDIT)},
	{"netlink-uevent", by_family, NETLINK(NETLINK_KOBJECT_UEVENT)},
	{"netlink-diag", by_family, NETLINK(NETLINK_SOCK_DIAG)},
	{"netlink-xfrm", by_family, NETLINK(NETLINK_XFRM)},
	{"netlink-netfilter", by_family, NETLINK(NETLINK_NETFILTER)},
	{"received", by_received, N, ANYBODY, 0, NULL, 0, 0},
	{"taken", by_taken, N, ANYBODY, 0, NULL, 0, 0},
	{"engine", by_unix, N, ANYBODY, 0, "/run/docker.sock", 0, 0},
	{"engine-var-run", by_unix, N, ANYBODY, 0, "/var/run/docker.sock", 0, 0},
	{"engine-proc-root", by_unix, N, ANYBODY, 0, "/proc/self/root/run/docker.sock", 0, 0},
	{"engine-symlink", by_unix_link, N, ANYBODY, 0, "/run/docker.sock", 0, 0},
	{"engine-hardlink", by_unix, N, ANYBODY, 0, "/run/engine-hardlink", 1, 0},
	{"engine-descriptor", by_unix_descriptor, N, ANYBODY, 0, "/run/docker.sock", 0, 0},
	{"secret-socket", by_unix, N, ANYBODY, 0, SECRET "/socket", 0, 0},
	{"namespace", by_namespace, N, ANYBODY, 0, NULL, 0, 0},
	{"tun", by_tun, N, ROOT, 1, NULL, 0, 0},
	{"vhost-net", by_device, N, ROOT, 1, "/dev/vhost-net", 0, 0},
	{"vhost-vsock", by_device, N, ROOT, 1, "/dev/vhost-vsock", 0, 0},
	{"vsock-device", by_device, N, ROOT, 1, "/dev/vsock", 0, 0},
	{"route-add", by_route, N, ROOT, 0, NULL, RTM_NEWADDR, NLM_F_CREATE},
	{"route-delete", by_route, N, ROOT, 0, NULL, RTM_DELADDR, 0},
};

ATTACKS_MAIN(table)
