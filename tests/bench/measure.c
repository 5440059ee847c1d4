// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many instructions does a call cost? Run where 1 ns of CLOCK_MONOTONIC is 1 instruction.
 * Prints a line for each row: its name, then the mean of the middle half, least and most of several
 * batches, each divided by the calls in it. The loop around the call is in it: it is the same in
 * every column.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define REPEATS_MAX 99

static const char *const tiny = "/bench/tiny";
static int in = -1, out = -1, file = -1, pair[2] = {-1, -1};

static void need(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "measure: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* 2,000 instructions, give or take: does the clock count them? */
static void clock_once(void)
{
	__asm__ volatile("mov $1000, %%ecx\n1:\tdec %%ecx\n\tjnz 1b" : : : "ecx", "cc");
}

static void getppid_once(void)
{
	syscall(SYS_getppid);
}

static void devices_open(void)
{
	in = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	out = open("/dev/null", O_WRONLY | O_CLOEXEC);
	need(in >= 0 && out >= 0, "/dev/zero, /dev/null");
}

static void read_write_once(void)
{
	char c;

	need(read(in, &c, 1) == 1 && write(out, &c, 1) == 1, "read, write");
}

static void stat_once(void)
{
	struct stat st;

	need(stat(tiny, &st) == 0, "stat");
}

static void open_once(void)
{
	int fd = open(tiny, O_RDONLY | O_CLOEXEC);

	need(fd >= 0 && close(fd) == 0, "open");
}

static void reap(pid_t pid)
{
	int status;

	need(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0, "a child");
}

static void fork_once(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	reap(pid);
}

/* The arguments and the environment of a plain command: 4 strings of 43 bytes, 3 of 57. */
static void tiny_run(char *letter)
{
	char *const argv[] = {(char *)"tiny", (char *)"--color=never",
			      (char *)"-n",   (char *)"/srv/work/project/file",
			      letter,         NULL};
	static char *const envp[] = {(char *)"HOME=/root", (char *)"LANG=C.UTF-8",
				     (char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};
	pid_t pid = vfork();

	if (pid == 0) {
		execve(tiny, argv, envp);
		_exit(127);
	}
	reap(pid);
}

static void exec_once(void)
{
	tiny_run(NULL);
}

/* Of one process, which is made and ends among them. */
#define CHAIN 20

static void chain_once(void)
{
	char letter[] = {'a' + CHAIN - 1, 0};

	tiny_run(letter);
}

static void unix_open(void)
{
	need(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0, "socketpair");
}

static void tcp_open(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
	socklen_t len = sizeof(at);

	need(listener >= 0, "socket");
	need(bind(listener, (void *)&at, len) == 0 && listen(listener, 1) == 0, "listen");
	need(getsockname(listener, (void *)&at, &len) == 0, "getsockname");
	pair[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	need(pair[0] >= 0 && connect(pair[0], (void *)&at, len) == 0, "connect");
	pair[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	need(pair[1] >= 0, "accept");
	for (int i = 0; i < 2; i++)
		need(setsockopt(pair[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0,
		     "TCP_NODELAY");
	close(listener);
}

/* One byte there and one byte back. */
static void round_trip_once(void)
{
	char c = 'c';

	need(send(pair[0], &c, 1, 0) == 1 && recv(pair[1], &c, 1, 0) == 1, "there");
	need(send(pair[1], &c, 1, 0) == 1 && recv(pair[0], &c, 1, 0) == 1, "back");
}

static void file_open(void)
{
	file = open(tiny, O_RDONLY | O_CLOEXEC);
	need(file >= 0, tiny);
}

static void mmap_once(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);

	need(p != MAP_FAILED && munmap(p, 4096) == 0, "mmap");
}

static const struct row {
	const char *name;
	void (*prepare)(void);
	void (*once)(void);
	/* Between two looks at the clock, a million instructions and more. */
	unsigned int batch;
	unsigned int calls; /* that `once` makes */
} rows[] = {
	{"clock", NULL, clock_once, 500, 1},
	{"getppid", NULL, getppid_once, 3000, 1},
	{"read+write", devices_open, read_write_once, 1000, 1},
	{"stat", NULL, stat_once, 300, 1},
	{"open+close", NULL, open_once, 200, 1},
	{"fork+wait", NULL, fork_once, 20, 1},
	{"vfork+exec+wait", NULL, exec_once, 20, 1},
	{"exec", NULL, chain_once, 2, CHAIN},
	{"unix-round-trip", unix_open, round_trip_once, 150, 1},
	{"tcp-round-trip", tcp_open, round_trip_once, 30, 1},
	{"mmap-exec", file_open, mmap_once, 300, 1},
};

static char **command; /* what the row "command" starts, and waits for: all that it leaves, too */

#define COMMAND_INPUT 9 /* what else it may read, from the start each time */

static void command_once(void)
{
	pid_t pid;

	lseek(COMMAND_INPUT, 0, SEEK_SET);
	pid = vfork();

	if (pid == 0) {
		execv(command[0], command);
		_exit(127);
	}
	reap(pid);
	while (waitpid(-1, NULL, 0) > 0) {
	}
}

static const struct row row_command = {"command", NULL, command_once, 1, 1};

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* A command waits for the kernel, too, and its clock goes on: what its processes ran is what
 * counts. */
static uint64_t run_time(void)
{
	struct rusage u;

	getrusage(RUSAGE_CHILDREN, &u);
	return (uint64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000000u +
	       (uint64_t)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000u;
}

static double batch_run(const struct row *row)
{
	uint64_t start;

	if (row == &row_command) {
		start = run_time();
		command_once();
		return (double)(run_time() - start);
	}
	start = now();

	for (unsigned int i = 0; i < row->batch; i++)
		row->once();
	return (double)(now() - start) / row->batch / row->calls;
}

static int double_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Some costs come in bursts (what RCU frees): a median would jump from one batch's to another's. */
static double middle(const double *each, int count)
{
	int from = count / 4, to = count - from;
	double sum = 0;

	for (int i = from; i < to; i++)
		sum += each[i];
	return sum / (to - from);
}

/* Half a second lies between the two warm-ups: what is remembered of a file is settled then. */
static void row_run(const struct row *row, int repeats)
{
	const struct timespec settle = {.tv_nsec = 500000000};
	double each[REPEATS_MAX];

	if (row->prepare)
		row->prepare();
	batch_run(row);
	nanosleep(&settle, NULL);
	for (int i = 0; i < 3; i++)
		batch_run(row);
	for (int i = 0; i < repeats; i++)
		each[i] = batch_run(row);
	qsort(each, (size_t)repeats, sizeof(each[0]), double_compare);
	printf("%s %.1f %.1f %.1f\n", row->name, middle(each, repeats), each[0], each[repeats - 1]);
	fflush(stdout);
}

static void usage(void)
{
	fputs("usage: measure REPEATS ROW...\n"
	      "       measure REPEATS command PROGRAM [ARG]...\nrows:",
	      stderr);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		fprintf(stderr, " %s", rows[i].name);
	fputs("\n", stderr);
	exit(2);
}

static const struct row *row_find(const char *name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!strcmp(rows[i].name, name))
			return &rows[i];
	}
	usage();
	return NULL;
}

int main(int argc, char **argv)
{
	int repeats = argc > 2 ? atoi(argv[1]) : 0;
	cpu_set_t first;

	if (repeats < 1 || repeats > REPEATS_MAX)
		usage();
	CPU_ZERO(&first);
	CPU_SET(0, &first);
	need(sched_setaffinity(0, sizeof(first), &first) == 0, "sched_setaffinity");
	need(chdir("/bench") == 0, "/bench");
	if (argc > 3 && !strcmp(argv[2], row_command.name)) {
		command = argv + 3;
		need(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0, "PR_SET_CHILD_SUBREAPER");
		row_run(&row_command, repeats);
		return 0;
	}
	for (int i = 2; i < argc; i++)
		row_run(row_find(argv[i]), repeats);
	return 0;
}
