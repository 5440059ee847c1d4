// SPDX-License-Identifier: GPL-2.0-only
/* What may a process of the built-in sandbox not ask of the kernel, beside what security modules
 * are asked about? Each of it works, or is refused for another reason, outside. */
#include "table.h"

#include <linux/keyctl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#ifndef AF_VSOCK
#define AF_VSOCK 40
#endif

/* A bare call with zeroes: what it lacks outside is an argument, not a permission. */
static int call_zero(const struct attempt *a)
{
	long r = syscall(a->number, 0, 0, 0, 0, 0, 0);

	return r >= 0 || errno != EPERM ? 0 : EPERM;
}

static int call_unshare(const struct attempt *a)
{
	return answer_of(unshare((int)a->number));
}

static int call_clone(const struct attempt *a)
{
	long pid = syscall(SYS_clone, (unsigned long)a->number | SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		_exit(0);
	return answer_of(pid);
}

/* Refused by "no such call", so that libc falls back to one whose flags can be seen. */
static int call_clone3(const struct attempt *a)
{
	(void)a;
	return syscall(SYS_clone3, NULL, 0) < 0 && errno == ENOSYS ? REFUSED : 0;
}

static int call_ioctl(const struct attempt *a)
{
	char c = 'x';

	/* On no terminal at all: ENOTTY outside. The upper half of the number is ignored. */
	return ioctl(0, (unsigned long)a->number | (unsigned long)a->other << 32, &c) < 0 &&
			       errno == EPERM
		       ? EPERM
		       : 0;
}

static int call_socket(const struct attempt *a)
{
	int fd = (int)syscall(SYS_socket, a->number, SOCK_STREAM, 0);

	return fd < 0 && errno == EAFNOSUPPORT && a->other ? REFUSED : fd < 0 ? errno : 0;
}

static int call_add_key(const struct attempt *a)
{
	(void)a;
	return answer_of(syscall(SYS_add_key, "user", "probe", "x", 1, KEY_SPEC_PROCESS_KEYRING));
}

/* getpid by its number of i386. */
static int call_i386(const struct attempt *a)
{
	long r = 20;

	(void)a;
	__asm__ volatile("int $0x80" : "+a"(r) : : "memory", "r8", "r9", "r10", "r11");
	return r == -ENOSYS ? REFUSED : r > 0 ? 0 : (int)-r;
}

static int open_place(const struct attempt *a)
{
	int fd = open(a->text, (int)a->number);

	return fd < 0 && (errno == EACCES || errno == EROFS || errno == ENOENT) ? REFUSED
										: answer_of(fd);
}

static int make_device(const struct attempt *a)
{
	(void)a;
	return answer_of(mknod("/tmp/disk", S_IFBLK | 0600, 0xfe00));
}

static int become_root(const struct attempt *a)
{
	(void)a;
	return setuid(0) && errno == EINVAL ? REFUSED : answer_of(setuid(0));
}

/* Of a crash nobody outside is told, whatever core_pattern says: the limit that does it stays. */
static int lower_core_limit(const struct attempt *a)
{
	struct rlimit limit = {0, 0};

	if (a->number)
		prlimit(0, RLIMIT_CORE, &limit, NULL);
	else
		syscall(SYS_setrlimit, RLIMIT_CORE, &limit);
	getrlimit(RLIMIT_CORE, &limit);
	return limit.rlim_cur == 1 ? REFUSED : 0;
}

static const struct attempt table[] = {
	{"mount_setattr", call_zero, NULL, NULL, SYS_mount_setattr, 0},
	{"open_tree", call_zero, NULL, NULL, SYS_open_tree, 0},
	{"io_uring_setup", call_zero, NULL, NULL, SYS_io_uring_setup, 0},
	{"request_key", call_zero, NULL, NULL, SYS_request_key, 0},
	{"keyctl", call_zero, NULL, NULL, SYS_keyctl, 0},
	{"add_key", call_add_key, NULL, NULL, 0, 0},
	{"setns", call_zero, NULL, NULL, SYS_setns, 0},
	{"bpf", call_zero, NULL, NULL, SYS_bpf, 0},
	{"perf_event_open", call_zero, NULL, NULL, SYS_perf_event_open, 0},
	{"userfaultfd", call_zero, NULL, NULL, SYS_userfaultfd, 0},
	{"unshare-user", call_unshare, NULL, NULL, CLONE_NEWUSER, 0},
	{"unshare-net", call_unshare, NULL, NULL, CLONE_NEWNET, 0},
	{"clone-user", call_clone, NULL, NULL, CLONE_NEWUSER, 0},
	{"clone3", call_clone3, NULL, NULL, 0, 0},
	{"TIOCSTI", call_ioctl, NULL, NULL, TIOCSTI, 0},
	{"TIOCSTI-high-bits", call_ioctl, NULL, NULL, TIOCSTI, 1},
	{"TIOCLINUX", call_ioctl, NULL, NULL, 0x541c, 0},
	{"TIOCSETD", call_ioctl, NULL, NULL, TIOCSETD, 0},
	{"core-limit", lower_core_limit, NULL, NULL, 0, 0},
	{"core-limit-prlimit", lower_core_limit, NULL, NULL, 1, 0},
	{"vsock", call_socket, NULL, NULL, AF_VSOCK, 1},
	{"packet", call_socket, NULL, NULL, AF_PACKET, 1},
	{"vsock-high-bits", call_socket, NULL, NULL, AF_VSOCK | 1l << 32, 1},
	{"inet", call_socket, NULL, NULL, AF_INET, 0},
	{"i386", call_i386, NULL, NULL, 0, 0},
	{"core_pattern", open_place, NULL, "/proc/sys/kernel/core_pattern", O_WRONLY, 0},
	{"sysctl", open_place, NULL, "/proc/sys/kernel/panic", O_WRONLY, 0},
	{"sysrq", open_place, NULL, "/proc/sysrq-trigger", O_WRONLY, 0},
	{"programs", open_place, NULL, "/usr/bin/new", O_WRONLY | O_CREAT, 0},
	{"root-directory", open_place, NULL, "/new", O_WRONLY | O_CREAT, 0},
	{"bpffs", open_place, NULL, "/sys/fs/bpf", O_RDONLY, 0},
	{"shadow", open_place, NULL, "/etc/shadow", O_RDONLY, 0},
	{"host-run", open_place, NULL, "/run/clawbpf", O_RDONLY, 0},
	{"device", make_device, NULL, NULL, 0, 0},
	{"setuid-0", become_root, NULL, NULL, 0, 0},
};

int main(int argc, char **argv)
{
	return table_run(table, ARRAY_SIZE(table), argc, argv);
}
