// SPDX-License-Identifier: GPL-2.0-only
/* What is there outside every session? Listens at the paths given (stream; "dgram:PATH" datagrams),
 * answers each connection, and hands over what the one byte it gets asks for:
 *   t  a TCP socket     p  a packet socket     u  a unix socket
 * (the kernel itself sends no io_uring). Prints its process id and the number of a TCP socket that
 * it has open, behind which an io_uring is; then a line for each connection and datagram.
 */
#include "table.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "uring.h"

static int listen_at(const char *path, int type)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	unlink(path);
	need(fd, "socket");
	need(bind(fd, (struct sockaddr *)&at, sizeof(at)), path);
	if (type == SOCK_STREAM)
		need(listen(fd, 16), "listen");
	return fd;
}

static int make_wanted(char kind)
{
	int sv[2];

	switch (kind) {
	case 't':
		return socket(AF_INET, SOCK_STREAM, 0);
	case 'p':
		return socket(AF_PACKET, SOCK_RAW, htons(3));
	default:
		return socketpair(AF_UNIX, SOCK_STREAM, 0, sv) ? -1 : sv[0];
	}
}

static void hand_over(int to, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = {0}, byte = '.';
	struct iovec iov = {&byte, 1};
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = control,
			   .msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	*c = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	need(sendmsg(to, &m, 0), "sendmsg");
}

static void answer(int listener, const char *path)
{
	int fd = accept(listener, NULL, NULL), wanted;
	char kind = 0;

	printf("connection %s\n", path);
	if (fd >= 0 && read(fd, &kind, 1) == 1) {
		wanted = make_wanted(kind);
		need(wanted, "what was asked for");
		hand_over(fd, wanted);
		close(wanted);
	}
	close(fd);
}

int main(int argc, char **argv)
{
	struct pollfd fds[16];
	const char *paths[16];
	char datagram[64];
	int count = 0, tcp;
	struct ring ring;

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	for (int i = 1; i < argc && count < 16; i++) {
		int is_dgram = !strncmp(argv[i], "dgram:", 6);

		paths[count] = argv[i] + (is_dgram ? 6 : 0);
		fds[count].fd = listen_at(paths[count], is_dgram ? SOCK_DGRAM : SOCK_STREAM);
		fds[count++].events = POLLIN;
	}
	tcp = socket(AF_INET, SOCK_STREAM, 0);
	need(ring_open(&ring, 0) || ring.fd != tcp + 1 ? -1 : 0, "a TCP socket and a ring");
	printf("ready %d %d\n", (int)getpid(), tcp);
	while (poll(fds, (nfds_t)count, -1) > 0) {
		for (int i = 0; i < count; i++) {
			if (!(fds[i].revents & POLLIN))
				continue;
			if (recv(fds[i].fd, datagram, sizeof(datagram), MSG_DONTWAIT) >= 0)
				printf("datagram %s\n", paths[i]);
			else
				answer(fds[i].fd, paths[i]);
		}
	}
	return 1;
}
