// SPDX-License-Identifier: GPL-2.0-only
/* Process 1 of the guest: how do an initramfs and a command become a small system and an exit
 * status?
 *
 * Makes a root and the file systems that a Linux has, runs the command of /.vm/argv, hands its two
 * streams and its exit status to the host over the virtio ports "stdout", "stderr" and "status",
 * and switches the machine off. C, not shell: under emulation every fork costs, and 40 of them are
 * longer than the kernel's own boot.
 *
 * What goes wrong here is written to the console, which the host then shows.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORK         "/.vm" /* what the host put there for us; gone before the command runs */
#define WAIT_STEP_US 5000
#define WAIT_STEPS   4000

#define array_size(a) (sizeof(a) / sizeof((a)[0]))

static char *guest_env[] = {
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"HOME=/root",
	"USER=root",
	"LOGNAME=root",
	"SHELL=/bin/bash",
	"TERM=dumb",
	"LANG=C.UTF-8",
	NULL,
};

static void power_off(void)
{
	sync();
	/* A disk that is to be kept is left clean; the throw-away kinds do not mind. */
	mount(NULL, "/", NULL, MS_REMOUNT | MS_RDONLY, NULL);
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

static void fail(const char *what, const char *name)
{
	fprintf(stderr, "clawbpf-vm: %s %s: %s\n", what, name, strerror(errno));
	power_off();
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0)
		fprintf(stderr, "clawbpf-vm: write %s: %s\n", path, strerror(errno));
	close(fd);
}

/* Reads a whole small file; the result ends in a 0 byte that is not counted. NULL: there is none.
 */
static char *read_file(const char *path, size_t *ret_size)
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

/* Runs a program of the guest to its end, its output on the console. */
static int run_program(char *const argv[])
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

/* ".../modules" names what the virtio devices need, in an order that works. */
static void load_modules(void)
{
	char *list = read_file(WORK "/modules", NULL);
	char *save = NULL, *path;
	int fd;

	for (path = strtok_r(list, "\n", &save); path; path = strtok_r(NULL, "\n", &save)) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST))
			fail("load", path);
		close(fd);
	}
	free(list);
}

/* --- a root that behaves as a root ---------------------------------------------------------- */

static void become_root(const char *dir)
{
	if (chdir(dir) || mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		fail("make the root of", dir);
}

/* The initramfs itself cannot be left by pivot_root, so the first thing that a container runtime
 * does would fail. The same files, bound once over themselves, are an ordinary mount.
 */
static void root_on_initramfs(void)
{
	if (mount("/", "/mnt", NULL, MS_BIND, NULL))
		fail("bind", "/");
	become_root("/mnt");
}

static void root_on_disk(void)
{
	char *const copy[] = {"/usr/bin/busybox", "cp", "-a", WORK "/add/.", "/newroot/", NULL};
	char *const move[] = {"/usr/bin/busybox", "cp", "-a", WORK, "/newroot" WORK, NULL};
	char *const clear[] = {"/usr/bin/busybox", "rm", "-rf", WORK "/add", NULL};
	int steps = 0;

	mkdir("/dev", 0755);
	mkdir("/newroot", 0755);
	mount("devtmpfs", "/dev", "devtmpfs", 0, "mode=755");
	load_modules();
	while (mount("/dev/vda", "/newroot", "ext4", MS_NOATIME, NULL)) {
		if (++steps > WAIT_STEPS)
			fail("mount", "/dev/vda");
		usleep(WAIT_STEP_US);
	}
	if (run_program(copy) || run_program(clear) || run_program(move))
		fail("copy to", "/dev/vda");
	if (mount("/dev", "/newroot/dev", NULL, MS_MOVE, NULL))
		fail("move", "/dev");
	become_root("/newroot");
}

/* --- what a system has ------------------------------------------------------------------------ */

#define NONE (MS_NOSUID | MS_NODEV | MS_NOEXEC)

static const struct {
	const char *type;
	const char *dir;
	unsigned long flags;
	const char *options;
} guest_mounts[] = {
	{"devtmpfs", "/dev", MS_NOSUID, "mode=755"},
	{"proc", "/proc", NONE, NULL},
	{"sysfs", "/sys", NONE, NULL},
	{"devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "gid=5,mode=620,ptmxmode=666"},
	{"tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777"},
	{"mqueue", "/dev/mqueue", NONE, NULL},
	{"tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=755"},
	{"tmpfs", "/tmp", MS_NOSUID | MS_NODEV, "mode=1777"},
	{"cgroup2", "/sys/fs/cgroup", NONE, "nsdelegate"},
	{"bpf", "/sys/fs/bpf", NONE, "mode=700"},
	{"securityfs", "/sys/kernel/security", NONE, NULL},
	{"tracefs", "/sys/kernel/tracing", NONE, NULL},
	{"debugfs", "/sys/kernel/debug", NONE, NULL},
};

static const struct {
	const char *path;
	const char *target;
} guest_links[] = {
	{"/dev/fd", "/proc/self/fd"},
	{"/dev/stdin", "/proc/self/fd/0"},
	{"/dev/stdout", "/proc/self/fd/1"},
	{"/dev/stderr", "/proc/self/fd/2"},
};

/* What the host put below a directory shall be seen there in spite of the mount: it is moved over.
 */
static void mount_over(size_t i)
{
	const char *dir = guest_mounts[i].dir;
	char under[64], below[80], into[64];
	char *const copy[] = {"/usr/bin/busybox", "cp", "-a", below, into, NULL};
	char *const clear[] = {"/usr/bin/busybox", "rm", "-rf", under, NULL};

	snprintf(under, sizeof(under), "%s.under", dir);
	snprintf(below, sizeof(below), "%s/.", under);
	snprintf(into, sizeof(into), "%s/", dir);
	if (rename(dir, under))
		under[0] = '\0';
	mkdir(dir, 0755);
	if (mount("tmpfs", dir, "tmpfs", guest_mounts[i].flags, guest_mounts[i].options))
		fail("mount", dir);
	if (!under[0] || !rmdir(under))
		return;
	if (run_program(copy) || run_program(clear))
		fail("copy to", dir);
	chmod(dir, strcmp(dir, "/tmp") ? 0755 : 01777);
}

static void mount_all(void)
{
	size_t i;

	for (i = 0; i < array_size(guest_mounts); i++) {
		const char *dir = guest_mounts[i].dir;

		if (!strcmp(dir, "/tmp") || !strcmp(dir, "/run")) {
			mount_over(i);
			continue;
		}
		mkdir(dir, 0755);
		if (mount(guest_mounts[i].type, dir, guest_mounts[i].type, guest_mounts[i].flags,
			  guest_mounts[i].options) &&
		    errno != EBUSY)
			fprintf(stderr, "clawbpf-vm: no %s: %s\n", dir, strerror(errno));
	}
	if (mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL)) /* as systemd does */
		fail("share", "/");
	for (i = 0; i < array_size(guest_links); i++)
		if (symlink(guest_links[i].target, guest_links[i].path) && errno != EEXIST)
			fail("link", guest_links[i].path);
}

static void bring_up_loopback(void)
{
	struct ifreq ifr = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &ifr))
		fail("bring up", "lo");
	close(fd);
}

static void set_up(void)
{
	const struct rlimit files = {1024, 524288}; /* systemd's */

	chmod("/", 0755); /* a tmpfs is born open to all */
	chmod("/root", 0700);
	chown("/home/agent", 1000, 1000);
	unlink("/init");
	setrlimit(RLIMIT_NOFILE, &files);
	sethostname("clawbpf-vm", strlen("clawbpf-vm"));
	write_file("/sys/fs/cgroup/cgroup.subtree_control", "+cpu +memory +pids +io");
	bring_up_loopback();
}

/* --- the command ------------------------------------------------------------------------------ */

static int port_open(const char *name)
{
	char path[300], found[64];
	struct dirent *entry;
	DIR *dir = opendir("/sys/class/virtio-ports");
	int fd = -1, n;

	while (dir && fd < 0 && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/sys/class/virtio-ports/%s/name", entry->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		n = read(fd, found, sizeof(found) - 1);
		close(fd);
		fd = -1;
		found[n > 0 ? n : 0] = '\0';
		found[strcspn(found, "\n")] = '\0';
		if (strcmp(found, name))
			continue;
		snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
		fd = open(path, O_WRONLY | O_CLOEXEC);
	}
	if (dir)
		closedir(dir);
	return fd;
}

/* The name of a port comes a moment after its device. */
static int port_wait(const char *name)
{
	int fd, steps = 0;

	while ((fd = port_open(name)) < 0) {
		if (++steps > WAIT_STEPS)
			fail("find the port", name);
		usleep(WAIT_STEP_US);
	}
	return fd;
}

static void write_all(int fd, const char *data, size_t size)
{
	ssize_t n;

	while (size > 0) {
		n = write(fd, data, size);
		if (n < 0 && errno != EINTR)
			return; /* nobody listens any more */
		if (n > 0) {
			data += n;
			size -= n;
		}
	}
}

/* Hands over what is in the pipe. Returns 0 at its end. */
static int stream_pass(int from, int to)
{
	static char block[1 << 16];
	ssize_t n = read(from, block, sizeof(block));

	if (n > 0)
		write_all(to, block, n);
	return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

/* "argv" holds the arguments, a 0 byte after each. */
static char **command_read(void)
{
	size_t size = 0, i, argc = 0;
	char *text = read_file(WORK "/argv", &size);
	char **argv;

	if (!text || !size)
		fail("read", WORK "/argv");
	argv = calloc(size + 1, sizeof(*argv));
	if (!argv)
		fail("read", WORK "/argv");
	for (i = 0; i < size; i += strlen(text + i) + 1)
		argv[argc++] = text + i;
	return argv;
}

static void command_exec(char **argv, int out, int err)
{
	sigset_t none;
	int null = open("/dev/null", O_RDONLY);

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(null);
	if (chdir("/root"))
		_exit(126);
	environ = guest_env;
	execvp(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* Reaps whatever ended. Returns the command's exit status once it is among them, else -1. */
static int command_reap(pid_t command)
{
	int status, result = -1;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == command)
			result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return result;
}

/* Pipes, not the ports themselves: a port can be opened once only, and a script may well open
 * /dev/stderr. */
static int command_run(char **argv, int port_out, int port_err)
{
	struct pollfd fds[3] = {{.events = POLLIN}, {.events = POLLIN}, {.events = POLLIN}};
	int out[2], err[2], i, result = -1;
	struct signalfd_siginfo info;
	sigset_t children;
	pid_t pid;

	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	sigprocmask(SIG_BLOCK, &children, NULL);
	fds[2].fd = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fds[2].fd < 0 || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC) || (pid = fork()) < 0)
		fail("start", argv[0]);
	if (pid == 0)
		command_exec(argv, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	fds[0].fd = out[0];
	fds[1].fd = err[0];
	while (fds[0].fd >= 0 || fds[1].fd >= 0 || result < 0) {
		if (poll(fds, result < 0 ? 3 : 2, -1) < 0)
			continue;
		for (i = 0; i < 2; i++)
			if (fds[i].revents && !stream_pass(fds[i].fd, i ? port_err : port_out))
				fds[i].fd = -1;
		while (read(fds[2].fd, &info, sizeof(info)) > 0)
			;
		if (result < 0 && (result = command_reap(pid)) >= 0)
			kill(-1, SIGKILL); /* what it left behind holds the streams open */
	}
	return result;
}

int main(void)
{
	char *const clear[] = {"/usr/bin/busybox", "rm", "-rf", WORK, NULL};
	char *const before[] = {WORK "/before", NULL};
	int out, err, status;
	char **argv, text[16];

	if (getpid() != 1)
		return 1;
	if (access(WORK "/disk", F_OK))
		root_on_initramfs();
	else
		root_on_disk();
	mount_all();
	set_up();
	load_modules();
	out = port_wait("stdout");
	err = port_wait("stderr");
	status = port_wait("status");
	argv = command_read();
	if (!access(before[0], X_OK) && run_program(before))
		fail("run", before[0]);
	run_program(clear);
	snprintf(text, sizeof(text), "%d\n", command_run(argv, out, err));
	write_all(status, text, strlen(text));
	power_off();
}
