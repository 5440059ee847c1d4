// SPDX-License-Identifier: GPL-2.0-only
/* The denied program as it lies there: under other names, by descriptors, by other system calls, by
 * other processes of the attacker.
 */
#include "attack.h"

#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <sys/mount.h>

static int by_path(const struct attack *a)
{
	return become(a->text);
}

/* The working directory first: "DIRECTORY PATH". */
static int by_relative(const struct attack *a)
{
	char dir[128];

	snprintf(dir, sizeof(dir), "%s", a->text);
	*strchr(dir, ' ') = '\0';
	step(chdir(dir), dir);
	return become(dir + strlen(dir) + 1);
}

static int by_symlink(const struct attack *a)
{
	unlink(a->text);
	step(symlink(DENIED, a->text), "symlink");
	return become(a->text);
}

static int by_hardlink(const struct attack *a)
{
	unlink(a->text);
	step(link(DENIED, a->text), "link");
	return become(a->text);
}

static int by_renamed_parent(const struct attack *a)
{
	(void)a;
	mkdir(TMP "parent", 0777);
	unlink(TMP "parent/x");
	step(link(DENIED, TMP "parent/x"), "link");
	unlink(TMP "moved/x");
	rmdir(TMP "moved");
	step(rename(TMP "parent", TMP "moved"), "rename");
	return become(TMP "moved/x");
}

static int by_unlinked(const struct attack *a)
{
	int fd;

	(void)a;
	unlink(TMP "gone");
	step(link(DENIED, TMP "gone"), "link");
	fd = open(TMP "gone", O_PATH);
	step(fd, "open");
	step(unlink(TMP "gone"), "unlink");
	return become_at(fd, "", AT_EMPTY_PATH);
}

/* Two names that change places: what is looked at has to be what runs. */
static int by_swap(const struct attack *a)
{
	int ran = 0, refused = 0, status;
	pid_t swapper, pid;

	(void)a;
	unlink(TMP "one");
	unlink(TMP "two");
	step(link(DENIED, TMP "one"), "link");
	step(link(HARMLESS, TMP "two"), "link");
	swapper = fork();
	if (swapper == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			renameat2(AT_FDCWD, TMP "one", AT_FDCWD, TMP "two", RENAME_EXCHANGE);
	}
	for (int i = 0; i < 80 && !ran; i++) {
		pid = fork();
		if (pid == 0)
			_exit(become(TMP "two") == CONTAINED ? CONTAINED : NOT_HERE);
		waitpid(pid, &status, 0);
		ran = status == VICTIM << 8;
		refused += status == CONTAINED << 8;
	}
	kill(swapper, SIGKILL);
	see("executed while swapped: %s, refused %d times", ran ? "it ran" : "it never ran",
	    refused);
	return ran ? ESCAPED : refused ? CONTAINED : NOT_HERE;
}

/* --- descriptors -------------------------------------------------------------------------------
 */

static int by_descriptor(const struct attack *a)
{
	int fd = open(DENIED, (int)a->number);

	step(fd, "open");
	return become_at(fd, "", AT_EMPTY_PATH);
}

static int by_directory(const struct attack *a)
{
	int fd = open(ARENA, O_PATH | O_DIRECTORY);

	(void)a;
	step(fd, "open");
	return become_at(fd, "denied", 0);
}

static int by_proc_fd(const struct attack *a)
{
	int fd = open(DENIED, O_PATH);
	char path[64];

	step(fd, "open");
	snprintf(path, sizeof(path), "%s%d", a->text, fd);
	return become(path);
}

/* --- interpreters ------------------------------------------------------------------------------
 */

static int by_interpreter(const struct attack *a)
{
	char path[64];

	snprintf(path, sizeof(path), TMP "script-%s", a->name);
	file_make(path, a->text, strlen(a->text), 0755);
	return become(path);
}

static int by_nested_interpreter(const struct attack *a)
{
	(void)a;
	file_make(TMP "inner", "#!" DENIED "\n", strlen("#!" DENIED "\n"), 0755);
	file_make(TMP "outer", "#!" TMP "inner\n", strlen("#!" TMP "inner\n"), 0755);
	return become(TMP "outer");
}

static int by_env(const struct attack *a)
{
	(void)a;
	setenv("PATH", ARENA, 1);
	execl("/usr/bin/env", "env", "denied", NULL);
	return not_here("there is no /usr/bin/env");
}

static int by_shell(const struct attack *a)
{
	execl("/bin/sh", "sh", "-c", a->text, NULL);
	return not_here("there is no /bin/sh");
}

/* --- who executes ------------------------------------------------------------------------------
 */

static void *thread_run(void *unused)
{
	(void)unused;
	_exit(become(DENIED));
}

static int by_thread(const struct attack *a)
{
	pthread_t t;

	(void)a;
	if (pthread_create(&t, NULL, thread_run, NULL))
		return not_here("no thread");
	pthread_join(t, NULL);
	return NOT_HERE;
}

static int by_spawn(const struct attack *a)
{
	char *argv[] = {(char *)DENIED, NULL};
	int status = 0;
	pid_t pid;

	(void)a;
	errno = posix_spawn(&pid, DENIED, NULL, NULL, argv, environ);
	step(errno ? -1 : 0, "posix_spawn");
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static int by_daemon(const struct attack *a)
{
	int status = 0;
	pid_t pid = fork();

	(void)a;
	if (pid == 0) {
		setsid();
		pid = fork();
		if (pid)
			_exit(0);
		_exit(become(DENIED));
	}
	waitpid(pid, &status, 0);
	usleep(300000); /* whoever it left behind has executed by now, or was refused */
	return CONTAINED;
}

static int by_namespace(const struct attack *a)
{
	step(unshare((int)a->number), "unshare");
	if (a->number & CLONE_NEWPID && !fork())
		_exit(become(DENIED));
	if (a->number & CLONE_NEWPID)
		return CONTAINED;
	return become(DENIED);
}

static int by_chroot(const struct attack *a)
{
	(void)a;
	if (geteuid())
		step(unshare(CLONE_NEWUSER), "unshare");
	step(chroot(ARENA), "chroot");
	step(chdir("/"), "chdir");
	return become("/denied");
}

/* --- how it is called --------------------------------------------------------------------------
 */

static int by_no_arguments(const struct attack *a)
{
	char *none[] = {NULL};

	(void)a;
	execve(DENIED, none, none);
	return verdict_of(-1, "execve");
}

static int by_many_arguments(const struct attack *a)
{
	static char *argv[4002];
	char *big = malloc(100001);

	(void)a;
	memset(big, 'a', 100000);
	big[100000] = '\0';
	for (int i = 0; i < 4000; i++)
		argv[i] = i < 10 ? big : (char *)"x";
	execve(DENIED, argv, environ);
	return verdict_of(-1, "execve");
}

/* A path of more than 4096 bytes, that no rule can be compared with. The rule is one of a path. */
static int by_depth(const struct attack *a)
{
	char name[251];

	(void)a;
	memset(name, 'd', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	step(chdir(TMP), "chdir");
	for (int i = 0; i < 18; i++) {
		mkdir(name, 0777);
		step(chdir(name), "chdir");
	}
	unlink("x");
	step(link(DENIED, "x"), "link");
	return become("./x");
}

/* The table of system calls for 32-bit programs; pointers have to fit. */
static int by_int80(const struct attack *a)
{
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long r;

	(void)a;
	if (page == MAP_FAILED)
		return not_here("no memory below 4 GiB");
	snprintf(page, 64, "%s", DENIED);
	((unsigned int *)(page + 64))[0] = (unsigned int)(unsigned long)page;
	((unsigned int *)(page + 64))[1] = 0;
	asm volatile("int $0x80"
		     : "=a"(r)
		     : "a"(11L), "b"(page), "c"(page + 64), "d"(0L)
		     : "memory");
	errno = (int)-r;
	return verdict_of(-1, "execve by int 0x80");
}

static int by_x32(const struct attack *a)
{
	static unsigned int argv[2];

	(void)a;
	argv[0] = (unsigned int)(unsigned long)DENIED;
	syscall(0x40000000 | 520, DENIED, argv, argv + 1);
	return verdict_of(-1, "execve by the x32 table");
}

static const struct attack table[] = {
	{"plain", by_path, GOAL_EXEC, ANYBODY, 0, DENIED, 0, 0},
	{"proc-root", by_path, GOAL_EXEC, ANYBODY, 0, "/proc/self/root" DENIED, 0, 0},
	{"slashes", by_path, GOAL_EXEC, ANYBODY, 0, "//srv//attack//denied", 0, 0},
	{"dots", by_path, GOAL_EXEC, ANYBODY, 0, "/srv/../srv/./attack/tmp/../denied", 0, 0},
	{"relative", by_relative, GOAL_EXEC, ANYBODY, 0, ARENA " ./denied", 0, 0},
	{"proc-cwd", by_relative, GOAL_EXEC, ANYBODY, 0, ARENA " /proc/self/cwd/denied", 0, 0},
	{"symlink", by_symlink, GOAL_EXEC, ANYBODY, 0, TMP "symlink", 0, 0},
	{"hardlink", by_hardlink, GOAL_EXEC, ANYBODY, 0, TMP "hardlink", 0, 0},
	{"odd-name", by_hardlink, GOAL_EXEC, ANYBODY, 0, TMP "a\nb\033[2J\xff", 0, 0},
	{"renamed-parent", by_renamed_parent, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"unlinked", by_unlinked, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"swap", by_swap, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"execveat-path", by_descriptor, GOAL_EXEC, ANYBODY, 0, NULL, O_PATH, 0},
	{"execveat-open", by_descriptor, GOAL_EXEC, ANYBODY, 0, NULL, O_RDONLY, 0},
	{"execveat-directory", by_directory, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"proc-self-fd", by_proc_fd, GOAL_EXEC, ANYBODY, 0, "/proc/self/fd/", 0, 0},
	{"proc-thread-fd", by_proc_fd, GOAL_EXEC, ANYBODY, 0, "/proc/thread-self/fd/", 0, 0},
	{"interpreter", by_interpreter, GOAL_EXEC, ANYBODY, 0, "#!" DENIED "\n", 0, 0},
	{"interpreter-spaces", by_interpreter, GOAL_EXEC, ANYBODY, 0, "#! \t " DENIED " x y\n", 0,
	 0},
	{"interpreter-no-newline", by_interpreter, GOAL_EXEC, ANYBODY, 0, "#!" DENIED, 0, 0},
	{"interpreter-nested", by_nested_interpreter, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"env", by_env, GOAL_EXEC, ANYBODY, 1, NULL, 0, 0},
	{"shell", by_shell, GOAL_EXEC, ANYBODY, 1, "exec " DENIED, 0, 0},
	{"shell-exec-a", by_shell, GOAL_EXEC, ANYBODY, 1, "cd " ARENA " && PATH=. denied", 0, 0},
	{"thread", by_thread, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"spawn", by_spawn, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"daemon", by_daemon, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"user-namespace", by_namespace, GOAL_EXEC, ANYBODY, 0, NULL, CLONE_NEWUSER, 0},
	{"mount-namespace", by_namespace, GOAL_EXEC, ANYBODY, 0, NULL, CLONE_NEWUSER | CLONE_NEWNS,
	 0},
	{"pid-namespace", by_namespace, GOAL_EXEC, ANYBODY, 0, NULL, CLONE_NEWUSER | CLONE_NEWPID,
	 0},
	{"chroot", by_chroot, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"no-arguments", by_no_arguments, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"many-arguments", by_many_arguments, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"deep-path", by_depth, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"int80", by_int80, GOAL_EXEC, ANYBODY, 1, NULL, 0, 0},
	{"x32", by_x32, GOAL_EXEC, ANYBODY, 1, NULL, 0, 0},
};

ATTACKS_MAIN(table)
