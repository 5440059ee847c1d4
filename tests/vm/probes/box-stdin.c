// SPDX-License-Identifier: GPL-2.0-only
/* Gives a program a unix socket as stdin: box-stdin stream|datagram|listener PROGRAM [ARG]... A
 * stream has one other end; the others reach, or are reached by, whoever is on the host. */
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int s[2];

	if (argc < 3)
		return 2;
	if (!strcmp(argv[1], "listener")) {
		s[0] = socket(AF_UNIX, SOCK_STREAM, 0);
		if (bind(s[0], (struct sockaddr *)&at, sizeof(at.sun_family)) || listen(s[0], 1))
			return 2;
	} else if (socketpair(AF_UNIX, !strcmp(argv[1], "stream") ? SOCK_STREAM : SOCK_DGRAM, 0,
			      s)) {
		return 2;
	}
	dup2(s[0], 0);
	execvp(argv[2], argv + 2);
	return 2;
}
