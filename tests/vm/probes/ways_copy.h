/* SPDX-License-Identifier: GPL-2.0-only */
/* Ways to come by the bytes of a file: copies, mappings, descriptors from before, other mounts. */
#ifndef CLAWBPF_PROBE_WAYS_COPY_H
#define CLAWBPF_PROBE_WAYS_COPY_H

#include "attempt.h"

#include <linux/mount.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

/* --- the bytes, elsewhere --------------------------------------------------------------------- */

static void copy_bytes(int from, int to)
{
	char bytes[65536];
	ssize_t n;

	while ((n = read(from, bytes, sizeof(bytes))) > 0)
		need(write(to, bytes, (size_t)n), "write the copy");
	attempt(n, "read");
}

static void copy_to(int from, const char *path)
{
	int to;

	unlink(path);
	to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	need(to, path);
	copy_bytes(from, to);
	close(to);
}

static int open_source(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	attempt(fd, "open");
	return fd;
}

static void try_copy(char **arg)
{
	copy_to(open_source(arg[0]), arg[1]);
	run(arg[1], arg + 2);
}

static void try_memfd(char **arg)
{
	int fd = memfd_create("copy", 0);

	need(fd, "memfd_create");
	copy_bytes(open_source(arg[0]), fd);
	run_at(fd, (char *)"", arg + 1, AT_EMPTY_PATH);
}

/* SOURCE DIR */
static void try_tmpfile(char **arg)
{
	int from = open_source(arg[0]), to = open(arg[1], O_TMPFILE | O_RDWR | O_CLOEXEC, 0755);
	char path[64];
	int fd;

	need(to, "open O_TMPFILE");
	copy_bytes(from, to);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", to);
	fd = open(path, O_RDONLY);
	need(fd, "open again");
	close(to);
	run_at(fd, (char *)"", NULL, AT_EMPTY_PATH);
}

/* FILE FIRST THEN: a file that is executed, changed, and executed again within one clock tick */
static void try_change(char **arg)
{
	int status = 0;

	for (int i = 0; i < 5; i++) {
		int from = open_source(arg[2]), to, first = open_source(arg[1]);
		pid_t pid;

		copy_to(first, arg[0]);
		pid = fork();
		if (pid == 0) {
			execl(arg[0], arg[0], NULL);
			_exit(1);
		}
		need(waitpid(pid, &status, 0), "waitpid");
		errno = EIO;
		need(status == 42 << 8 ? 0 : -1, "what it was at first did not run");
		to = open(arg[0], O_WRONLY | O_CLOEXEC);
		need(to, "open for writing");
		copy_bytes(from, to);
		close(to);
		close(from);
		close(first);
		pid = fork();
		if (pid == 0) {
			execl(arg[0], arg[0], NULL);
			_exit(errno == EPERM ? 100 : 1);
		}
		need(waitpid(pid, &status, 0), "waitpid");
		if (status == 42 << 8)
			succeed("the denied content ran");
	}
	errno = status == 100 << 8 ? EPERM : EIO;
	attempt(-1, "execve");
}

/* --- mapped instead of executed --------------------------------------------------------------- */

static void map_executable(int fd)
{
	attempt((long)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0), "mmap");
	succeed("mapped");
}

static void make_executable(int fd)
{
	void *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);

	need((long)p, "mmap");
	attempt(mprotect(p, 4096, PROT_READ | PROT_EXEC), "mprotect");
	succeed("made executable");
}

static void try_mmap(char **arg)
{
	map_executable(open_source(arg[0]));
}

static void try_mprotect(char **arg)
{
	make_executable(open_source(arg[0]));
}

/* --- opened before the session began ---------------------------------------------------------- */

static void try_held_exec(char **arg)
{
	fcntl(held_fd, F_SETFD, 0);
	run_at(held_fd, (char *)"", arg, AT_EMPTY_PATH);
}

static void try_held_mmap(char **arg)
{
	(void)arg;
	map_executable(held_fd);
}

static int map_held_here(char **arg)
{
	(void)arg;
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, held_fd, 0) == MAP_FAILED
		       ? errno
		       : 0;
}

static void try_held_mprotect(char **arg)
{
	(void)arg;
	make_executable(held_fd);
}

static void try_held_read(char **arg)
{
	char byte;

	(void)arg;
	attempt(pread(held_fd, &byte, 1, 0), "read");
	succeed("read");
}

static void try_held_copy(char **arg)
{
	need(lseek(held_fd, 0, SEEK_SET), "lseek");
	copy_to(held_fd, arg[0]);
	run(arg[0], NULL);
}

/* --- mounts ----------------------------------------------------------------------------------- */

static void namespace_own(void)
{
	need(unshare(CLONE_NEWNS), "unshare");
	need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount private");
}

static void try_bind(char **arg)
{
	namespace_own();
	need(mount(arg[0], arg[1], NULL, MS_BIND, NULL), "mount");
	run(arg[1], arg + 2);
}

/* DIR NAME: of a tree that is mounted nowhere */
static void try_detached(char **arg)
{
	int fd = (int)syscall(SYS_open_tree, AT_FDCWD, arg[0], OPEN_TREE_CLONE);

	need(fd, "open_tree");
	run_at(fd, arg[1], arg + 2, 0);
}

/* DIR NAME PLACE: of one that no longer is */
static void try_lazy(char **arg)
{
	int fd;

	namespace_own();
	need(mount(arg[0], arg[2], NULL, MS_BIND, NULL), "mount");
	fd = open(arg[2], O_PATH | O_DIRECTORY);
	need(fd, "open O_PATH");
	need(umount2(arg[2], MNT_DETACH), "umount");
	run_at(fd, arg[1], NULL, 0);
}

/* LOWER NAME TEMPORARY: through an overlay; "up" makes it copy the file first */
static void try_overlay(char **arg)
{
	char options[1024], path[256];

	namespace_own();
	need(mount("tmpfs", arg[2], "tmpfs", 0, NULL), "mount tmpfs");
	need(chdir(arg[2]), "chdir");
	mkdir("upper", 0755);
	mkdir("work", 0755);
	mkdir("all", 0755);
	snprintf(options, sizeof(options), "lowerdir=%s,upperdir=%s/upper,workdir=%s/work", arg[0],
		 arg[2], arg[2]);
	need(mount("overlay", "all", "overlay", 0, options), "mount overlay");
	snprintf(path, sizeof(path), "%s/all/%s", arg[2], arg[1]);
	if (arg[3])
		attempt(chmod(path, 0750), "chmod");
	run(path, NULL);
}

#endif
