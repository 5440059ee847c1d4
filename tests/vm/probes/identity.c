// SPDX-License-Identifier: GPL-2.0-only
/* By which ways can a process try to be somebody else, before it executes a program? */
#include "attempt.h"

#include <linux/sched.h>
#include <sched.h>
#include <spawn.h>
#include <sys/stat.h>

static void try_exec(char **arg)
{
	run(arg[0], NULL);
}

/* An orphan, twice over, in a terminal session of its own. */
static void try_daemon(char **arg)
{
	if (fork())
		_exit(0);
	need(setsid(), "setsid");
	if (fork())
		_exit(0);
	run(arg[0], NULL);
}

static void *thread_exec(void *path)
{
	run(path, NULL);
	return NULL;
}

/* A thread that executes takes over the number of its leader, who ends. */
static void try_thread(char **arg)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, thread_exec, arg[0]);
	need(errno ? -1 : 0, "pthread_create");
	for (;;)
		pause();
}

/* What vfork() does: the child shares the memory, and executes. */
static void try_spawn(char **arg)
{
	char *argv[] = {arg[0], NULL};
	int status;
	pid_t pid;

	errno = posix_spawn(&pid, arg[0], NULL, NULL, argv, environ);
	attempt(errno ? -1 : 0, "posix_spawn");
	waitpid(pid, &status, 0);
	succeed("it ran");
}

static void file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	need(fd, path);
	need(write(fd, text, strlen(text)), path);
	close(fd);
}

static void cgroup_enter(const char *cgroup)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
	file_write(path, "0");
}

static void try_leave(char **arg)
{
	cgroup_enter(arg[0]);
	run(arg[1], NULL);
}

/* The children of one that left. */
static void try_leave_fork(char **arg)
{
	cgroup_enter(arg[0]);
	try_daemon(arg + 1);
}

static void cgroup_own(char *ret, size_t size)
{
	char line[300] = "";
	FILE *f = fopen("/proc/self/cgroup", "re");

	need(f && fgets(line, sizeof(line), f) && !strncmp(line, "0::", 3) ? 0 : -1,
	     "/proc/self/cgroup");
	fclose(f);
	line[strcspn(line, "\n")] = '\0';
	snprintf(ret, size, "/sys/fs/cgroup%s", strcmp(line + 3, "/") ? line + 3 : "");
}

/* Two levels further down, and back up at the end. */
static void try_nested(char **arg)
{
	char own[400], outer[420], inner[440];
	int status;
	pid_t pid;

	cgroup_own(own, sizeof(own));
	snprintf(outer, sizeof(outer), "%s/outer", own);
	snprintf(inner, sizeof(inner), "%s/inner", outer);
	need(mkdir(outer, 0755), outer);
	need(mkdir(inner, 0755), inner);
	pid = fork();
	if (pid == 0) {
		cgroup_enter(inner);
		run(arg[0], NULL);
	}
	waitpid(pid, &status, 0);
	rmdir(inner);
	rmdir(outer);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

/* CGROUP PATH: a child that is born there, and never moved */
static void try_into(char **arg)
{
	int cgroup = open(arg[0], O_PATH | O_DIRECTORY | O_CLOEXEC), status;
	struct clone_args args = {
		.flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD, .cgroup = (unsigned int)cgroup};
	long pid;

	need(cgroup, arg[0]);
	pid = syscall(SYS_clone3, &args, sizeof(args));
	need(pid, "clone3");
	if (pid == 0)
		run(arg[1], NULL);
	waitpid((pid_t)pid, &status, 0);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

static const struct {
	const char *name;
	int flag;
} namespaces[] = {
	{"mount", CLONE_NEWNS}, {"pid", CLONE_NEWPID}, {"user", CLONE_NEWUSER},
	{"uts", CLONE_NEWUTS},  {"ipc", CLONE_NEWIPC}, {"cgroup", CLONE_NEWCGROUP},
	{"net", CLONE_NEWNET},
};

/* NAMESPACE PATH; in a pid namespace of its own the program is number 1 */
static void try_unshare(char **arg)
{
	int flag = 0, status;
	pid_t pid;

	for (size_t i = 0; i < sizeof(namespaces) / sizeof(namespaces[0]); i++) {
		if (!strcmp(arg[0], namespaces[i].name))
			flag = namespaces[i].flag;
	}
	need(unshare(flag), "unshare");
	if (flag != CLONE_NEWPID)
		run(arg[1], NULL);
	pid = fork();
	if (pid == 0) {
		execl(arg[1], arg[1], NULL);
		_exit(errno == EPERM ? 100 : 101);
	}
	/* Its own number is none that anybody else knows: the event's parent is this process. */
	waitpid(pid, &status, 0);
	errno = status == 100 << 8 ? EPERM : EIO;
	attempt(status == 42 << 8 ? 0 : -1, "execve");
	succeed("it ran");
}

/* Processes that come and go all the time, each of which executes PATH once the file GO is there.
 */
struct storm {
	int ran, refused;
};

static void storm_link(const char *path, const char *go, struct storm *s)
{
	int status;
	pid_t pid;

	if (access(go, F_OK))
		return;
	pid = fork();
	if (pid == 0) {
		execl(path, path, NULL);
		_exit(errno == EPERM ? 100 : 101);
	}
	waitpid(pid, &status, 0);
	__atomic_fetch_add(status == 100 << 8 ? &s->refused : &s->ran, 1, __ATOMIC_RELAXED);
}

/* GO PATH COUNT */
static void try_storm(char **arg)
{
	struct storm *s =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int count = atoi(arg[2]);

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (int chain = 0; chain < 3; chain++) {
		if (fork())
			continue;
		alarm(30);
		while (s->ran + s->refused < count) {
			if (fork())
				_exit(0);
			alarm(30);
			storm_link(arg[1], arg[0], s);
		}
		_exit(0);
	}
	while (wait(NULL) > 0 || errno == EINTR)
		;
	if (s->ran) {
		char text[64];

		snprintf(text, sizeof(text), "%d ran, %d refused", s->ran, s->refused);
		succeed(text);
	}
	errno = s->refused >= count ? EPERM : EAGAIN;
	attempt(-1, "execve");
}

static const struct method methods[] = {
	{"exec", 1, try_exec, NULL, 0},
	{"daemon", 1, try_daemon, NULL, 0},
	{"thread", 1, try_thread, NULL, 0},
	{"spawn", 1, try_spawn, NULL, 0},
	{"leave", 2, try_leave, NULL, 0},
	{"leave-fork", 2, try_leave_fork, NULL, 0},
	{"nested", 1, try_nested, NULL, 0},
	{"into", 2, try_into, NULL, 0},
	{"unshare", 2, try_unshare, NULL, 0},
	{"storm", 3, try_storm, NULL, 0},
	{NULL, 0, NULL, NULL, 0},
};

int main(int argc, char **argv)
{
	return attempts_main(argc, argv, methods);
}
