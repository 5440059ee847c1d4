// SPDX-License-Identifier: GPL-2.0-only
/* What every program may do, sandboxed or not: a sandbox that forbids everything contains
 * everything. The same form as an attack: 0 it works, 1 it is refused, 2 not possible here.
 */
#define VERDICT_WORDS "works", "refused", "n/a"
#include "attack.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>

#include "uring.h"

/* A child that waits until it is told to end. */
static pid_t child_waiting(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
		_exit(0);
	}
	step(pid, "fork");
	usleep(20000);
	return pid;
}

static int child_end(pid_t pid, int verdict)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, __WALL);
	return verdict;
}

static int try_pipe(const struct attack *a)
{
	char byte = 'x';
	int p[2];

	(void)a;
	step(pipe(p), "pipe");
	step(write(p[1], &byte, 1), "write");
	return verdict_of(read(p[0], &byte, 1), "read");
}

static int try_ptrace(const struct attack *a)
{
	pid_t pid = child_waiting();
	long r = ptrace(PTRACE_ATTACH, pid, NULL, NULL);

	(void)a;
	step(r, "ptrace");
	waitpid(pid, NULL, __WALL);
	r = ptrace(PTRACE_PEEKDATA, pid, &pid, NULL);
	return child_end(pid, verdict_of(errno && r == -1 ? -1 : 0, "ptrace"));
}

static int try_signal(const struct attack *a)
{
	pid_t pid = child_waiting();

	(void)a;
	return child_end(pid, verdict_of(kill(pid, SIGTERM), "kill"));
}

static int try_vm(const struct attack *a)
{
	pid_t pid = child_waiting();
	int value = 0;
	struct iovec local = {&value, sizeof(value)}, remote = {&pid, sizeof(value)};

	(void)a;
	return child_end(pid, verdict_of(process_vm_readv(pid, &local, 1, &remote, 1, 0), "read"));
}

static int try_child_limits(const struct attack *a)
{
	pid_t pid = child_waiting();
	struct rlimit limit;

	(void)a;
	step(prlimit(pid, RLIMIT_NOFILE, NULL, &limit), "prlimit");
	step(prlimit(pid, RLIMIT_NOFILE, &limit, NULL), "prlimit");
	return child_end(pid, verdict_of(setpriority(PRIO_PROCESS, (id_t)pid, 5), "setpriority"));
}

static int try_oom_score(const struct attack *a)
{
	pid_t pid = child_waiting();
	char path[64];

	(void)a;
	snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", (int)pid);
	step(file_put("/proc/self/oom_score_adj", "100"), "of its own");
	return child_end(pid, verdict_of(file_put(path, "200"), "of a child"));
}

static int try_proc_self(const struct attack *a)
{
	(void)a;
	step(file_put("/proc/self/comm", "ordinary"), "comm");
	step(open("/proc/self/maps", O_RDONLY), "maps");
	step(open("/proc/self/mem", O_RDWR), "mem");
	return verdict_of(open("/proc/meminfo", O_RDONLY), "meminfo");
}

static void unix_name(struct sockaddr_un *at, const char *path)
{
	*at = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(at->sun_path, sizeof(at->sun_path), "%s", path);
	if (*path == '@')
		at->sun_path[0] = '\0';
	else
		unlink(path);
}

static int try_unix(const struct attack *a)
{
	int server = socket(AF_UNIX, (int)a->number, 0), client;
	struct sockaddr_un at;

	unix_name(&at, a->text);
	step(server, "socket");
	step(bind(server, (struct sockaddr *)&at, sizeof(at)), "bind");
	if (a->number != SOCK_DGRAM)
		step(listen(server, 1), "listen");
	client = socket(AF_UNIX, (int)a->number, 0);
	step(connect(client, (struct sockaddr *)&at, sizeof(at)), "connect");
	return verdict_of(send(client, "x", 1, 0), "send");
}

static int try_pass_descriptor(const struct attack *a)
{
	char control[CMSG_SPACE(sizeof(int))] = {0}, byte = '.';
	struct iovec iov = {&byte, 1};
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = control,
			   .msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int s[2], file = open("/etc/passwd", O_RDONLY);

	(void)a;
	step(socketpair(AF_UNIX, SOCK_STREAM, 0, s), "socketpair");
	*c = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(c), &file, sizeof(file));
	step(sendmsg(s[0], &m, 0), "sendmsg");
	step(recvmsg(s[1], &m, 0), "recvmsg");
	return verdict_of(m.msg_flags & MSG_CTRUNC ? -1 : 0, "the descriptor came");
}

static void *thread_run(void *at)
{
	*(int *)at = 1;
	return NULL;
}

static int try_threads(const struct attack *a)
{
	pthread_t t[8];
	int done[8] = {0}, all = 0;

	(void)a;
	for (int i = 0; i < 8; i++)
		pthread_create(&t[i], NULL, thread_run, &done[i]);
	for (int i = 0; i < 8; i++) {
		pthread_join(t[i], NULL);
		all += done[i];
	}
	return verdict_of(all == 8 ? 0 : -1, "eight threads");
}

static int try_timers(const struct attack *a)
{
	struct itimerspec soon = {.it_value = {.tv_nsec = 1000000}};
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);
	unsigned long count;
	timer_t timer;

	(void)a;
	step(fd, "timerfd_create");
	step(timerfd_settime(fd, 0, &soon, NULL), "timerfd_settime");
	step(read(fd, &count, sizeof(count)), "read");
	signal(SIGALRM, SIG_IGN);
	step(timer_create(CLOCK_REALTIME, NULL, &timer), "timer_create");
	return verdict_of(timer_settime(timer, 0, &soon, NULL), "timer_settime");
}

static int try_events(const struct attack *a)
{
	struct epoll_event e = {.events = EPOLLIN};
	int poll = epoll_create1(0), event = eventfd(1, 0), watch = inotify_init1(0);

	(void)a;
	step(watch, "inotify_init");
	step(inotify_add_watch(watch, TMP, IN_CREATE), "inotify_add_watch");
	step(epoll_ctl(poll, EPOLL_CTL_ADD, event, &e), "epoll_ctl");
	return verdict_of(epoll_wait(poll, &e, 1, 1000) - 1, "epoll_wait");
}

static int try_shared_memory(const struct attack *a)
{
	int id = shmget(IPC_PRIVATE, 4096, 0600 | IPC_CREAT), fd;
	char *at;

	(void)a;
	step(id, "shmget");
	at = shmat(id, NULL, 0);
	step(at == (void *)-1 ? -1 : 0, "shmat");
	shmctl(id, IPC_RMID, NULL);
	fd = memfd_create("data", 0);
	step(ftruncate(fd, 4096), "memfd");
	at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return verdict_of(at == MAP_FAILED ? -1 : 0, "mmap");
}

/* What compilers that run while the program does need. */
static int try_code_in_memory(const struct attack *a)
{
	static const unsigned char returns_42[] = {0xb8, 42, 0, 0, 0, 0xc3};
	unsigned char *code =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)a;
	memcpy(code, returns_42, sizeof(returns_42));
	step(mprotect(code, 4096, PROT_READ | PROT_EXEC), "mprotect");
	return verdict_of(((int (*)(void))code)() == 42 ? 0 : -1, "it ran");
}

static int try_locks(const struct attack *a)
{
	int fd = open(TMP "lock", O_RDWR | O_CREAT, 0666);
	struct flock lock = {.l_type = F_WRLCK};

	(void)a;
	step(fd, "open");
	step(flock(fd, LOCK_EX), "flock");
	return verdict_of(fcntl(fd, F_SETLK, &lock), "fcntl");
}

static int try_terminal(const struct attack *a)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
	char byte;

	(void)a;
	step(master, "posix_openpt");
	grantpt(master);
	unlockpt(master);
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	step(slave, "open");
	step(write(slave, "x", 1), "write");
	return verdict_of(read(master, &byte, 1), "read");
}

static int try_devices(const struct attack *a)
{
	static const char *const names[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random",
					    "/dev/urandom"};

	(void)a;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		step(open(names[i], O_RDWR), names[i]);
	return verdict_of(0, "all of them");
}

static int try_user_namespace(const struct attack *a)
{
	char map[64];

	(void)a;
	snprintf(map, sizeof(map), "0 %d 1", (int)geteuid());
	step(unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS), "unshare");
	step(file_put("/proc/self/setgroups", "deny"), "setgroups");
	step(file_put("/proc/self/uid_map", map), "uid_map");
	return verdict_of(geteuid() ? -1 : sethostname("own", 3), "root in it");
}

static int try_route(const struct attack *a)
{
	struct sockaddr_storage at = {.ss_family = AF_NETLINK};
	int fd = socket(AF_NETLINK, SOCK_RAW, 0);

	(void)a;
	step(fd, "socket");
	return verdict_of(bind(fd, (struct sockaddr *)&at, 12), "bind");
}

static int try_uring(const struct attack *a)
{
	struct io_uring_sqe sqe = {.opcode = IORING_OP_OPENAT,
				   .fd = AT_FDCWD,
				   .addr = (unsigned long)"/etc/passwd",
				   .open_flags = O_RDONLY};
	int r = ring_do(&sqe);

	(void)a;
	errno = r;
	return verdict_of(r ? -1 : 0, "open by io_uring");
}

static int try_files(const struct attack *a)
{
	(void)a;
	file_make(TMP "file", "x", 1, 0600);
	step(chmod(TMP "file", 0640), "chmod");
	step(truncate(TMP "file", 10), "truncate");
	unlink(TMP "other");
	step(link(TMP "file", TMP "other"), "link");
	step(rename(TMP "other", TMP "file2"), "rename");
	mkdir(TMP "directory", 0777);
	step(rmdir(TMP "directory"), "rmdir");
	return verdict_of(unlink(TMP "file2"), "unlink");
}

#define ORDINARY(name, run)                                                                        \
	{                                                                                          \
		name, run, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0                                       \
	}
static const struct attack table[] = {
	ORDINARY("pipe", try_pipe),
	ORDINARY("ptrace-child", try_ptrace),
	ORDINARY("signal-child", try_signal),
	ORDINARY("read-child", try_vm),
	ORDINARY("limits-of-child", try_child_limits),
	ORDINARY("oom-score", try_oom_score),
	ORDINARY("proc-self", try_proc_self),
	{"unix-stream", try_unix, GOAL_EXEC, ANYBODY, 0, TMP "stream", SOCK_STREAM, 0},
	{"unix-datagram", try_unix, GOAL_EXEC, ANYBODY, 0, TMP "datagram", SOCK_DGRAM, 0},
	{"unix-abstract", try_unix, GOAL_EXEC, ANYBODY, 0, "@ordinary", SOCK_SEQPACKET, 0},
	ORDINARY("pass-descriptor", try_pass_descriptor),
	ORDINARY("threads", try_threads),
	ORDINARY("timers", try_timers),
	ORDINARY("events", try_events),
	ORDINARY("shared-memory", try_shared_memory),
	ORDINARY("code-in-memory", try_code_in_memory),
	ORDINARY("locks", try_locks),
	ORDINARY("terminal", try_terminal),
	ORDINARY("devices", try_devices),
	ORDINARY("user-namespace", try_user_namespace),
	ORDINARY("route-netlink", try_route),
	ORDINARY("uring", try_uring),
	ORDINARY("files", try_files),
};

ATTACKS_MAIN(table)
