// SPDX-License-Identifier: GPL-2.0-only
/* What can be had from a process outside (net-host), by its sockets? The environment says where:
 * HOST_PID, HOST_FD, HOST_SOCK (an ordinary one); the fake engine's socket is /run/docker.sock,
 * with the names that the test has given it, and a datagram socket lies in /etc.
 */
#include "table.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "uring.h"

static struct sockaddr_un address(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	return at;
}

/* Asks for a descriptor of that kind. A refused one is cut off the message. */
static int pass_receive(const struct attempt *a)
{
	struct sockaddr_un at = address(getenv("HOST_SOCK") ?: "");
	char control[CMSG_SPACE(sizeof(int))] = {0}, byte = (char)a->number;
	struct iovec iov = {&byte, 1};
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = control,
			   .msg_controllen = sizeof(control)};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	need(connect(fd, (struct sockaddr *)&at, sizeof(at)), at.sun_path);
	need(write(fd, &byte, 1), "write");
	need(recvmsg(fd, &m, 0), "recvmsg");
	if (CMSG_FIRSTHDR(&m))
		return 0;
	return m.msg_flags & MSG_CTRUNC ? REFUSED : UNTRIED;
}

/* Takes a descriptor out of a process: a TCP socket, or the ring behind it. */
static int pass_take(const struct attempt *a)
{
	int pidfd = (int)syscall(SYS_pidfd_open, atoi(getenv("HOST_PID") ?: "0"), 0);
	int fd = atoi(getenv("HOST_FD") ?: "-1");

	need(pidfd, "pidfd_open");
	return answer_of(syscall(SYS_pidfd_getfd, pidfd, fd + (int)a->number, 0));
}

static int pass_connect(const struct attempt *a)
{
	struct sockaddr_un at = address(a->text);
	int fd = socket(AF_UNIX, (int)a->number, 0);

	need(fd, "socket");
	return answer_of(connect(fd, (struct sockaddr *)&at, sizeof(at)));
}

/* By way of an open directory. */
static int pass_connect_below(const struct attempt *a)
{
	int dir = open("/run", O_PATH | O_DIRECTORY), fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr_un at = {.sun_family = AF_UNIX};

	need(dir, "open");
	need(fd, "socket");
	snprintf(at.sun_path, sizeof(at.sun_path), "/proc/self/fd/%d/%s", dir, a->text);
	return answer_of(connect(fd, (struct sockaddr *)&at, sizeof(at)));
}

static int pass_ring_connect(const struct attempt *a)
{
	struct sockaddr_un at = address(a->text);
	struct io_uring_sqe sqe = {.opcode = IORING_OP_CONNECT,
				   .flags = (__u8)a->number,
				   .fd = socket(AF_UNIX, SOCK_STREAM, 0),
				   .addr = (__u64)&at,
				   .off = sizeof(at)};

	need(sqe.fd, "socket");
	return ring_do(&sqe);
}

static int pass_sendto(const struct attempt *a)
{
	struct sockaddr_un at = address(a->text);
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	need(fd, "socket");
	return answer_of(sendto(fd, "x", 1, 0, (struct sockaddr *)&at, sizeof(at)));
}

#define RECEIVE  "hook=file_receive reason=network-none"
#define TAKE     "hook=ptrace_access_check reason=outside-session"
#define CONNECT  "hook=unix_stream_connect reason=blocked-bind-source"
#define DATAGRAM "hook=unix_may_send reason=blocked-bind-source path=claw-datagram"

static const struct attempt table[] = {
	{"receive-tcp", pass_receive, RECEIVE " kind=socket family=AF_INET", NULL, 't', 0},
	{"receive-packet", pass_receive, RECEIVE " kind=socket family=AF_PACKET", NULL, 'p', 0},
	{"take-tcp", pass_take, TAKE, NULL, 0, 0},
	{"take-ring", pass_take, TAKE, NULL, 1, 0},
	{"path", pass_connect, CONNECT " path=docker.sock", "/run/docker.sock", SOCK_STREAM, 0},
	{"var-run", pass_connect, CONNECT " path=docker.sock", "/var/run/docker.sock", SOCK_STREAM,
	 0},
	{"dots", pass_connect, CONNECT " path=docker.sock", "/run/../run//./docker.sock",
	 SOCK_STREAM, 0},
	{"symlink", pass_connect, CONNECT " path=docker.sock", "/srv/engine-symlink", SOCK_STREAM,
	 0},
	{"hardlink", pass_connect, CONNECT " path=docker.sock", "/run/engine-hardlink", SOCK_STREAM,
	 0},
	{"by-directory", pass_connect_below, CONNECT " path=docker.sock", "docker.sock", 0, 0},
	{"uring", pass_ring_connect, CONNECT " path=docker.sock", "/run/docker.sock", 0, 0},
	{"uring-worker", pass_ring_connect, CONNECT " path=docker.sock", "/run/docker.sock",
	 IOSQE_ASYNC, 0},
	{"datagram-connect", pass_connect, DATAGRAM, "/etc/claw-datagram", SOCK_DGRAM, 0},
	{"datagram-send", pass_sendto, DATAGRAM, "/etc/claw-datagram", 0, 0},
};

static const struct attempt allowed[] = {
	{"receive-unix", pass_receive, NULL, NULL, 'u', 0},
};

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "allowed"))
		return table_run(allowed, ARRAY_SIZE(allowed), 1, argv);
	return table_run(table, ARRAY_SIZE(table), argc, argv);
}
