// SPDX-License-Identifier: GPL-2.0-only
/* How does the command run, and how do its streams and its status reach the host? */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

static int port_open(const char *name)
{
	char path[300], found[64];
	struct dirent *entry;
	DIR *dir = opendir("/sys/class/virtio-ports");
	int fd = -1, n;

	while (dir && fd < 0 && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/sys/class/virtio-ports/%s/name", entry->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		n = read(fd, found, sizeof(found) - 1);
		close(fd);
		fd = -1;
		found[n > 0 ? n : 0] = '\0';
		found[strcspn(found, "\n")] = '\0';
		if (strcmp(found, name))
			continue;
		snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
		fd = open(path, O_WRONLY | O_CLOEXEC);
	}
	if (dir)
		closedir(dir);
	return fd;
}

/* The name of a port comes a moment after its device. */
int port_wait(const char *name)
{
	int fd, steps = 0;

	while ((fd = port_open(name)) < 0) {
		if (++steps > WAIT_STEPS)
			fail("find the port", name);
		usleep(WAIT_STEP_US);
	}
	return fd;
}

void write_all(int fd, const char *data, size_t size)
{
	ssize_t n;

	while (size > 0) {
		n = write(fd, data, size);
		if (n < 0 && errno != EINTR)
			return; /* nobody listens any more */
		if (n > 0) {
			data += n;
			size -= n;
		}
	}
}

/* Hands over what is in the pipe. Returns 0 at its end. */
static int stream_pass(int from, int to)
{
	static char block[1 << 16];
	ssize_t n = read(from, block, sizeof(block));

	if (n > 0)
		write_all(to, block, n);
	return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

/* "argv" holds the arguments, a 0 byte after each. */
char **command_read(void)
{
	size_t size = 0, i, argc = 0;
	char *text = read_file(WORK "/argv", &size);
	char **argv;

	if (!text || !size)
		fail("read", WORK "/argv");
	argv = calloc(size + 1, sizeof(*argv));
	if (!argv)
		fail("read", WORK "/argv");
	for (i = 0; i < size; i += strlen(text + i) + 1)
		argv[argc++] = text + i;
	return argv;
}

static void command_exec(char **argv, int out, int err)
{
	sigset_t none;
	int null = open("/dev/null", O_RDONLY);

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(null);
	if (chdir("/root"))
		_exit(126);
	environ = guest_env;
	execvp(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* Reaps whatever ended. Returns the command's exit status once it is among them, else -1. */
static int command_reap(pid_t command)
{
	int status, result = -1;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == command)
			result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return result;
}

/* Pipes, not the ports themselves: a port can be opened once only, and a script may well open
 * /dev/stderr. */
int command_run(char **argv, int port_out, int port_err)
{
	struct pollfd fds[3] = {{.events = POLLIN}, {.events = POLLIN}, {.events = POLLIN}};
	int out[2], err[2], i, result = -1;
	struct signalfd_siginfo info;
	sigset_t children;
	pid_t pid;

	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	sigprocmask(SIG_BLOCK, &children, NULL);
	fds[2].fd = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fds[2].fd < 0 || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC) || (pid = fork()) < 0)
		fail("start", argv[0]);
	if (pid == 0)
		command_exec(argv, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	fds[0].fd = out[0];
	fds[1].fd = err[0];
	while (fds[0].fd >= 0 || fds[1].fd >= 0 || result < 0) {
		if (poll(fds, result < 0 ? 3 : 2, -1) < 0)
			continue;
		for (i = 0; i < 2; i++)
			if (fds[i].revents && !stream_pass(fds[i].fd, i ? port_err : port_out))
				fds[i].fd = -1;
		while (read(fds[2].fd, &info, sizeof(info)) > 0)
			;
		if (result < 0 && (result = command_reap(pid)) >= 0)
			kill(-1, SIGKILL); /* what it left behind holds the streams open */
	}
	return result;
}
