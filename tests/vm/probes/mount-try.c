// SPDX-License-Identifier: GPL-2.0-only
/* Which changes of the mount tree are possible?
 *   mount-try TABLE [NAME...]
 * Each attempt is made in a mount namespace of its own, so that none sees what another did; the
 * test has made a private one, so that nobody else does. It has also made what they need:
 * mount_prepare in lib-table.sh.
 */
#include "table.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define TRY "/srv/try/"
/* A file system that nothing else is in. */
#define FS          TRY "fs"
#define OVERLAY     "overlay lowerdir=/,upperdir=" FS "/upper,workdir=" FS "/work"
#define FILE_TARGET TRY "file"

/* A bind of a->text; onto a file when a->other says so. */
static int try_bind(const struct attempt *a)
{
	const char *to = a->other ? FILE_TARGET : "/mnt";

	return answer_of(mount(a->text, to, NULL, MS_BIND | (unsigned long)a->number, NULL));
}

/* The same with a source that is relative to a directory: "DIRECTORY SOURCE". */
static int try_bind_relative(const struct attempt *a)
{
	const char *source = strchr(a->text, ' ') + 1;
	char dir[64];

	snprintf(dir, sizeof(dir), "%.*s", (int)(source - a->text - 1), a->text);
	need(chdir(dir), "chdir");
	return answer_of(mount(source, a->other ? FILE_TARGET : "/mnt", NULL, MS_BIND, NULL));
}

/* By a descriptor: no name is looked up, there is no symbolic link to follow but the magic one. */
static int try_bind_descriptor(const struct attempt *a)
{
	int fd = open(a->text, O_PATH);
	char path[64];

	need(fd, a->text);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return answer_of(mount(path, "/mnt", NULL, MS_BIND, NULL));
}

/* The working directory lies outside of the new root, and is the source. */
static int try_bind_outside(const struct attempt *a)
{
	need(chdir(a->text), "chdir");
	need(chroot(TRY "dir"), "chroot");
	return answer_of(mount(".", "/", NULL, MS_BIND, NULL));
}

static int try_bind_userns(const struct attempt *a)
{
	need(unshare(CLONE_NEWUSER | CLONE_NEWNS), "unshare");
	return answer_of(mount(a->text, "/mnt", NULL, MS_BIND | MS_REC, NULL));
}

/* --- other calls of mount(2), umount(2), pivot_root(2) ------------------------------------------
 */

/* "TYPE OPTIONS" onto /mnt. */
static int try_new(const struct attempt *a)
{
	const char *options = strchr(a->text, ' ');
	char type[32];

	snprintf(type, sizeof(type), "%.*s",
		 options ? (int)(options - a->text) : (int)strlen(a->text), a->text);
	if (mount("none", "/mnt", type, (unsigned long)a->number, options ? options + 1 : NULL))
		return errno == ENODEV ? ABSENT : errno;
	return 0;
}

static int try_new_userns(const struct attempt *a)
{
	need(unshare(CLONE_NEWUSER | CLONE_NEWNS), "unshare");
	return try_new(a);
}

static int try_flags(const struct attempt *a)
{
	return answer_of(mount(NULL, a->text, NULL, (unsigned long)a->number, NULL));
}

static int try_move(const struct attempt *a)
{
	return answer_of(mount(a->text, "/mnt", NULL, MS_MOVE, NULL));
}

static int try_umount(const struct attempt *a)
{
	return answer_of(umount2(a->text, (int)a->number));
}

static int try_pivot_root(const struct attempt *a)
{
	mkdir("/run/try-old", 0700);
	need(chdir("/run"), "chdir");
	return answer_of(syscall(SYS_pivot_root, ".", a->text));
}

/* In the namespace of process 1, which everybody sees: undone at once. */
static int try_in_first_namespace(const struct attempt *a)
{
	int fd = open("/proc/1/ns/mnt", O_RDONLY);

	if (fd < 0 && errno == EACCES)
		return REFUSED; /* how the kernel says that the process may not be looked into */
	need(fd, "/proc/1/ns/mnt");
	need(setns(fd, CLONE_NEWNS), "setns");
	if (mount("none", "/mnt", a->text, 0, NULL))
		return errno;
	return answer_of(umount("/mnt"));
}

/* --- the calls by descriptor --------------------------------------------------------------------
 */

static int try_fsopen(const struct attempt *a)
{
	int fs = fsopen(a->text, 0), fd;

	need(fs, "fsopen");
	if (fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		return errno;
	fd = fsmount(fs, 0, 0);
	if (fd < 0)
		return errno;
	return answer_of(move_mount(fd, "", AT_FDCWD, "/mnt", MOVE_MOUNT_F_EMPTY_PATH));
}

static int try_fspick(const struct attempt *a)
{
	int fs = fspick(AT_FDCWD, a->text, 0);

	need(fs, "fspick");
	need(fsconfig(fs, FSCONFIG_SET_FLAG, "ro", NULL, 0), "fsconfig");
	return answer_of(fsconfig(fs, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0));
}

/* A copy of the tree, which may not be attached. */
static int try_tree(const struct attempt *a)
{
	int fd = open_tree(AT_FDCWD, a->text, OPEN_TREE_CLONE | (unsigned int)a->number);

	need(fd, "open_tree");
	return answer_of(move_mount(fd, "", AT_FDCWD, a->other ? FILE_TARGET : "/mnt",
				    MOVE_MOUNT_F_EMPTY_PATH));
}

/* The mount itself, not a copy. */
static int try_tree_move(const struct attempt *a)
{
	return answer_of(move_mount(AT_FDCWD, a->text, AT_FDCWD, "/mnt", 0));
}

static int try_setattr(const struct attempt *a)
{
	struct mount_attr attr = {.attr_set = (__u64)a->number};

	return answer_of(mount_setattr(AT_FDCWD, a->text, 0, &attr, sizeof(attr)));
}

/* --- what the events say ------------------------------------------------------------------------
 */

#define SECRET   " rule=secret"
#define ABOVE    "hook=sb_mount reason=blocked-bind-source kind=mount"
#define BLOCKED  ABOVE " rule=sandbox"
#define ROUNDED  "hook=sb_mount reason=bind-source-not-canonical kind=mount"
#define LINKED   "hook=inode_follow_link reason=bind-source-not-canonical kind=mount"
#define SEALED   "hook=sb_mount reason=mount-tree-sealed kind=mount"
#define OF(hook) "hook=" hook " reason=mount-tree-sealed kind=mount"
#define BY_ADMIN "hook=capable reason=mount-tree-sealed path=CAP_SYS_ADMIN"
#define TREE     "hook=move_mount reason=blocked-bind-source kind=mount"
#define KILLED   "hook=__do_loopback reason=blocked-bind-source kind=mount killed=true"

/* Blocked by their text. The same refusal in either phase. */
static const struct attempt blocked[] = {
	{"etc", try_bind, BLOCKED " path=/etc", "/etc", 0, 0},
	{"etc-slash", try_bind, BLOCKED " path=/etc/", "/etc/", 0, 0},
	{"etc-below", try_bind, BLOCKED " path=/etc/below", "/etc/below", 0, 0},
	{"etc-file", try_bind, BLOCKED " path=/etc/passwd", "/etc/passwd", 0, 1},
	{"etc-rec", try_bind, BLOCKED " path=/etc", "/etc", MS_REC, 0},
	{"etc-readonly", try_bind, BLOCKED " path=/etc", "/etc", MS_RDONLY | MS_NOSUID, 0},
	{"root", try_bind, ABOVE " path=/", "/", 0, 0},
	{"root-rec", try_bind, ABOVE " path=/", "/", MS_REC, 0},
	{"var", try_bind, BLOCKED " path=/var", "/var", 0, 0},
	{"var-run", try_bind, BLOCKED " path=/var/run", "/var/run", 0, 0},
	{"run", try_bind, BLOCKED " path=/run", "/run", 0, 0},
	{"docker-sock", try_bind, BLOCKED " path=/run/docker.sock", "/run/docker.sock", 0, 1},
	{"proc", try_bind, BLOCKED " path=/proc", "/proc", 0, 0},
	{"proc-sys", try_bind, BLOCKED " path=/proc/sys", "/proc/sys", 0, 0},
	{"sys", try_bind, BLOCKED " path=/sys", "/sys", 0, 0},
	{"dev", try_bind, BLOCKED " path=/dev", "/dev", 0, 0},
	{"dev-kmsg", try_bind, BLOCKED " path=/dev/kmsg", "/dev/kmsg", 0, 1},
	{"secret", try_bind, ABOVE SECRET " path=/srv/secret", "/srv/secret", 0, 0},
	{"secret-below", try_bind, ABOVE SECRET " path=/srv/secret/x", "/srv/secret/x", 0, 0},
	{"secret-above", try_bind, ABOVE SECRET " path=/srv", "/srv", 0, 0},
	{"relative", try_bind_relative, BLOCKED " path=etc", "/ etc", 0, 0},
	{"relative-dot", try_bind_relative, BLOCKED " path=.", "/etc .", 0, 0},
	{"relative-below", try_bind_relative, BLOCKED " path=below", "/etc below", 0, 0},
	{"proc-root", try_bind, BLOCKED " path=/proc/self/root/etc", "/proc/self/root/etc", 0, 0},
	{"proc-cwd", try_bind_relative, BLOCKED " path=/proc/self/cwd", "/etc /proc/self/cwd", 0,
	 0},
	{"proc-fd", try_bind_descriptor, BLOCKED, "/etc", 0, 0},
	{"move-dev-shm", try_move, BLOCKED " path=/dev/shm", "/dev/shm", 0, 0},
	{"userns-etc", try_bind_userns, BLOCKED " path=/etc", "/etc", 0, 0},
	{"tree-etc", try_tree, TREE " path=etc", "/etc", 0, 0},
	{"tree-etc-below", try_tree, TREE " path=below", "/etc/below", 0, 0},
	{"tree-root", try_tree, TREE, "/", AT_RECURSIVE, 0},
	{"tree-proc", try_tree, TREE, "/proc", 0, 0},
	{"tree-link", try_tree, TREE " path=etc", TRY "to-etc", 0, 0},
	{"tree-secret", try_tree, TREE SECRET " path=secret", "/srv/secret", 0, 0},
	{"tree-docker-sock", try_tree, TREE " path=docker.sock", "/run/docker.sock", 0, 1},
};

/* Not the source's real path: no text can tell. What is said of it depends on the phase. */
static const struct attempt rounded_armed[] = {
	{"dots", try_bind, SEALED " path=/srv/../etc", "/srv/../etc", 0, 0},
	{"dot", try_bind, SEALED, "/./etc", 0, 0},
	{"slashes", try_bind, SEALED, "//etc", 0, 0},
	{"link", try_bind, SEALED, TRY "to-etc", 0, 0},
	{"link-below", try_bind, SEALED, TRY "to-etc/below", 0, 0},
	{"link-in-between", try_bind, SEALED, TRY "up/to-root/etc", 0, 0},
	{"relative-dots", try_bind_relative, SEALED, TRY "dir ../../../etc", 0, 0},
	{"relative-link", try_bind_relative, SEALED, TRY "dir ../to-etc", 0, 0},
};

static const struct attempt rounded_setup[] = {
	{"dots", try_bind, ROUNDED " path=/srv/../etc", "/srv/../etc", 0, 0},
	{"dot", try_bind, ROUNDED, "/./etc", 0, 0},
	{"slashes", try_bind, ROUNDED, "//etc", 0, 0},
	{"link", try_bind, LINKED " path=to-etc", TRY "to-etc", 0, 0},
	{"link-below", try_bind, LINKED " path=to-etc", TRY "to-etc/below", 0, 0},
	{"link-in-between", try_bind, LINKED " path=to-root", TRY "up/to-root/etc", 0, 0},
	{"relative-dots", try_bind_relative, ROUNDED, TRY "dir ../../../etc", 0, 0},
	{"relative-link", try_bind_relative, ROUNDED, TRY "dir ../to-etc", 0, 0},
};

/* While a runtime sets up under another root, where no text tells anything: killed. */
static const struct attempt outside[] = {
	{"outside-etc", try_bind_outside, KILLED " path=etc rule=sandbox", "/etc", 0, 0},
	{"outside-etc-below", try_bind_outside, KILLED " path=below rule=sandbox", "/etc/below", 0,
	 0},
	{"outside-secret", try_bind_outside, KILLED " path=secret" SECRET, "/srv/secret", 0, 0},
	{"outside-root", try_bind_outside, KILLED, "/", 0, 0},
	{"outside-proc", try_bind_outside, KILLED " rule=sandbox", "/proc", 0, 0},
};

/* Nothing of it is blocked as a source; once armed it is refused all the same. */
static const struct attempt other[] = {
	{"ordinary", try_bind, SEALED " path=" TRY "dir", TRY "dir", 0, 0},
	{"ordinary-relative", try_bind_relative, SEALED " path=dir", TRY " dir", 0, 0},
	{"dev-null", try_bind, SEALED " path=/dev/null", "/dev/null", 0, 1},
	{"tmpfs", try_new, SEALED, "tmpfs", 0, 0},
	{"proc-new", try_new, SEALED, "proc", 0, 0},
	{"overlay", try_new, SEALED, OVERLAY, 0, 0},
	{"remount", try_flags, SEALED, FS, MS_REMOUNT | MS_NOSUID, 0},
	{"remount-bind", try_flags, SEALED, FS, MS_REMOUNT | MS_BIND | MS_RDONLY, 0},
	{"propagation", try_flags, SEALED, "/", MS_REC | MS_SLAVE, 0},
	{"move", try_move, SEALED " path=" FS, FS, 0, 0},
	{"umount", try_umount, OF("sb_umount"), "/sys/kernel/debug", 0, 0},
	{"umount-lazy", try_umount, OF("sb_umount"), "/dev/shm", MNT_DETACH, 0},
	{"pivot-root", try_pivot_root, OF("sb_pivotroot"), "try-old", 0, 0},
	{"fsopen", try_fsopen, BY_ADMIN, "tmpfs", 0, 0},
	{"fspick", try_fspick, BY_ADMIN, TRY "ro", 0, 0},
	{"tree", try_tree, OF("move_mount") " path=dir", TRY "dir", 0, 0},
	{"tree-move", try_tree_move, OF("move_mount"), FS, 0, 0},
	{"userns-tmpfs", try_new_userns, SEALED, "tmpfs", 0, 0},
	{"outside-ordinary", try_bind_outside, SEALED " path=.", "/srv/try", 0, 0},
};

/* The process itself is what may not be looked into. */
static const struct attempt namespaces[] = {
	{"first-namespace", try_in_first_namespace,
	 "hook=ptrace_access_check reason=outside-session", "tmpfs", 0, 0},
};

/* The kernel asks no hook but the one of the capability that it takes. */
static const struct attempt unhooked[] = {
	{"setattr", try_setattr, "hook=capable reason=machine-wide path=CAP_SYS_ADMIN", FS,
	 MOUNT_ATTR_RDONLY, 0},
};

static const struct {
	const char *name;
	const struct attempt *table;
	size_t count;
} tables[] = {
	{"blocked", blocked, ARRAY_SIZE(blocked)},
	{"rounded-armed", rounded_armed, ARRAY_SIZE(rounded_armed)},
	{"rounded-setup", rounded_setup, ARRAY_SIZE(rounded_setup)},
	{"outside", outside, ARRAY_SIZE(outside)},
	{"other", other, ARRAY_SIZE(other)},
	{"namespaces", namespaces, ARRAY_SIZE(namespaces)},
	{"unhooked", unhooked, ARRAY_SIZE(unhooked)},
};

static void prepare(void)
{
	need(unshare(CLONE_NEWNS), "unshare");
}

int main(int argc, char **argv)
{
	attempt_prepare = prepare;
	for (size_t i = 0; argc > 1 && i < ARRAY_SIZE(tables); i++) {
		if (!strcmp(argv[1], tables[i].name))
			return table_run(tables[i].table, tables[i].count, argc - 1, argv + 1);
	}
	return 2;
}
