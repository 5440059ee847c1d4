// SPDX-License-Identifier: GPL-2.0-only
/* Which sockets can be made? One attempt for each family, with every type that there is; a family
 * that the kernel was built without, or would load a module for, is asked for as well. */
#include "table.h"

#include <linux/netlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>

#include "uring.h"

static const int types[] = {SOCK_STREAM, SOCK_DGRAM,     SOCK_RAW,
			    SOCK_RDM,    SOCK_SEQPACKET, SOCK_PACKET};

static int is_lacking(int error)
{
	return error == EAFNOSUPPORT || error == ESOCKTNOSUPPORT || error == EPROTONOSUPPORT ||
	       error == EPROTOTYPE || error == EINVAL || error == ENOENT;
}

/* 0: some type can be had. EPERM: every one was refused, so that no module was looked for. */
static int make_family(const struct attempt *a)
{
	int refused = 0, lacking = 0, error = 0;

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (socket((int)a->number, types[i], (int)a->other) >= 0)
			return 0;
		refused += errno == EPERM;
		lacking += is_lacking(errno);
		if (errno != EPERM && !is_lacking(errno))
			error = errno;
	}
	if (refused == ARRAY_SIZE(types))
		return EPERM;
	return lacking == ARRAY_SIZE(types) ? ABSENT : error ? error : EIO;
}

static int make_socket(const struct attempt *a)
{
	return answer_of(socket(AF_INET, (int)a->number, (int)a->other));
}

/* socket() done by an io_uring, in the task itself or by one of its workers. */
static int make_by_ring(const struct attempt *a)
{
	struct io_uring_sqe sqe = {.opcode = IORING_OP_SOCKET,
				   .flags = (__u8)a->number,
				   .fd = AF_INET,
				   .off = SOCK_STREAM};

	return ring_do(&sqe);
}

/* A ring whose work a kernel thread does. */
static int make_polling_ring(const struct attempt *a)
{
	struct ring ring;

	(void)a;
	return ring_open(&ring, IORING_SETUP_SQPOLL);
}

/* A network namespace of its own has a network as well. */
static int make_elsewhere(const struct attempt *a)
{
	(void)a;
	need(unshare(CLONE_NEWNET), "unshare");
	return answer_of(socket(AF_INET, SOCK_DGRAM, 0));
}

/* The network namespace that is mounted at a place of the environment's. */
static int make_next_door(const struct attempt *a)
{
	int fd = open(getenv("NETNS") ?: "", O_RDONLY);

	(void)a;
	need(fd, "NETNS");
	need(setns(fd, CLONE_NEWNET), "setns");
	return answer_of(socket(AF_INET, SOCK_STREAM, 0));
}

static int make_tun(const struct attempt *a)
{
	int fd = open("/dev/net/tun", O_RDWR);

	(void)a;
	return fd < 0 && (errno == ENOENT || errno == ENODEV) ? ABSENT : answer_of(fd);
}

#define CREATE "hook=socket_create reason=network-none kind=socket"
#define FAMILY(f)                                                                                  \
	{                                                                                          \
#f, make_family, CREATE " family=" #f, NULL, f, 0                                  \
	}
#define NETLINK(p)                                                                                 \
	{                                                                                          \
#p, make_family, CREATE " family=AF_NETLINK protocol=" #p, NULL, AF_NETLINK, p     \
	}

static const struct attempt table[] = {
	FAMILY(AF_INET),
	FAMILY(AF_AX25),
	FAMILY(AF_IPX),
	FAMILY(AF_APPLETALK),
	FAMILY(AF_NETROM),
	FAMILY(AF_BRIDGE),
	FAMILY(AF_ATMPVC),
	FAMILY(AF_X25),
	FAMILY(AF_INET6),
	FAMILY(AF_ROSE),
	FAMILY(AF_DECnet),
	FAMILY(AF_NETBEUI),
	FAMILY(AF_SECURITY),
	FAMILY(AF_KEY),
	FAMILY(AF_PACKET),
	FAMILY(AF_ASH),
	FAMILY(AF_ECONET),
	FAMILY(AF_ATMSVC),
	FAMILY(AF_RDS),
	FAMILY(AF_SNA),
	FAMILY(AF_IRDA),
	FAMILY(AF_PPPOX),
	FAMILY(AF_WANPIPE),
	FAMILY(AF_LLC),
	FAMILY(AF_IB),
	FAMILY(AF_MPLS),
	FAMILY(AF_CAN),
	FAMILY(AF_TIPC),
	FAMILY(AF_BLUETOOTH),
	FAMILY(AF_IUCV),
	FAMILY(AF_RXRPC),
	FAMILY(AF_ISDN),
	FAMILY(AF_PHONET),
	FAMILY(AF_IEEE802154),
	FAMILY(AF_CAIF),
	FAMILY(AF_ALG),
	FAMILY(AF_NFC),
	FAMILY(AF_VSOCK),
	FAMILY(AF_KCM),
	FAMILY(AF_QIPCRTR),
	FAMILY(AF_SMC),
	FAMILY(AF_XDP),
	NETLINK(NETLINK_USERSOCK),
	NETLINK(NETLINK_SOCK_DIAG),
	NETLINK(NETLINK_XFRM),
	NETLINK(NETLINK_AUDIT),
	NETLINK(NETLINK_CONNECTOR),
	NETLINK(NETLINK_NETFILTER),
	NETLINK(NETLINK_KOBJECT_UEVENT),
	NETLINK(NETLINK_GENERIC),
	NETLINK(NETLINK_CRYPTO),
	{"tcp", make_socket, CREATE " family=AF_INET type=SOCK_STREAM protocol=IPPROTO_TCP", NULL,
	 SOCK_STREAM, IPPROTO_TCP},
	{"udp", make_socket, CREATE " family=AF_INET type=SOCK_DGRAM protocol=IPPROTO_UDP", NULL,
	 SOCK_DGRAM, IPPROTO_UDP},
	{"mptcp", make_socket, CREATE " family=AF_INET", NULL, SOCK_STREAM, IPPROTO_MPTCP},
	{"ping", make_socket, CREATE " protocol=IPPROTO_ICMP", NULL, SOCK_RAW, IPPROTO_ICMP},
	{"uring", make_by_ring, CREATE " family=AF_INET", NULL, 0, 0},
	{"uring-worker", make_by_ring, CREATE " family=AF_INET", NULL, IOSQE_ASYNC, 0},
	{"uring-sqpoll", make_polling_ring, "hook=uring_sqpoll reason=network-none", NULL, 0, 0},
	{"own-netns", make_elsewhere, CREATE " family=AF_INET", NULL, 0, 0},
	{"other-netns", make_next_door, CREATE " family=AF_INET", NULL, 0, 0},
};

int main(int argc, char **argv)
{
	static const struct attempt tun = {"tun", make_tun, NULL, NULL, 0, 0};

	/* Opening the device is no socket: asked for by name only. */
	if (argc == 2 && !strcmp(argv[1], "tun"))
		return table_run(&tun, 1, argc, argv);
	return table_run(table, ARRAY_SIZE(table), argc, argv);
}
