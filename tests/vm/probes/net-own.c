// SPDX-License-Identifier: GPL-2.0-only
/* What has to go on working without a network: unix sockets of one's own, and asking by route
 * netlink which links there are. All of it is allowed everywhere. */
#include "table.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

static const char text[] = "over a socket of its own";

static int same_text(const char *got, ssize_t len)
{
	return len == sizeof(text) && !memcmp(got, text, sizeof(text)) ? 0 : EIO;
}

static int own_pair(const struct attempt *a)
{
	char got[64];
	int sv[2];

	if (socketpair(AF_UNIX, (int)a->number, 0, sv))
		return errno;
	if (write(sv[0], text, sizeof(text)) < 0)
		return errno;
	return same_text(got, read(sv[1], got, sizeof(got)));
}

/* The address of `name`: a path, or an abstract one when it begins with '@'. */
static socklen_t address(struct sockaddr_un *sa, const char *name)
{
	*sa = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(sa->sun_path, sizeof(sa->sun_path), "%s.%d", name, (int)getpid());
	if (name[0] != '@')
		return sizeof(*sa);
	sa->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(sa->sun_path + 1));
}

static int own_stream(const struct attempt *a)
{
	int server = socket(AF_UNIX, (int)a->number, 0), client, accepted;
	struct sockaddr_un sa;
	socklen_t len = address(&sa, a->text);
	char got[64];

	if (server < 0 || bind(server, (struct sockaddr *)&sa, len) || listen(server, 1))
		return errno;
	client = socket(AF_UNIX, (int)a->number, 0);
	if (client < 0 || connect(client, (struct sockaddr *)&sa, len))
		return errno;
	accepted = accept(server, NULL, NULL);
	if (accepted < 0 || send(client, text, sizeof(text), 0) < 0)
		return errno;
	return same_text(got, recv(accepted, got, sizeof(got), 0));
}

static int own_datagram(const struct attempt *a)
{
	int server = socket(AF_UNIX, SOCK_DGRAM, 0), client = socket(AF_UNIX, SOCK_DGRAM, 0);
	struct sockaddr_un sa;
	socklen_t len = address(&sa, a->text);
	char got[64];

	if (server < 0 || client < 0 || bind(server, (struct sockaddr *)&sa, len))
		return errno;
	if (sendto(client, text, sizeof(text), 0, (struct sockaddr *)&sa, len) < 0)
		return errno;
	if (same_text(got, recv(server, got, sizeof(got), 0)))
		return EIO;
	/* Connected, it is another way to the same hook. */
	if (connect(client, (struct sockaddr *)&sa, len) ||
	    write(client, text, sizeof(text)) != sizeof(text))
		return errno;
	return same_text(got, recv(server, got, sizeof(got), 0));
}

/* A file handed over inside the session. */
static int own_descriptor(const struct attempt *a)
{
	char control[CMSG_SPACE(sizeof(int))] = {0}, byte = 0;
	struct iovec iov = {&byte, 1};
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = control,
			   .msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int sv[2], fd = open("/", O_RDONLY);

	(void)a;
	need(fd, "open");
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv))
		return errno;
	*c = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	if (sendmsg(sv[0], &m, 0) < 0 || recvmsg(sv[1], &m, 0) < 0)
		return errno;
	return m.msg_flags & MSG_CTRUNC || !CMSG_FIRSTHDR(&m) ? EIO : 0;
}

/* Is the loopback device among the links? */
static int own_links(const struct attempt *a)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg info;
	} ask = {.head = {.nlmsg_len = sizeof(ask),
			  .nlmsg_type = RTM_GETLINK,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP}};
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	static char got[1 << 16];
	ssize_t n;

	(void)a;
	if (fd < 0 || send(fd, &ask, sizeof(ask), 0) < 0)
		return errno;
	n = recv(fd, got, sizeof(got), 0);
	if (n < 0)
		return errno;
	return memmem(got, (size_t)n, "lo", 3) ? 0 : EIO;
}

static const struct attempt table[] = {
	{"socketpair-stream", own_pair, NULL, NULL, SOCK_STREAM, 0},
	{"socketpair-dgram", own_pair, NULL, NULL, SOCK_DGRAM, 0},
	{"socketpair-seqpacket", own_pair, NULL, NULL, SOCK_SEQPACKET, 0},
	{"stream", own_stream, NULL, "/tmp/own-stream", SOCK_STREAM, 0},
	{"stream-abstract", own_stream, NULL, "@own-stream", SOCK_STREAM, 0},
	{"seqpacket", own_stream, NULL, "/tmp/own-seq", SOCK_SEQPACKET, 0},
	{"dgram", own_datagram, NULL, "/tmp/own-dgram", 0, 0},
	{"dgram-abstract", own_datagram, NULL, "@own-dgram", 0, 0},
	{"descriptor", own_descriptor, NULL, NULL, 0, 0},
	{"route-links", own_links, NULL, NULL, 0, 0},
};

int main(int argc, char **argv)
{
	return table_run(table, ARRAY_SIZE(table), argc, argv);
}
