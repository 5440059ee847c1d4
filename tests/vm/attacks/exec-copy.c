// SPDX-License-Identifier: GPL-2.0-only
/* The denied program's bytes, brought somewhere else; and its code, run without an exec. */
#include "attack.h"

#include <linux/fs.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "uring.h"

#define LEN 4096 /* more than it is long */

static int source(void)
{
	int fd = open(DENIED, O_RDONLY | O_CLOEXEC);

	step(fd, "open");
	return fd;
}

static int target(const char *path)
{
	int fd;

	unlink(path);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	step(fd, path);
	return fd;
}

static int become_copy(int fd, const char *path)
{
	close(fd);
	return become(path);
}

static int by_read(const struct attack *a)
{
	char bytes[LEN];
	int from = source(), to = target(TMP "copy");
	ssize_t n = read(from, bytes, sizeof(bytes));

	(void)a;
	step(n, "read");
	step(write(to, bytes, (size_t)n), "write");
	return become_copy(to, TMP "copy");
}

static int by_map(const struct attack *a)
{
	int from = source(), to = target(TMP "copy-map");
	struct stat st;
	char *bytes;

	(void)a;
	step(fstat(from, &st), "fstat");
	bytes = mmap(NULL, LEN, PROT_READ, MAP_PRIVATE, from, 0);
	step(bytes == MAP_FAILED ? -1 : 0, "mmap");
	step(write(to, bytes, (size_t)st.st_size), "write");
	return become_copy(to, TMP "copy-map");
}

static int by_sendfile(const struct attack *a)
{
	int from = source(), to = target(TMP "copy-sendfile");

	(void)a;
	step(sendfile(to, from, NULL, LEN), "sendfile");
	return become_copy(to, TMP "copy-sendfile");
}

static int by_splice(const struct attack *a)
{
	int from = source(), to = target(TMP "copy-splice"), pipes[2];

	(void)a;
	step(pipe(pipes), "pipe");
	step(splice(from, NULL, pipes[1], NULL, LEN, 0), "splice");
	step(splice(pipes[0], NULL, to, NULL, LEN, 0), "splice");
	return become_copy(to, TMP "copy-splice");
}

static int by_copy_range(const struct attack *a)
{
	int from = source(), to = target(TMP "copy-range");

	(void)a;
	step(copy_file_range(from, NULL, to, NULL, LEN, 0), "copy_file_range");
	return become_copy(to, TMP "copy-range");
}

static int by_clone(const struct attack *a)
{
	int from = source(), to = target(TMP "copy-clone");

	(void)a;
	step(syscall(SYS_ioctl, to, FICLONE, from), "FICLONE");
	return become_copy(to, TMP "copy-clone");
}

/* Opened by the ring, whose worker is another thread when it is told to be. */
static int by_uring(const struct attack *a)
{
	struct io_uring_sqe sqe = {.opcode = IORING_OP_OPENAT,
				   .fd = AT_FDCWD,
				   .addr = (unsigned long)DENIED,
				   .open_flags = O_RDONLY,
				   .flags = (__u8)a->number};
	int r = ring_do(&sqe);

	if (r)
		errno = r;
	return verdict_of(r ? -1 : 0, "openat by io_uring");
}

static int by_program(const struct attack *a)
{
	char command[256];

	snprintf(command, sizeof(command), "%s && exec " TMP "copied", a->text);
	unlink(TMP "copied");
	/* what copies says why on stderr, which is not for the table */
	close(2);
	open("/dev/null", O_WRONLY);
	execl("/bin/bash", "bash", "-c", command, NULL);
	return not_here("there is no /bin/bash");
}

/* From an open descriptor of the process outside. */
static int by_received(const struct attack *a)
{
	char control[CMSG_SPACE(sizeof(int))] = {0}, byte = 'd';
	struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = OUTSIDE};
	struct iovec iov = {&byte, 1};
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = control,
			   .msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)a;
	step(connect(fd, (struct sockaddr *)&at, sizeof(at)), "connect");
	step(write(fd, "d", 1), "write");
	step(recvmsg(fd, &m, 0), "recvmsg");
	if (m.msg_flags & MSG_CTRUNC || !CMSG_FIRSTHDR(&m)) {
		see("recvmsg: the descriptor was left out");
		return CONTAINED;
	}
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return become_at(fd, "", AT_EMPTY_PATH);
}

static int by_taken(const struct attack *a)
{
	int pidfd = (int)syscall(SYS_pidfd_open, (pid_t)told("OUTSIDE_PID"), 0), fd;

	(void)a;
	step(pidfd, "pidfd_open");
	fd = (int)syscall(SYS_pidfd_getfd, pidfd, (int)told("OUTSIDE_DENIED"), 0);
	step(fd, "pidfd_getfd");
	return become_at(fd, "", AT_EMPTY_PATH);
}

/* --- the bytes are known, and were never read ---------------------------------------------------
 */

static const unsigned char victim[] = {
	0x7f, 'E',  'L',  'F',  2, 1,    1,    0,    0, 0,    0, 0,    0,    0,    0,    0,    2,
	0,    0x3e, 0,    1,    0, 0,    0,    0x78, 0, 0x40, 0, 0,    0,    0,    0,    0x40, 0,
	0,    0,    0,    0,    0, 0,    0,    0,    0, 0,    0, 0,    0,    0,    0,    0,    0,
	0,    0x40, 0,    0x38, 0, 1,    0,    0,    0, 0,    0, 0,    0,    1,    0,    0,    0,
	5,    0,    0,    0,    0, 0,    0,    0,    0, 0,    0, 0,    0,    0,    0x40, 0,    0,
	0,    0,    0,    0,    0, 0x40, 0,    0,    0, 0,    0, 0x84, 0,    0,    0,    0,    0,
	0,    0,    0x84, 0,    0, 0,    0,    0,    0, 0,    0, 0x10, 0,    0,    0,    0,    0,
	0,    0xbf, 42,   0,    0, 0,    0xb8, 0x3c, 0, 0,    0, 0x0f, 0x05, '\n',
};

static int by_content(const struct attack *a)
{
	(void)a;
	file_make(TMP "same", victim, sizeof(victim), 0755);
	return become(TMP "same");
}

static int by_memfd(const struct attack *a)
{
	int fd = memfd_create("x", (unsigned int)a->number);
	char path[64];

	step(fd, "memfd_create");
	step(write(fd, victim, sizeof(victim)), "write");
	if (!a->text)
		return become_at(fd, "", AT_EMPTY_PATH);
	snprintf(path, sizeof(path), "%s%d", a->text, fd);
	return become(path);
}

static int by_tmpfile(const struct attack *a)
{
	int to = open(TMP, O_TMPFILE | O_RDWR | O_CLOEXEC, 0755), fd;
	char path[64];

	(void)a;
	step(to, "O_TMPFILE");
	step(write(to, victim, sizeof(victim)), "write");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", to);
	fd = open(path, O_RDONLY);
	step(fd, "open");
	close(to);
	return become_at(fd, "", AT_EMPTY_PATH);
}

static int by_detached(const struct attack *a)
{
	int fd;

	(void)a;
	if (geteuid())
		step(unshare(CLONE_NEWUSER | CLONE_NEWNS), "unshare");
	fd = open_tree(AT_FDCWD, ARENA, OPEN_TREE_CLONE | AT_RECURSIVE);
	step(fd, "open_tree");
	return become_at(fd, "denied", 0);
}

/* In a name space of its own, where it may mount: a lower layer that holds the program. */
static int by_overlay(const struct attack *a)
{
	step(unshare(CLONE_NEWUSER | CLONE_NEWNS), "unshare");
	mkdir(TMP "over", 0777);
	step(mount("none", TMP "over", a->text, 0, "lowerdir=/srv/attack:/etc"), "mount");
	return become(TMP "over/denied");
}

/* --- code without an exec -----------------------------------------------------------------------
 */

static int by_loader(const struct attack *a)
{
	execl("/lib64/ld-linux-x86-64.so.2", "ld.so", a->text, "-c", "exit 42", NULL);
	return not_here("there is no ld.so");
}

static int by_mapping(const struct attack *a)
{
	int fd = source();
	char *code = mmap(NULL, LEN, (int)a->number, MAP_PRIVATE, fd, 0);

	step(code == MAP_FAILED ? -1 : 0, "mmap");
	if (!(a->number & PROT_EXEC))
		step(mprotect(code, LEN, PROT_READ | PROT_EXEC), "mprotect");
	((void (*)(void))(code + 0x78))(); /* its entry */
	return NOT_HERE;
}

static const struct attack table[] = {
	{"read", by_read, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"map", by_map, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"sendfile", by_sendfile, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"splice", by_splice, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"copy-range", by_copy_range, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"clone", by_clone, GOAL_EXEC, ANYBODY, 1, NULL, 0, 0},
	{"uring", by_uring, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"uring-worker", by_uring, GOAL_EXEC, ANYBODY, 0, NULL, IOSQE_ASYNC, 0},
	{"cp", by_program, GOAL_EXEC, ANYBODY, 1, "cp " DENIED " " TMP "copied", 0, 0},
	{"dd", by_program, GOAL_EXEC, ANYBODY, 1,
	 "dd if=" DENIED " of=" TMP "copied && chmod +x " TMP "copied", 0, 0},
	{"redirect", by_program, GOAL_EXEC, ANYBODY, 1,
	 "cat <" DENIED " >" TMP "copied && chmod +x " TMP "copied", 0, 0},
	{"received", by_received, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"taken", by_taken, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"content", by_content, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"memfd", by_memfd, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"memfd-cloexec", by_memfd, GOAL_EXEC, ANYBODY, 0, NULL, MFD_CLOEXEC, 0},
	{"memfd-path", by_memfd, GOAL_EXEC, ANYBODY, 0, "/proc/self/fd/", 0, 0},
	{"memfd-dev-fd", by_memfd, GOAL_EXEC, ANYBODY, 1, "/dev/fd/", 0, 0},
	{"tmpfile", by_tmpfile, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"detached", by_detached, GOAL_EXEC, ANYBODY, 0, NULL, 0, 0},
	{"overlay", by_overlay, GOAL_EXEC, ANYBODY, 1, "overlay", 0, 0},
	{"ld.so", by_loader, GOAL_EXEC, ANYBODY, 1, ARENA "denied-dynamic", 0, 0},
	{"map-executable", by_mapping, GOAL_EXEC, ANYBODY, 0, NULL, PROT_READ | PROT_EXEC, 0},
	{"map-then-mprotect", by_mapping, GOAL_EXEC, ANYBODY, 0, NULL, PROT_READ, 0},
};

ATTACKS_MAIN(table)
