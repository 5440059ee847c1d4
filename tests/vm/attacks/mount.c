// SPDX-License-Identifier: GPL-2.0-only
/* A blocked source brought to another place, or the mount tree changed. Made by who is root there:
 * in a user namespace of his own, if he is not.
 */
#include "attack.h"

#include <linux/mount.h>
#include <sched.h>
#include <sys/mount.h>

#define SPOT TMP "spot" /* a directory of the attacker's */

/* Root over a mount namespace that nobody else is in. */
static void begin(void)
{
	step(unshare(geteuid() ? CLONE_NEWUSER | CLONE_NEWNS : CLONE_NEWNS), "unshare");
	mkdir(SPOT, 0777);
}

static int flag_there(const char *path)
{
	return verdict_of(access(path, R_OK), path);
}

static int by_bind(const struct attack *a)
{
	begin();
	step(mount(a->text, SPOT, NULL, MS_BIND | (unsigned long)a->number, NULL), "mount");
	see("bound %s", a->text);
	return ESCAPED;
}

static int by_bind_link(const struct attack *a)
{
	begin();
	unlink(TMP "link");
	step(symlink(a->text, TMP "link"), "symlink");
	step(mount(TMP "link", SPOT, NULL, MS_BIND | MS_REC, NULL), "mount");
	see("bound %s by a link", a->text);
	return ESCAPED;
}

static int by_bind_descriptor(const struct attack *a)
{
	char path[64];
	int fd;

	begin();
	fd = open(a->text, O_PATH);
	step(fd, "open");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	step(mount(path, SPOT, NULL, MS_BIND | MS_REC, NULL), "mount");
	see("bound %s by a descriptor", a->text);
	return ESCAPED;
}

static int by_bind_relative(const struct attack *a)
{
	begin();
	step(chdir(a->text), "chdir");
	step(mount(".", SPOT, NULL, MS_BIND | MS_REC, NULL), "mount");
	see("bound . in %s", a->text);
	return ESCAPED;
}

/* "TYPE OPTIONS" */
static int by_type(const struct attack *a)
{
	char type[32];
	const char *options = strchr(a->text, ' ');

	begin();
	snprintf(type, sizeof(type), "%.*s", (int)strcspn(a->text, " "), a->text);
	return verdict_of(mount("none", SPOT, type, 0, options ? options + 1 : NULL), type);
}

static int by_remount(const struct attack *a)
{
	begin();
	return verdict_of(mount(NULL, "/", NULL, (unsigned long)a->number, NULL), "mount");
}

static int by_umount(const struct attack *a)
{
	begin();
	return verdict_of(umount2(a->text, (int)a->number), "umount2");
}

static int by_pivot_root(const struct attack *a)
{
	(void)a;
	begin();
	step(mount("none", SPOT, "tmpfs", 0, NULL), "mount");
	step(chdir(SPOT), "chdir");
	return verdict_of(syscall(SYS_pivot_root, ".", "."), "pivot_root");
}

/* --- by descriptors -----------------------------------------------------------------------------
 */

static int by_tree(const struct attack *a)
{
	int fd;

	begin();
	fd = open_tree(AT_FDCWD, a->text, OPEN_TREE_CLONE | AT_RECURSIVE);
	step(fd, "open_tree");
	step(move_mount(fd, "", AT_FDCWD, SPOT, MOVE_MOUNT_F_EMPTY_PATH), "move_mount");
	return flag_there(SPOT);
}

static int by_fsopen(const struct attack *a)
{
	int fs, fd;

	begin();
	fs = fsopen(a->text, 0);
	step(fs, "fsopen");
	step(fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0), "fsconfig");
	fd = fsmount(fs, 0, 0);
	step(fd, "fsmount");
	return verdict_of(move_mount(fd, "", AT_FDCWD, SPOT, MOVE_MOUNT_F_EMPTY_PATH),
			  "move_mount");
}

static int by_move(const struct attack *a)
{
	begin();
	return verdict_of(move_mount(AT_FDCWD, a->text, AT_FDCWD, SPOT, 0), "move_mount");
}

/* READONLY is mounted so: by its flag alone. */
#define READONLY MOUNTS "readonly"

static int by_setattr(const struct attack *a)
{
	struct mount_attr attr = {.attr_clr = MOUNT_ATTR_RDONLY};

	(void)a;
	begin();
	step(mount_setattr(AT_FDCWD, READONLY, 0, &attr, sizeof(attr)), "mount_setattr");
	return verdict_of(open(READONLY "/new", O_WRONLY | O_CREAT, 0600), "write there");
}

static int by_setattr_propagation(const struct attack *a)
{
	struct mount_attr attr = {.propagation = MS_SHARED};

	(void)a;
	begin();
	return verdict_of(mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &attr, sizeof(attr)),
			  "mount_setattr");
}

/* By the table for 32-bit programs, in which it has the same number. */
static int by_setattr_int80(const struct attack *a)
{
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	struct mount_attr attr = {.propagation = MS_SHARED};
	long r;

	(void)a;
	begin();
	if (page == MAP_FAILED)
		return not_here("no memory below 4 GiB");
	memcpy(page, "/", 2);
	memcpy(page + 64, &attr, sizeof(attr));
	asm volatile("int $0x80"
		     : "=a"(r)
		     : "a"(442L), "b"((long)AT_FDCWD), "c"(page), "d"((long)AT_RECURSIVE),
		       "S"(page + 64), "D"(sizeof(attr))
		     : "memory");
	errno = (int)-r;
	return verdict_of(r, "mount_setattr by int 0x80");
}

/* A detached copy in which its files belong to somebody else. */
static int by_idmap(const struct attack *a)
{
	struct mount_attr attr = {.attr_set = MOUNT_ATTR_IDMAP};
	char path[64];
	pid_t pid;
	int tree;

	(void)a;
	begin();
	tree = open_tree(AT_FDCWD, READONLY, OPEN_TREE_CLONE);
	step(tree, "open_tree");
	pid = fork();
	if (pid == 0) {
		unshare(CLONE_NEWUSER);
		pause();
	}
	usleep(300000);
	snprintf(path, sizeof(path), "/proc/%d/uid_map", (int)pid);
	file_put(path, "0 1000 1");
	snprintf(path, sizeof(path), "/proc/%d/gid_map", (int)pid);
	file_put(path, "0 1000 1");
	snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)pid);
	attr.userns_fd = (unsigned long)open(path, O_RDONLY);
	kill(pid, SIGKILL);
	return verdict_of(mount_setattr(tree, "", AT_EMPTY_PATH, &attr, sizeof(attr)),
			  "mount_setattr");
}

/* The file by its number, whatever directories there are to go through. */
static int by_handle(const struct attack *a)
{
	struct {
		struct file_handle h;
		unsigned char bytes[128];
	} handle = {.h = {.handle_bytes = 128}};
	int mount_id, at = open(TMP, O_RDONLY | O_DIRECTORY);

	(void)a;
	step(name_to_handle_at(AT_FDCWD, SECRET "/flag", &handle.h, &mount_id, 0),
	     "name_to_handle_at");
	return verdict_of(open_by_handle_at(at, &handle.h, O_RDONLY), "open_by_handle_at");
}

/* --- the disk below -----------------------------------------------------------------------------
 */

#define BLOCK ARENA "disk" /* a block device, or a copy of its node */

static int by_block_device(const struct attack *a)
{
	int fd = open(a->text, (int)a->number);
	char byte;

	if (fd < 0 && (errno == ENOENT || errno == ENXIO))
		return not_here("there is no block device");
	step(fd, "open");
	return verdict_of(read(fd, &byte, 1), "read the disk");
}

/* Read, and written to, by the kernel: while it makes a file system of it, mounted or not. */
static int by_superblock(const struct attack *a)
{
	int fs;

	begin();
	fs = fsopen(a->text, 0);
	if (fs < 0 && errno == ENODEV)
		return not_here("there is no such file system");
	step(fs, "fsopen");
	step(fsconfig(fs, FSCONFIG_SET_STRING, "source", BLOCK, 0), "fsconfig");
	return refused_late(fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0), "fsconfig");
}

static int by_node(const struct attack *a)
{
	int fd;

	unlink(TMP "node");
	step(mknod(TMP "node", (mode_t)a->number | 0600, (dev_t)a->other), "mknod");
	fd = open(TMP "node", O_RDONLY);
	if (fd < 0 && (errno == ENXIO || errno == ENODEV))
		return not_here("there is no such device");
	return verdict_of(fd, "open");
}

#define M       GOAL_MOUNT
#define ANY     M, ANYBODY, 0
#define AS_ROOT M, ROOT, 0
static const struct attack table[] = {
	{"bind-etc", by_bind, AS_ROOT, "/etc", MS_REC, 0},
	{"bind-user", by_bind, ANY, "/etc", MS_REC, 0},
	{"bind-secret", by_bind, ANY, SECRET, MS_REC, 0},
	{"bind-parent", by_bind, ANY, "/srv", MS_REC, 0},
	{"bind-root", by_bind, ANY, "/", MS_REC, 0},
	{"bind-dots", by_bind, ANY, "/srv/../etc", MS_REC, 0},
	{"bind-proc-root", by_bind, ANY, "/proc/self/root/etc", MS_REC, 0},
	{"bind-ordinary", by_bind, ANY, ARENA, MS_REC, 0},
	{"bind-link", by_bind_link, ANY, "/etc", 0, 0},
	{"bind-descriptor", by_bind_descriptor, ANY, "/etc", 0, 0},
	{"bind-relative", by_bind_relative, ANY, "/etc", 0, 0},
	{"tmpfs", by_type, ANY, "tmpfs", 0, 0},
	{"proc", by_type, M, ROOT, 0, "proc", 0, 0},
	{"sysfs", by_type, M, ROOT, 0, "sysfs", 0, 0},
	{"devpts", by_type, ANY, "devpts", 0, 0},
	{"cgroup2", by_type, M, ROOT, 0, "cgroup2", 0, 0},
	{"bpf", by_type, M, ROOT, 0, "bpf", 0, 0},
	{"overlay-secret", by_type, M, ANYBODY, 1, "overlay lowerdir=" SECRET ":/etc", 0, 0},
	{"overlay-parent", by_type, M, ANYBODY, 1, "overlay lowerdir=/srv:/etc", 0, 0},
	{"propagation", by_remount, ANY, NULL, MS_REC | MS_SLAVE, 0},
	{"remount", by_remount, AS_ROOT, NULL, MS_REMOUNT | MS_BIND | MS_NOATIME, 0},
	{"umount", by_umount, AS_ROOT, READONLY, 0, 0},
	{"umount-lazy", by_umount, AS_ROOT, READONLY, MNT_DETACH, 0},
	{"pivot-root", by_pivot_root, ANY, NULL, 0, 0},
	{"tree-etc", by_tree, ANY, "/etc", 0, 0},
	{"tree-secret", by_tree, ANY, SECRET, 0, 0},
	{"tree-root", by_tree, ANY, "/", 0, 0},
	{"fsopen", by_fsopen, ANY, "tmpfs", 0, 0},
	{"move", by_move, AS_ROOT, READONLY, 0, 0},
	{"setattr", by_setattr, AS_ROOT, NULL, 0, 0},
	{"setattr-propagation", by_setattr_propagation, AS_ROOT, NULL, 0, 0},
	{"setattr-int80", by_setattr_int80, M, ANYBODY, 1, NULL, 0, 0},
	{"idmap", by_idmap, M, ROOT, 1, NULL, 0, 0},
	{"handle", by_handle, M, ROOT, 1, NULL, 0, 0},
	{"disk", by_block_device, M, ROOT, 1, BLOCK, O_RDONLY, 0},
	{"disk-write", by_block_device, M, ROOT, 1, BLOCK, O_RDWR, 0},
	{"disk-superblock", by_superblock, M, ROOT, 1, "ext4", 0, 0},
	{"node-block", by_node, M, ROOT, 1, NULL, S_IFBLK, 7 << 8},
	{"node-mem", by_node, M, ROOT, 1, NULL, S_IFCHR, 1 << 8 | 1},
	{"node-kmsg", by_node, M, ROOT, 1, NULL, S_IFCHR, 1 << 8 | 11},
};

ATTACKS_MAIN(table)
