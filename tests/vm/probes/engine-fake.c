// SPDX-License-Identifier: GPL-2.0-only
/*
 * engine-fake SOCKET LIST EVENTS : answers there as a container engine does. Its containers are
 * what the file LIST has, one JSON object a line; what comes to the file EVENTS it tells whoever
 * listens.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define HEAD "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"

static void say(int fd, const char *text, size_t len)
{
	if (write(fd, text, len) != (ssize_t)len)
		_exit(0);
}

/* All of it; nothing, where there is none. */
static size_t contents(const char *path, char *to, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? 0 : read(fd, to, size - 1);

	if (fd >= 0)
		close(fd);
	to[n < 0 ? 0 : n] = '\0';
	return strlen(to);
}

static void tell_list(int fd, const char *path)
{
	static char text[1 << 20];
	size_t len = contents(path, text, sizeof(text));

	for (size_t i = 0; i + 1 < len; i++) {
		if (text[i] == '\n')
			text[i] = ',';
	}
	say(fd, "[", 1);
	say(fd, text, len);
	say(fd, "]", 1);
}

static void tell_events(int fd, const char *path)
{
	static char text[1 << 20];
	size_t told = contents(path, text, sizeof(text)), len;
	char byte;

	while (recv(fd, &byte, 1, MSG_DONTWAIT)) { /* until nobody listens any more */
		len = contents(path, text, sizeof(text));
		if (len > told)
			say(fd, text + told, len - told);
		told = len;
		usleep(20000);
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), fd;

	if (argc != 4)
		return 2;
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	unlink(argv[1]);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", argv[1]);
	if (bind(listener, (struct sockaddr *)&at, sizeof(at)) || listen(listener, 64)) {
		perror(argv[1]);
		return 2;
	}
	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		char request[4096] = "";

		if (fork()) {
			close(fd);
			continue;
		}
		if (read(fd, request, sizeof(request) - 1) <= 0)
			return 0;
		say(fd, HEAD, strlen(HEAD));
		if (strstr(request, "since=1"))
			while (recv(fd, request, 1, 0) >
			       0) /* of one container it has nothing to tell */
				;
		else if (strstr(request, "/events"))
			tell_events(fd, argv[3]);
		else
			tell_list(fd, argv[2]);
		return 0;
	}
	return 1;
}
