/* SPDX-License-Identifier: GPL-2.0-only */
/* Ways to execute a file as it is: by another name, by a descriptor. */
#ifndef CLAWBPF_PROBE_WAYS_NAME_H
#define CLAWBPF_PROBE_WAYS_NAME_H

#include "attempt.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* --- a name of its own ------------------------------------------------------------------------ */

static void try_exec(char **arg)
{
	run(arg[0], arg + 1);
}

static void try_symlink(char **arg)
{
	unlink(arg[1]);
	need(symlink(arg[0], arg[1]), "symlink");
	run(arg[1], arg + 2);
}

static void try_link(char **arg)
{
	unlink(arg[1]);
	need(link(arg[0], arg[1]), "link");
	run(arg[1], arg + 2);
}

/* Back again at the end, whatever became of it. */
static void try_rename(char **arg)
{
	pid_t pid;
	int status;

	need(rename(arg[0], arg[1]), "rename");
	pid = fork();
	if (pid == 0)
		run(arg[1], arg + 2);
	need(waitpid(pid, &status, 0), "waitpid");
	need(rename(arg[1], arg[0]), "rename back");
	if (WIFSIGNALED(status))
		kill(getpid(), WTERMSIG(status));
	_exit(WEXITSTATUS(status));
}

static void file_write(const char *path, const char *text, mode_t mode)
{
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	need(fd, path);
	need(write(fd, text, strlen(text)), path);
	close(fd);
}

/* FILE INTERPRETER [ARG]: with a first line that names it */
static void try_script(char **arg)
{
	char text[4096];

	snprintf(text, sizeof(text), "#!%s%s%s\n", arg[1], arg[2] ? " " : "", arg[2] ? arg[2] : "");
	file_write(arg[0], text, 0755);
	run(arg[0], NULL);
}

/* DIR SOURCE NAME: so deep that the path has more than 4096 bytes */
static void try_deep(char **arg)
{
	char name[251];

	memset(name, 'd', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	need(chdir(arg[0]), arg[0]);
	for (int i = 0; i < 18; i++) {
		mkdir(name, 0755);
		need(chdir(name), "chdir into the depth");
	}
	unlink(arg[2]);
	need(link(arg[1], arg[2]), "link");
	snprintf(name, sizeof(name), "./%s", arg[2]);
	run(name, NULL);
}

static void try_chroot(char **arg)
{
	need(chroot(arg[0]), "chroot");
	need(chdir("/"), "chdir");
	run(arg[1], arg + 2);
}

/* Two files that change places all the time: what was looked at has to be what is executed. */
static void try_swap(char **arg)
{
	int status, ran = 0, refused = 0;
	pid_t swapper = fork(), pid;

	if (swapper == 0) {
		while (getppid() != 1)
			renameat2(AT_FDCWD, arg[0], AT_FDCWD, arg[1], RENAME_EXCHANGE);
		_exit(0);
	}
	for (int i = 0; i < 60 && !ran; i++) {
		pid = fork();
		if (pid == 0) {
			execl(arg[0], arg[0], NULL);
			_exit(errno == EPERM ? 100 : 0);
		}
		waitpid(pid, &status, 0);
		ran = WIFEXITED(status) && WEXITSTATUS(status) == 42;
		refused |= WIFEXITED(status) && WEXITSTATUS(status) == 100;
	}
	kill(swapper, SIGKILL);
	if (ran)
		succeed("the denied one ran");
	errno = refused ? EPERM : EAGAIN;
	attempt(-1, "execve");
}

/* STOP PATH: again and again, until the file STOP is there */
static void try_loop(char **arg)
{
	int status, ran = 0, refused = 0, other = 0;
	char text[64];

	alarm(0);
	while (access(arg[0], F_OK)) {
		pid_t pid = fork();

		if (pid == 0) {
			execl(arg[1], arg[1], NULL);
			_exit(errno == EPERM ? 100 : 101);
		}
		waitpid(pid, &status, 0);
		ran += status == 42 << 8;
		refused += status == 100 << 8;
		other += status != 42 << 8 && status != 100 << 8;
	}
	snprintf(text, sizeof(text), "%d ran, %d refused, %d other", ran, refused, other);
	if (ran)
		succeed(text);
	errno = refused && !other ? EPERM : EAGAIN;
	attempt(-1, text);
}

/* --- a descriptor instead of a name ----------------------------------------------------------- */

static void try_opath(char **arg)
{
	int fd = open(arg[0], O_PATH);

	need(fd, "open O_PATH");
	run_at(fd, (char *)"", arg + 1, AT_EMPTY_PATH);
}

static void try_procfd(char **arg)
{
	int fd = open(arg[0], O_PATH);
	char path[64];

	need(fd, "open O_PATH");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	run(path, arg + 1);
}

static void try_open(char **arg)
{
	attempt(open(arg[0], O_RDONLY | O_CLOEXEC), "open");
	succeed("opened");
}

static void try_openexec(char **arg)
{
	int fd = open(arg[0], O_RDONLY);

	attempt(fd, "open");
	run_at(fd, (char *)"", arg + 1, AT_EMPTY_PATH);
}

/* DIR NAME */
static void try_at(char **arg)
{
	int fd = open(arg[0], O_PATH | O_DIRECTORY);

	need(fd, "open O_PATH");
	run_at(fd, arg[1], arg + 2, 0);
}

/* PATH NEW: executed when it has no name any more */
static void try_unlinked(char **arg)
{
	int fd;

	unlink(arg[1]);
	need(link(arg[0], arg[1]), "link");
	fd = open(arg[1], O_PATH);
	need(fd, "open O_PATH");
	need(unlink(arg[1]), "unlink");
	run_at(fd, (char *)"", NULL, AT_EMPTY_PATH);
}

static void try_receive(char **arg)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	char byte;
	struct iovec iov = {&byte, 1};
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = &control,
			   .msg_controllen = sizeof(control)};
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), fd;

	need(s, "socket");
	snprintf(to.sun_path, sizeof(to.sun_path), "%s", arg[0]);
	need(connect(s, (struct sockaddr *)&to, sizeof(to)), "connect");
	need(recvmsg(s, &m, 0), "recvmsg");
	/* The kernel drops what must not be received, and says no more than that. */
	errno = EPERM;
	attempt((m.msg_flags & MSG_CTRUNC) || !CMSG_FIRSTHDR(&m) ? -1 : 0, "SCM_RIGHTS");
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	run_at(fd, (char *)"", NULL, AT_EMPTY_PATH);
}

/* What sends it, for ever: runs outside the session. */
static void serve(char **arg)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.head = {.cmsg_len = CMSG_LEN(sizeof(int)),
			      .cmsg_level = SOL_SOCKET,
			      .cmsg_type = SCM_RIGHTS}};
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	struct iovec iov = {(char *)"x", 1};
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = &control,
			   .msg_controllen = sizeof(control)};
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	alarm(0);
	memcpy(CMSG_DATA(&control.head), &held_fd, sizeof(held_fd));
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", arg[0]);
	need(bind(s, (struct sockaddr *)&at, sizeof(at)), "bind");
	need(listen(s, 5), "listen");
	while (getppid() != 1) {
		int to = accept4(s, NULL, NULL, SOCK_CLOEXEC);

		sendmsg(to, &m, 0);
		close(to);
	}
	succeed("served");
}

/* --- arguments -------------------------------------------------------------------------------- */

/* PATH COUNT WHICH ARGV...: argv[WHICH] with so many slashes in front */
static void try_padded(char **arg)
{
	int count = atoi(arg[1]), which = atoi(arg[2]);
	char *long_one = malloc((size_t)count + strlen(arg[3 + which]) + 1);

	memset(long_one, '/', (size_t)count);
	memcpy(long_one + count, arg[3 + which], strlen(arg[3 + which]) + 1);
	arg[3 + which] = long_one;
	run(arg[0], arg + 3);
}

#endif
