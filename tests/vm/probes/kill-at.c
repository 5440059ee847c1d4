// SPDX-License-Identifier: GPL-2.0-only
/*
 * kill-at N COMMAND... : kills it as it is about to make the N-th of its system calls that change
 * something, and is quiet; ends with 137, or with COMMAND's own status when it made fewer. kill-at
 * 0 COMMAND... : lets it run, and prints those calls on stderr, a line each: "N KIND". KIND is the
 * same for calls that follow each other and do the same to things in one place. kill-at SCRIPT
 * COMMAND... : runs SCRIPT, an absolute path, before each of those calls that is about a place
 * below /var, with KIND. What COMMAND's children do is not looked at: they are other processes.
 * With KILL_AT_FROM in the environment, no call counts until the file of that name is there.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <linux/ptrace.h>

static pid_t child;

static size_t peek(unsigned long long at, void *to, size_t len)
{
	struct iovec local = {to, len}, remote = {(void *)at, len};
	ssize_t n = process_vm_readv(child, &local, 1, &remote, 1, 0);

	return n < 0 ? 0 : (size_t)n;
}

/* The directory of the path there: what is in it is of a kind. */
static void folder(unsigned long long at, char *to, size_t len)
{
	char *slash;
	size_t n;

	for (n = 0; n + 1 < len && peek(at + n, to + n, 1) == 1 && to[n]; n++)
		;
	to[n] = '\0';
	slash = strrchr(to, '/');
	if (slash)
		*slash = '\0';
	else
		*to = '\0';
}

/* Where a descriptor leads: its directory, for one that is a file. */
static void descriptor(unsigned long long fd, char *to, size_t len)
{
	char name[64];
	ssize_t n;

	if ((int)fd == AT_FDCWD)
		snprintf(name, sizeof(name), "/proc/%d/cwd", (int)child);
	else
		snprintf(name, sizeof(name), "/proc/%d/fd/%d", (int)child, (int)fd);
	n = readlink(name, to, len - 1);
	to[n < 0 ? 0 : n] = '\0';
}

/* Of a call that takes a directory and a path: the path's directory, else that one. */
static void place(unsigned long long fd, unsigned long long path, char *to, size_t len)
{
	char first;

	if (peek(path, &first, 1) == 1 && first == '/')
		folder(path, to, len);
	else
		descriptor(fd, to, len);
}

static const char *const commands[] = {
	[BPF_MAP_CREATE] = "make a map",
	[BPF_MAP_UPDATE_ELEM] = "update a map",
	[BPF_MAP_DELETE_ELEM] = "delete in a map",
	[BPF_PROG_LOAD] = "load a program",
	[BPF_OBJ_PIN] = "pin",
	[BPF_RAW_TRACEPOINT_OPEN] = "attach",
	[BPF_LINK_CREATE] = "make a link",
	[BPF_MAP_FREEZE] = "freeze",
	[BPF_ITER_CREATE] = "iterate",
	[BPF_PROG_TEST_RUN] = "run a program",
};

static int kind_bpf(const struct ptrace_syscall_info *i, char *to, size_t len)
{
	unsigned long long command = i->entry.args[0];
	union bpf_attr attr = {0};
	char where[256] = "";

	if (command >= sizeof(commands) / sizeof(commands[0]) || !commands[command])
		return 0;
	peek(i->entry.args[1], &attr, 32);
	if (command == BPF_OBJ_PIN)
		folder(attr.pathname, where, sizeof(where));
	else if (command == BPF_MAP_UPDATE_ELEM || command == BPF_MAP_DELETE_ELEM)
		snprintf(where, sizeof(where), "%u", attr.map_fd);
	snprintf(to, len, "bpf: %s %s", commands[command], where);
	return 1;
}

/* Writes to a terminal or a pipe change nothing that stays. */
static int kind_write(const struct ptrace_syscall_info *i, char *to, size_t len)
{
	char where[256];

	descriptor(i->entry.args[0], where, sizeof(where));
	if (where[0] != '/' || !strncmp(where, "/dev/", 5))
		return 0;
	snprintf(to, len, "write %s", where);
	return 1;
}

/* Makes it a file? An empty one is nothing yet; but that it is there may stay. */
static int kind_open(const struct ptrace_syscall_info *i, char *to, size_t len)
{
	char where[256];

	if (!(i->entry.args[2] & O_CREAT))
		return 0;
	place(i->entry.args[0], i->entry.args[1], where, sizeof(where));
	snprintf(to, len, "create %s", where);
	return 1;
}

/* Those that put on the disk, or take back, what was written. */
static int kind_file(const struct ptrace_syscall_info *i, char *to, size_t len)
{
	char where[256];

	descriptor(i->entry.args[0], where, sizeof(where));
	snprintf(to, len, "%s %s",
		 i->entry.nr == SYS_ftruncate   ? "ftruncate"
		 : i->entry.nr == SYS_fdatasync ? "fdatasync"
						: "fsync",
		 where);
	return 1;
}

/* 1: this call changes something, and `to` says what. */
static int kind(const struct ptrace_syscall_info *i, char *to, size_t len)
{
	char where[256] = "";

	switch (i->entry.nr) {
	case SYS_bpf:
		return kind_bpf(i, to, len);
	case SYS_write:
		return kind_write(i, to, len);
	case SYS_mkdir:
	case SYS_rmdir:
	case SYS_unlink:
	case SYS_rename:
		folder(i->entry.args[0], where, sizeof(where));
		snprintf(to, len, "%s %s",
			 i->entry.nr == SYS_mkdir    ? "mkdir"
			 : i->entry.nr == SYS_rmdir  ? "rmdir"
			 : i->entry.nr == SYS_rename ? "rename"
						     : "unlink",
			 where);
		return 1;
	case SYS_unlinkat:
	case SYS_mkdirat:
	case SYS_renameat:
		place(i->entry.args[0], i->entry.args[1], where, sizeof(where));
		snprintf(to, len, "%s %s",
			 i->entry.nr == SYS_mkdirat    ? "mkdirat"
			 : i->entry.nr == SYS_renameat ? "renameat"
						       : "unlinkat",
			 where);
		return 1;
	case SYS_openat:
		return kind_open(i, to, len);
	case SYS_fsync:
	case SYS_fdatasync:
	case SYS_ftruncate:
		return kind_file(i, to, len);
	case SYS_fork:
	case SYS_vfork:
	case SYS_clone:
	case SYS_clone3:
		snprintf(to, len, "fork");
		return 1;
	case SYS_connect:
		snprintf(to, len, "connect");
		return 1;
	case SYS_kill:
		snprintf(to, len, "kill");
		return 1;
	case SYS_flock:
		snprintf(to, len, "flock");
		return 1;
	case SYS_exit_group:
		snprintf(to, len, "exit");
		return 1;
	default:
		return 0;
	}
}

static int ended(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void script_run(const char *script, char *what)
{
	pid_t pid;

	if (!strstr(what, " /var/"))
		return;
	pid = fork();
	if (pid == 0) {
		execl(script, script, what, NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

/* `script`: NULL, none. */
static int trace(long stop_at, const char *script)
{
	const char *from = getenv("KILL_AT_FROM");
	long made = 0;
	int status, signal = 0;

	while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
		struct ptrace_syscall_info info = {0};
		char what[512];

		signal = WSTOPSIG(status);
		if (signal == (SIGTRAP | 0x80)) {
			signal = 0;
			if (ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(info), &info) > 0 &&
			    info.op == PTRACE_SYSCALL_INFO_ENTRY &&
			    (!from || !access(from, F_OK)) && kind(&info, what, sizeof(what))) {
				made++;
				if (script)
					script_run(script, what);
				else if (!stop_at)
					fprintf(stderr, "%ld %s\n", made, what);
				else if (made == stop_at)
					kill(child, SIGKILL);
			}
		} else if (signal == SIGTRAP) {
			signal = 0; /* the exec */
		}
		ptrace(PTRACE_SYSCALL, child, 0, signal);
	}
	return ended(status);
}

int main(int argc, char **argv)
{
	int status;

	if (argc < 3)
		return 125;
	child = fork();
	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
		return 125;
	ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD);
	ptrace(PTRACE_SYSCALL, child, 0, 0);
	return trace(strtol(argv[1], NULL, 0), argv[1][0] == '/' ? argv[1] : NULL);
}
