// SPDX-License-Identifier: GPL-2.0-only
/* A process outside the session, of the same user: looked into, changed, ended, or joined. */
#include "attack.h"

#include <linux/fs.h>
#include <linux/ioprio.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/uio.h>

static pid_t outside(void)
{
	return (pid_t)told("OUTSIDE_PID");
}

static int outside_pidfd(void)
{
	int fd = (int)syscall(SYS_pidfd_open, outside(), 0);

	step(fd, "pidfd_open");
	return fd;
}

static int by_ptrace(const struct attack *a)
{
	pid_t pid = outside();
	long r = ptrace((enum __ptrace_request)a->number, pid, NULL, NULL);
	int verdict = verdict_of(r, "ptrace");

	if (r)
		return verdict;
	if (a->number == PTRACE_SEIZE)
		ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
	waitpid(pid, NULL, __WALL);
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	return verdict;
}

static int by_vm(const struct attack *a)
{
	int value = 2;
	struct iovec local = {&value, sizeof(value)};
	struct iovec remote = {(void *)told("OUTSIDE_MEMORY"), sizeof(value)};

	if (a->number)
		return verdict_of(process_vm_writev(outside(), &local, 1, &remote, 1, 0),
				  "process_vm_writev");
	return verdict_of(process_vm_readv(outside(), &local, 1, &remote, 1, 0),
			  "process_vm_readv");
}

static int outside_file(const char *name, int flags)
{
	char path[128];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)outside(), name);
	return open(path, flags);
}

static int by_mem(const struct attack *a)
{
	int fd = outside_file("mem", (int)a->number), value = 3;

	step(fd, "open /proc/PID/mem");
	if (a->number == O_RDONLY)
		return verdict_of(pread(fd, &value, sizeof(value), told("OUTSIDE_MEMORY")), "read");
	return verdict_of(pwrite(fd, &value, sizeof(value), told("OUTSIDE_MEMORY")), "write");
}

static int by_file(const struct attack *a)
{
	char byte;
	int fd = outside_file(a->text, (int)a->number);

	step(fd, a->text);
	return a->other ? verdict_of(fd, a->text) : verdict_of(read(fd, &byte, 1), a->text);
}

static int by_open_files(const struct attack *a)
{
	char path[64], to[256];

	(void)a;
	snprintf(path, sizeof(path), "/proc/%d/fd/1", (int)outside());
	return verdict_of(readlink(path, to, sizeof(to)), "readlink");
}

static int by_getfd(const struct attack *a)
{
	(void)a;
	return verdict_of(syscall(SYS_pidfd_getfd, outside_pidfd(), (int)told("OUTSIDE_TCP"), 0),
			  "pidfd_getfd");
}

static int by_kcmp(const struct attack *a)
{
	(void)a;
	return verdict_of(syscall(SYS_kcmp, getpid(), outside(), 1, 0, 0), "kcmp");
}

static int by_madvise(const struct attack *a)
{
	struct iovec remote = {(void *)(told("OUTSIDE_MEMORY") & ~4095L), 4096};

	(void)a;
	return verdict_of(syscall(SYS_process_madvise, outside_pidfd(), &remote, 1, MADV_COLD, 0),
			  "process_madvise");
}

static int by_move_pages(const struct attack *a)
{
	void *page = (void *)told("OUTSIDE_MEMORY");
	int status = 0;

	(void)a;
	return verdict_of(syscall(SYS_move_pages, outside(), 1L, &page, NULL, &status, 0),
			  "move_pages");
}

/* --- signals, of a kind that does nothing -------------------------------------------------------
 */

static int by_kill(const struct attack *a)
{
	(void)a;
	return verdict_of(kill(outside(), SIGURG), "kill");
}

static int by_tgkill(const struct attack *a)
{
	(void)a;
	return verdict_of(syscall(SYS_tgkill, outside(), outside(), SIGURG), "tgkill");
}

static int by_sigqueue(const struct attack *a)
{
	(void)a;
	return verdict_of(sigqueue(outside(), SIGURG, (union sigval){0}), "sigqueue");
}

static int by_pidfd_signal(const struct attack *a)
{
	(void)a;
	return verdict_of(syscall(SYS_pidfd_send_signal, outside_pidfd(), SIGURG, NULL, 0),
			  "pidfd_send_signal");
}

/* --- how it runs --------------------------------------------------------------------------------
 */

/* A second of CPU time, and the kernel ends it: a signal by another name. */
static int by_limit(const struct attack *a)
{
	struct rlimit limit;
	long r = prlimit(outside(), RLIMIT_NOFILE, NULL, &limit);

	(void)a;
	if (!r)
		r = prlimit(outside(), RLIMIT_NOFILE, &limit, NULL);
	return verdict_of(r, "prlimit");
}

static int by_nice(const struct attack *a)
{
	(void)a;
	return verdict_of(setpriority(PRIO_PROCESS, (id_t)outside(),
				      getpriority(PRIO_PROCESS, (id_t)outside())),
			  "setpriority");
}

static int by_affinity(const struct attack *a)
{
	cpu_set_t set;

	(void)a;
	CPU_ZERO(&set);
	CPU_SET(0, &set);
	CPU_SET(1, &set);
	return verdict_of(sched_setaffinity(outside(), sizeof(set), &set), "sched_setaffinity");
}

static int by_scheduler(const struct attack *a)
{
	struct sched_param none = {0};

	(void)a;
	return verdict_of(sched_setscheduler(outside(), SCHED_OTHER, &none), "sched_setscheduler");
}

static int by_io_priority(const struct attack *a)
{
	(void)a;
	return verdict_of(syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, outside(),
				  IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4)),
			  "ioprio_set");
}

/* --- join it ------------------------------------------------------------------------------------
 */

static int by_setns(const struct attack *a)
{
	int fd = outside_file(a->text, O_RDONLY);

	step(fd, a->text);
	return verdict_of(setns(fd, 0), a->text);
}

static int by_setns_pidfd(const struct attack *a)
{
	return verdict_of(setns(outside_pidfd(), (int)a->number), "setns");
}

/* What is typed after the session has ended, into the shell that started it. */
static int by_terminal(const struct attack *a)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
	char key = 'x';

	(void)a;
	step(master, "posix_openpt");
	grantpt(master);
	unlockpt(master);
	setsid();
	slave = open(ptsname(master), O_RDWR);
	step(slave, "open the terminal");
	ioctl(slave, TIOCSCTTY, 0);
	if (ioctl(slave, TIOCSTI, &key) && errno == EIO)
		return not_here("this kernel lets nobody type for another");
	return verdict_of(errno ? -1 : 0, "TIOCSTI");
}

#define L GOAL_LEAVE
/* --- powers over oneself that a container's root has not -----------------------------------------
 */

static int by_own_priority(const struct attack *a)
{
	(void)a;
	return verdict_of(setpriority(PRIO_PROCESS, 0, -5), "setpriority");
}

/* Before all others on the machine. */
static int by_real_time(const struct attack *a)
{
	struct sched_param param = {.sched_priority = 1};

	(void)a;
	return verdict_of(sched_setscheduler(0, SCHED_FIFO, &param), "sched_setscheduler");
}

static int by_own_limit(const struct attack *a)
{
	struct rlimit limit;

	(void)a;
	step(getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
	limit.rlim_cur = --limit.rlim_max;
	step(setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
	limit.rlim_max++;
	return verdict_of(setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

/* The last to be killed when memory ends. */
static int by_own_oom_score(const struct attack *a)
{
	(void)a;
	return verdict_of(file_put("/proc/self/oom_score_adj", "-1000"), "oom_score_adj");
}

static void as_user(uid_t uid, int flags, int command)
{
	pid_t pid = fork();
	int id;

	if (!pid) {
		step(setresuid(uid, uid, uid), "setresuid");
		id = shmget(0xc1a3, 4096, flags);
		_exit(id >= 0 && (!command || !shmctl(id, command, NULL)) ? 0 : NOT_HERE);
	}
	waitpid(pid, NULL, 0);
}

/* Another user's memory, shared among his processes. */
static int by_shared_memory(const struct attack *a)
{
	int id, verdict;

	(void)a;
	as_user(1001, IPC_CREAT | 0600, 0);
	id = shmget(0xc1a3, 4096, 0);
	verdict = verdict_of(id < 0 || shmat(id, NULL, 0) == (void *)-1 ? -1 : 0, "shmat");
	as_user(1001, 0, IPC_RMID);
	return verdict;
}

/* Nobody may write or remove it any more: root neither. */
static int by_immutable(const struct attack *a)
{
	static const char path[] = TMP "immutable";
	int fd, flags = FS_IMMUTABLE_FL;
	long r;

	(void)a;
	file_make(path, "x", 1, 0600);
	fd = open(path, O_RDONLY);
	r = ioctl(fd, FS_IOC_SETFLAGS, &flags);
	if (r < 0 && (errno == ENOTTY || errno == EOPNOTSUPP))
		return not_here("this file system has no such flag");
	r = verdict_of(r, "FS_IOC_SETFLAGS");
	flags = 0;
	ioctl(fd, FS_IOC_SETFLAGS, &flags);
	return (int)r;
}

/* Whoever opens it waits for us. */
static int by_lease(const struct attack *a)
{
	int fd;

	(void)a;
	fd = open(TMP "immutable", O_RDONLY | O_CREAT, 0644);
	step(fd, "open");
	step(fchown(fd, 1001, 1001), "fchown");
	return verdict_of(fcntl(fd, F_SETLEASE, F_RDLCK), "F_SETLEASE");
}

static const struct attack table[] = {
	{"ptrace-attach", by_ptrace, L, ANYBODY, 0, NULL, PTRACE_ATTACH, 0},
	{"ptrace-seize", by_ptrace, L, ANYBODY, 0, NULL, PTRACE_SEIZE, 0},
	{"vm-readv", by_vm, L, ANYBODY, 0, NULL, 0, 0},
	{"vm-writev", by_vm, L, ANYBODY, 0, NULL, 1, 0},
	{"mem-read", by_mem, L, ANYBODY, 0, NULL, O_RDONLY, 0},
	{"mem-write", by_mem, L, ANYBODY, 0, NULL, O_RDWR, 0},
	{"environ", by_file, L, ANYBODY, 0, "environ", O_RDONLY, 0},
	{"maps", by_file, L, ANYBODY, 0, "maps", O_RDONLY, 0},
	{"auxv", by_file, L, ANYBODY, 0, "auxv", O_RDONLY, 0},
	{"root", by_file, L, ANYBODY, 0, "root", O_PATH, 1},
	{"cwd", by_file, L, ANYBODY, 0, "cwd", O_PATH, 1},
	{"exe", by_file, L, ANYBODY, 0, "exe", O_RDONLY, 0},
	{"root-secret", by_file, L, ANYBODY, 0, "root/srv/attack/secret/flag", O_RDONLY, 0},
	{"fd-names", by_open_files, L, ANYBODY, 0, NULL, 0, 0},
	{"fd-open", by_file, L, ANYBODY, 0, "fd/1", O_RDONLY, 1},
	{"oom-score", by_file, L, ANYBODY, 0, "oom_score_adj", O_WRONLY, 1},
	{"coredump-filter", by_file, L, ANYBODY, 0, "coredump_filter", O_WRONLY, 1},
	{"clear-refs", by_file, L, ANYBODY, 1, "clear_refs", O_WRONLY, 1},
	{"pidfd-getfd", by_getfd, L, ANYBODY, 0, NULL, 0, 0},
	{"kcmp", by_kcmp, L, ANYBODY, 1, NULL, 0, 0},
	{"process-madvise", by_madvise, L, ROOT, 1, NULL, 0, 0},
	{"move-pages", by_move_pages, L, ANYBODY, 1, NULL, 0, 0},
	{"kill", by_kill, L, ANYBODY, 0, NULL, 0, 0},
	{"tgkill", by_tgkill, L, ANYBODY, 0, NULL, 0, 0},
	{"sigqueue", by_sigqueue, L, ANYBODY, 0, NULL, 0, 0},
	{"pidfd-send-signal", by_pidfd_signal, L, ANYBODY, 0, NULL, 0, 0},
	{"prlimit", by_limit, L, ANYBODY, 0, NULL, 0, 0},
	{"setpriority", by_nice, L, ANYBODY, 0, NULL, 0, 0},
	{"setaffinity", by_affinity, L, ANYBODY, 0, NULL, 0, 0},
	{"setscheduler", by_scheduler, L, ANYBODY, 0, NULL, 0, 0},
	{"ioprio", by_io_priority, L, ANYBODY, 1, NULL, 0, 0},
	{"setns-mount", by_setns, L, ROOT, 0, "ns/mnt", 0, 0},
	{"setns-net", by_setns, L, ROOT, 0, "ns/net", 0, 0},
	{"setns-pid", by_setns, L, ROOT, 0, "ns/pid", 0, 0},
	{"setns-uts", by_setns, L, ROOT, 0, "ns/uts", 0, 0},
	{"setns-pidfd", by_setns_pidfd, L, ROOT, 0, NULL, CLONE_NEWNS, 0},
	{"own-priority", by_own_priority, L, ROOT, 0, NULL, 0, 0},
	{"own-real-time", by_real_time, L, ROOT, 1, NULL, 0, 0},
	{"own-limit", by_own_limit, L, ROOT, 0, NULL, 0, 0},
	{"own-oom-score", by_own_oom_score, L, ROOT, 0, NULL, 0, 0},
	{"shared-memory", by_shared_memory, L, ROOT, 0, NULL, 0, 0},
	{"immutable", by_immutable, L, ROOT, 1, NULL, 0, 0},
	{"lease", by_lease, L, ROOT, 1, NULL, 0, 0},
	{"terminal", by_terminal, L, ANYBODY, 1, NULL, 0, 0},
};

ATTACKS_MAIN(table)
