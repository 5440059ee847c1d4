// SPDX-License-Identifier: GPL-2.0-only
/* Who is outside every session, and not to be reached? Holds a TCP socket, a file that is denied,
 * and four bytes of memory; serves TCP and UDP on PORT, and hands out what a byte at one of its
 * unix sockets asks for: t a TCP socket, d the denied file. Prints what the attacks are told:
 * OUTSIDE_PID, _MEMORY, _TCP, _DENIED.
 *   outside SOCKET... ("@NAME" is an abstract one)
 */
#include "attack.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

static volatile int memory = 1;

static int listen_unix(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	unlink(path);
	if (*path == '@')
		at.sun_path[0] = '\0';
	else
		len = sizeof(at);
	if (bind(fd, (struct sockaddr *)&at, len) || listen(fd, 64)) {
		perror(path);
		exit(1);
	}
	if (*path != '@')
		chmod(path, 0666);
	return fd;
}

static int listen_inet(int type)
{
	struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_port = htons(PORT)};
	int fd = socket(AF_INET6, type | SOCK_CLOEXEC, 0), one = 1, zero = 0;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof(zero));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) ||
	    (type == SOCK_STREAM && listen(fd, 64))) {
		perror("listen");
		exit(1);
	}
	return fd;
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
	sendmsg(to, &m, MSG_NOSIGNAL);
}

int main(int argc, char **argv)
{
	struct pollfd fds[16] = {{.fd = listen_inet(SOCK_STREAM), .events = POLLIN},
				 {.fd = listen_inet(SOCK_DGRAM), .events = POLLIN}};
	int tcp = socket(AF_INET, SOCK_STREAM, 0), denied = open(DENIED, O_RDONLY);
	int count = 2;

	for (int i = 1; i < argc && count < 16; i++)
		fds[count++] = (struct pollfd){.fd = listen_unix(argv[i]), .events = POLLIN};
	/* Its sockets are root's, it is the ordinary user's. */
	if (setgid(1000) || setuid(1000))
		return 1;
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
	prctl(PR_SET_DUMPABLE, 1);
	printf("OUTSIDE_PID=%d OUTSIDE_MEMORY=%p OUTSIDE_TCP=%d OUTSIDE_DENIED=%d\n", (int)getpid(),
	       (void *)&memory, tcp, denied);
	fflush(stdout);
	while (poll(fds, (nfds_t)count, -1) > 0 || errno == EINTR) {
		for (int i = 0; i < count; i++) {
			char kind = 0;
			int fd;

			if (!(fds[i].revents & POLLIN))
				continue;
			if (i == 1) {
				recv(fds[i].fd, &kind, 1, MSG_DONTWAIT);
				continue;
			}
			fd = accept(fds[i].fd, NULL, NULL);
			if (i == 0)
				send(fd, "tcp", 3, MSG_NOSIGNAL);
			else if (read(fd, &kind, 1) == 1)
				hand_over(fd, kind == 'd' ? denied : tcp);
			close(fd);
		}
	}
	return 1;
}
