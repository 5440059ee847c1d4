// SPDX-License-Identifier: GPL-2.0-only
/* More events than anybody takes: audit-flood EXECS BYTES SOCKETS
 * Executes itself so many times with that many bytes of arguments, which would forge a line of a
 * log and turn a terminal's text around, then tries so many internet sockets. Prints: execs COUNT
 * refused COUNT allowed COUNT. It ends then; with one argument more, when its stdin does.
 */
#include "table.h"

#include <spawn.h>
#include <sys/socket.h>

static long flood_execs(const char *self, long count, size_t bytes)
{
	static const char evil[] = "\n{\"time\":\"forged\"}\n\x1b[2J\x1b[7m\r\xff\xfe\xc0\x80 ";
	char *word = calloc(1, bytes + 1), *args[] = {(char *)"flood", word, NULL};
	char *env[] = {NULL};
	long done = 0;
	pid_t pid;

	memset(word, 'x', bytes);
	memcpy(word, evil, bytes < sizeof(evil) - 1 ? bytes : sizeof(evil) - 1);
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

	char c;

	if (argc != 4 && argc != 5)
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
	fflush(stdout);
	while (argc == 5 && read(0, &c, 1) > 0)
		;
	return 0;
}
