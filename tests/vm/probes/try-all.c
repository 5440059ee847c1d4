// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes many attempts in one process, quickly; each is a line of stdin, and is answered by a digit:
 * 0 allowed, 1 EPERM, 2 something else. x PATH                      execute it, in a child: a
 * program that was executed ends with 42 or with 43 s FAMILY TYPE PROTOCOL      create a socket
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOT_PERMITTED 126
#define NOT_EXECUTED  125

static int try_exec(char *path)
{
	char *argv[] = {path, NULL}, *env[] = {NULL};
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		execve(path, argv, env);
		_exit(errno == EPERM ? NOT_PERMITTED : NOT_EXECUTED);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 2;
	if (WEXITSTATUS(status) == NOT_PERMITTED)
		return 1;
	return (WEXITSTATUS(status) & ~1) == 42 ? 0 : 2;
}

static int try_socket(int family, int type, int protocol)
{
	int fd = socket(family, type, protocol);

	if (fd < 0)
		return errno == EPERM ? 1 : 2;
	close(fd);
	return 0;
}

int main(void)
{
	int family, type, protocol;
	char line[4096];

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == 'x')
			putchar('0' + try_exec(line + 2));
		else if (sscanf(line, "s %d %d %d", &family, &type, &protocol) == 3)
			putchar('0' + try_socket(family, type, protocol));
		else
			return 2;
		putchar('\n');
	}
	return 0;
}
