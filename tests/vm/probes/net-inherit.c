// SPDX-License-Identifier: GPL-2.0-only
/* What does a program do with sockets that were opened outside its session? Opens them (net.h),
 * runs a command that inherits them, and says afterwards what arrived at their other ends:
 *   arrived tcp=BYTES udp=BYTES connections=COUNT
 */
#include "table.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "net.h"

#define WAITING 8 /* connections that wait to be accepted */

static struct sockaddr_in loopback = {.sin_family = AF_INET};

static int open_socket(int type)
{
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	need(fd, "socket");
	return fd;
}

/* A bound socket; *at becomes its address. */
static int open_bound(int type, struct sockaddr_in *at)
{
	socklen_t len = sizeof(*at);
	int fd = open_socket(type);

	*at = loopback;
	need(bind(fd, (struct sockaddr *)at, sizeof(*at)), "bind");
	if (type == SOCK_STREAM)
		need(listen(fd, 64), "listen");
	need(getsockname(fd, (struct sockaddr *)at, &len), "getsockname");
	return fd;
}

static int open_connected(int type, const struct sockaddr_in *to)
{
	int fd = open_socket(type);

	need(connect(fd, (const struct sockaddr *)to, sizeof(*to)), "connect");
	return fd;
}

/* From here on a program inherits it, at that place. */
static void hand_down(int fd, int as)
{
	need(dup2(fd, as), "dup2");
	close(fd);
}

/* The other ends. */
struct ends {
	int tcp[2], listener, udp;
	pid_t command;
	long tcp_bytes, udp_bytes, connections;
};

static void open_tcp(struct ends *e, const struct sockaddr_in *server, int which, size_t waiting)
{
	static char data[1 << 16];

	hand_down(open_connected(SOCK_STREAM, server), which ? FD_TCP_LITTLE : FD_TCP);
	e->tcp[which] = accept4(e->listener, NULL, NULL, SOCK_CLOEXEC);
	need(e->tcp[which], "accept");
	need(send(e->tcp[which], data, waiting, 0), "send");
}

static void open_all(struct ends *e)
{
	struct sockaddr_in server, inherited, udp;
	int sv[2], fd;

	loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	e->listener = open_bound(SOCK_STREAM, &server);
	open_tcp(e, &server, 0, 1 << 14);
	open_tcp(e, &server, 1, 100);
	e->udp = open_bound(SOCK_DGRAM, &udp);
	hand_down(open_connected(SOCK_DGRAM, &udp), FD_UDP_CONNECTED);
	hand_down(open_socket(SOCK_DGRAM), FD_UDP);
	hand_down(open_bound(SOCK_STREAM, &inherited), FD_LISTEN);
	for (int i = 0; i < WAITING; i++)
		open_connected(SOCK_STREAM, &inherited);
	for (int i = 0; i < FRESH_COUNT; i++)
		hand_down(open_socket(SOCK_STREAM), FD_FRESH + i);
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
	need(fd, "netlink");
	hand_down(fd, FD_ROUTE);
	need(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv), "socketpair");
	hand_down(sv[0], FD_UNIX);
}

/* Adds what is there to be read. */
static void count_bytes(int fd, long *count)
{
	char data[4096];
	ssize_t n;

	while ((n = recv(fd, data, sizeof(data), MSG_DONTWAIT)) > 0)
		*count += n;
}

static void count_connection(struct ends *e)
{
	int fd = accept4(e->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	e->connections++;
	count_bytes(fd, &e->tcp_bytes); /* what a fast open brought along */
					/* Kept open: who connected may still write. */
}

static void count_all(struct ends *e)
{
	struct pollfd fds[] = {{e->tcp[0], POLLIN, 0},
			       {e->tcp[1], POLLIN, 0},
			       {e->udp, POLLIN, 0},
			       {e->listener, POLLIN, 0}};

	if (poll(fds, ARRAY_SIZE(fds), 20) <= 0)
		return;
	count_bytes(e->tcp[0], &e->tcp_bytes);
	count_bytes(e->tcp[1], &e->tcp_bytes);
	count_bytes(e->udp, &e->udp_bytes);
	if (fds[3].revents)
		count_connection(e);
}

int main(int argc, char **argv)
{
	struct ends e = {0};
	int status = 0;

	if (argc < 2)
		return 2;
	open_all(&e);
	e.command = fork();
	if (e.command == 0) {
		execvp(argv[1], argv + 1);
		_exit(UNTRIED);
	}
	for (int fd = FD_TCP; fd < FD_END; fd++)
		close(fd);
	while (waitpid(e.command, &status, WNOHANG) == 0)
		count_all(&e);
	for (int i = 0; i < 20; i++)
		count_all(&e);
	printf("arrived tcp=%ld udp=%ld connections=%ld\n", e.tcp_bytes, e.udp_bytes,
	       e.connections);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
