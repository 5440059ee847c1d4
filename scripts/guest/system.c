// SPDX-License-Identifier: GPL-2.0-only
/* What must be mounted, linked and set before a program finds the Linux that it expects? */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

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

/* Copied from within the new root: there, absolute links lead where they should. */
static void copy_from_initramfs(void)
{
	char *const jobs[][6] = {
		{"/mnt/usr/bin/busybox", "cp", "-a", "/mnt/usr/lib/modules", "/usr/lib/", NULL},
		{"/mnt/usr/bin/busybox", "cp", "-a", "/mnt" WORK "/add/.", "/", NULL},
		{"/mnt/usr/bin/busybox", "rm", "-rf", "/mnt" WORK "/add", NULL},
		{"/mnt/usr/bin/busybox", "cp", "-a", "/mnt" WORK, WORK, NULL},
	};
	size_t i;

	for (i = 0; i < array_size(jobs); i++)
		if (run_program(jobs[i]))
			fail("copy to the disk:", jobs[i][3]);
	if (umount2("/mnt", MNT_DETACH))
		fail("unmount", "/mnt");
}

static void root_on_disk(void)
{
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
	if (mount("/", "/newroot/mnt", NULL, MS_BIND, NULL))
		fail("bind", "/newroot/mnt");
	become_root("/newroot");
	copy_from_initramfs();
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

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0)
		fprintf(stderr, "clawbpf-vm: write %s: %s\n", path, strerror(errno));
	close(fd);
}

static void set_up_rest(void)
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

void system_set_up(void)
{
	char *const systemd[] = {"/sbin/init", NULL};

	if (access(WORK "/disk", F_OK))
		root_on_initramfs();
	else
		root_on_disk();
	if (!access(WORK "/systemd", F_OK)) {
		execve(systemd[0], systemd, guest_env);
		fail("start", systemd[0]);
	}
	mount_all();
	set_up_rest();
}
