// SPDX-License-Identifier: GPL-2.0-only
/* More events than anybody takes: audit-flood EXECS BYTES SOCKETS
 * Executes itself so many times with that many bytes of arguments, then tries so many internet
 * sockets. Prints: execs COUNT refused COUNT allowed COUNT
 */
#include "table.h"

#include <spawn.h>
#include <sys/socket.h>

static long flood_execs(const char *self, long count, size_t bytes)
{
	char *word = calloc(1, bytes + 1), *args[] = {(char *)"flood", word, NULL};
	char *env[] = {NULL};
	long done = 0;
	pid_t pid;

	memset(word, 'x', bytes);
	for (long i = 0; i < count; i++) {
		int status;

		if (posix_spawn(&pid, self, NULL, NULL, args, env))
			continue;
		done += waitpid(pid, &status, 0) == pid && status == 0;
	}
	free(word);
	return done;
}

int main(int argc, char **argv)
{
	long execs, refused = 0, allowed = 0;

	if (argc != 4)
		return argc == 2 ? 0 : 2;
	execs = flood_execs(argv[0], atol(argv[1]), (size_t)atol(argv[2]));
	for (long i = atol(argv[3]); i > 0; i--) {
		int fd = socket(AF_INET, SOCK_DGRAM, 0);

		refused += fd < 0 && errno == EPERM;
		allowed += fd >= 0;
		if (fd >= 0)
			close(fd);
	}
	printf("execs %ld refused %ld allowed %ld\n", execs, refused, allowed);
	return 0;
}
