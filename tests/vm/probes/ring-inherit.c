// SPDX-License-Identifier: GPL-2.0-only
/* Runs a command that inherits an io_uring (descriptor 100) whose requests are done by a kernel
 * thread of this process, which stays outside. "packet": a packet socket instead. */
#include "table.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include "uring.h"

int main(int argc, char **argv)
{
	struct ring r = {.fd = -1};
	int status = 0;
	pid_t pid;

	if (argc < 3)
		return 2;
	if (!strcmp(argv[1], "packet"))
		r.fd = socket(AF_PACKET, SOCK_RAW, htons(3));
	else
		errno = ring_open(&r, IORING_SETUP_SQPOLL);
	need(r.fd, argv[1]);
	pid = fork();
	if (pid == 0) {
		dup2(r.fd, 100); /* without close-on-exec */
		execvp(argv[2], argv + 2);
		_exit(UNTRIED);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
