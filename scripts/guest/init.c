// SPDX-License-Identifier: GPL-2.0-only
/* Process 1 of the guest: how do an initramfs and a command become a small system and an exit
 * status?
 *
 * Makes a root and the file systems that a Linux has, runs the command of /.vm/argv, hands its two
 * streams and its exit status to the host over the virtio ports "stdout", "stderr" and "status",
 * and switches the machine off. C, not shell: under emulation every fork costs, and 40 of them are
 * longer than the kernel's own boot.
 *
 * With systemd, process 1 becomes that when there is a root, and the rest is done by a unit of its.
 *
 * What goes wrong here is written to the console, which the host then shows.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

char *guest_env[] = {
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"HOME=/root",
	"USER=root",
	"LOGNAME=root",
	"SHELL=/bin/bash",
	"TERM=dumb",
	"LANG=C.UTF-8",
	NULL,
};

_Noreturn void power_off(void)
{
	sync();
	/* A disk that is to be kept is left clean; the throw-away kinds do not mind. */
	mount(NULL, "/", NULL, MS_REMOUNT | MS_RDONLY, NULL);
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

_Noreturn void fail(const char *what, const char *name)
{
	fprintf(stderr, "clawbpf-vm: %s %s: %s\n", what, name, strerror(errno));
	power_off();
}

char *read_file(const char *path, size_t *ret_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t size = 0, room = 1 << 16;
	char *text = malloc(room);
	ssize_t n;

	if (fd < 0 || !text) {
		free(text);
		return NULL;
	}
	while ((n = read(fd, text + size, room - size - 1)) > 0) {
		size += n;
		if (room - size < 2) {
			room *= 2;
			text = realloc(text, room);
			if (!text)
				fail("read", path);
		}
	}
	close(fd);
	text[size] = '\0';
	if (ret_size)
		*ret_size = size;
	return text;
}

int run_program(char *const argv[])
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execve(argv[0], argv, guest_env);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void load_modules(void)
{
	char *list = read_file(WORK "/modules", NULL);
	char *save = NULL, *path;
	int fd;

	path = list ? strtok_r(list, "\n", &save)
		    : NULL; /* no list: the kernel has it all built in */
	for (; path; path = strtok_r(NULL, "\n", &save)) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST))
			fail("load", path);
		close(fd);
	}
	free(list);
}

int main(void)
{
	char *const clear[] = {"/usr/bin/busybox", "rm", "-rf", WORK, NULL};
	char *const before[] = {WORK "/before", NULL};
	int out, err, status;
	char **argv, text[16];

	if (getpid() == 1)
		system_set_up();
	load_modules();
	out = port_wait("stdout");
	err = port_wait("stderr");
	status = port_wait("status");
	argv = command_read();
	if (!access(before[0], X_OK) && run_program(before))
		fail("run", before[0]);
	run_program(clear);
	write_all(status, "started\n", strlen("started\n"));
	snprintf(text, sizeof(text), "%d\n", command_run(argv, out, err));
	write_all(status, text, strlen(text));
	power_off();
}
