// SPDX-License-Identifier: GPL-2.0-only
/* The cgroups by which tasks enter a session: found, made, filled, emptied. */
#include "session/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <mntent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>

#include "util/buf.h"
#include "util/cleanup.h"

/* As far up as the kernel side looks, less what a runtime may make below: bpf/lib/label.h. */
#define DEPTH_MAX 16

#define USUAL_MOUNT "/sys/fs/cgroup"

/* Each user may find what is in a run's cgroup, but only root can open it, and so hold it. */
#define RUN_MODE 0711

/* How name_to_handle_at calls a cgroup's id: FILEID_KERNFS in the kernel. */
#define HANDLE_CGROUP 0xfe

static void cleanup_endmntent(FILE **f)
{
	if (*f)
		endmntent(*f);
}

int cgroup_mount(char **ret, struct err *err)
{
	FILE *mounts __attribute__((cleanup(cleanup_endmntent))) = NULL;
	struct mntent *m;
	struct statfs fs;

	/* Where it is nearly everywhere: the list of mounts is long on some machines. */
	if (!statfs(USUAL_MOUNT, &fs) && fs.f_type == CGROUP2_SUPER_MAGIC) {
		*ret = strdup(USUAL_MOUNT);
		return *ret ? 0 : err_set(err, ENOMEM, "out of memory");
	}
	mounts = setmntent("/proc/self/mounts", "re");
	if (!mounts)
		return err_errno(err, errno, "/proc/self/mounts cannot be read");
	while ((m = getmntent(mounts))) {
		if (strcmp(m->mnt_type, "cgroup2"))
			continue;
		*ret = strdup(m->mnt_dir);
		return *ret ? 0 : err_set(err, ENOMEM, "out of memory");
	}
	err_set(err, ENOENT, "the unified cgroup hierarchy (cgroup2) is not mounted");
	return err_fix(err, "mount -t cgroup2 none /sys/fs/cgroup");
}

static int folder_make(const char *path, mode_t mode, struct err *err)
{
	if (mkdir(path, mode) && errno != EEXIST)
		return err_errno(err, errno, "the cgroup %s cannot be made", path);
	return 0;
}

int cgroup_create(const char *name, char **ret_path, u64 *ret_id, int *ret_hold, struct err *err)
{
	autofree char *mount = NULL, *path = NULL;
	struct buf b autobuf = {0};
	autoclose int hold = -1;
	struct stat st;
	int r = cgroup_mount(&mount, err);

	if (r)
		return r;
	buf_printf(&b, "%s/clawbpf", mount);
	if (!b.failed)
		r = folder_make(b.data, 0755, err);
	buf_printf(&b, "/%s", name);
	path = buf_take(&b);
	if (!path)
		return err_set(err, ENOMEM, "out of memory");
	if (!r)
		r = folder_make(path, RUN_MODE, err);
	if (r)
		return r;
	hold = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (hold < 0 || flock(hold, LOCK_SH | LOCK_NB) || fstat(hold, &st))
		return err_errno(err, errno, "the cgroup %s cannot be held", path);
	*ret_id = st.st_ino; /* as cgroup_id has it */
	*ret_path = TAKE_PTR(path);
	*ret_hold = TAKE_FD(hold);
	return 0;
}

static int depth_of(const char *path, const char *mount)
{
	int depth = 0;

	for (const char *p = path + strlen(mount); *p; p++)
		depth += *p == '/' && p[1] && p[1] != '/';
	return depth;
}

int cgroup_id(const char *path, u64 *ret_id, struct err *err)
{
	autofree char *mount = NULL, *real = realpath(path, NULL);
	autoclose int fd = -1;
	struct statfs fs;
	struct stat st;
	int r;

	if (!real)
		return err_errno(err, errno, "the cgroup %s cannot be found", path);
	fd = open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) || fstatfs(fd, &fs))
		return err_errno(err, errno, "the cgroup %s cannot be opened", path);
	r = cgroup_mount(&mount, err);
	if (r)
		return r;
	if (fs.f_type != CGROUP2_SUPER_MAGIC || strncmp(real, mount, strlen(mount))) {
		err_set(err, EINVAL, "%s is no cgroup of the unified hierarchy", path);
		return err_fix(err, "give a directory below %s", mount);
	}
	if (depth_of(real, mount) == 0)
		return err_set(err, EINVAL,
			       "%s is the root cgroup: the whole machine would be the session",
			       path);
	if (depth_of(real, mount) > DEPTH_MAX)
		return err_set(err, EINVAL, "%s lies more than %d levels deep", path, DEPTH_MAX);
	/* On the unified hierarchy a directory's inode number is its cgroup's id (64-bit kernels).
	 */
	*ret_id = st.st_ino;
	return 0;
}

static int file_write(const char *cgroup, const char *name, const char *text, struct err *err)
{
	struct buf path autobuf = {0};
	autoclose int fd = -1;

	buf_printf(&path, "%s/%s", cgroup, name);
	if (path.failed)
		return err_set(err, ENOMEM, "out of memory");
	fd = open(path.data, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return err_errno(err, errno, "%s cannot be written", path.data);
	return 0;
}

int cgroup_move(const char *path, pid_t pid, struct err *err)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", (int)pid);
	return file_write(path, "cgroup.procs", text, err);
}

int cgroup_kill(const char *path, struct err *err)
{
	return file_write(path, "cgroup.kill", "1", err);
}

bool cgroup_populated(const char *path)
{
	struct buf name autobuf = {0};
	autofile FILE *f = NULL;
	char line[64];

	buf_printf(&name, "%s/cgroup.events", path);
	if (!name.failed)
		f = fopen(name.data, "re");
	while (f && fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "populated 1", 11))
			return true;
	}
	return false;
}

int cgroup_remove(const char *path, struct err *err)
{
	for (int i = 0; i < 100; i++) {
		if (rmdir(path) == 0 || errno == ENOENT)
			return 0;
		if (errno != EBUSY)
			break;
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	}
	return err_errno(err, errno, "the cgroup %s cannot be removed", path);
}

/* -1: errno says why; ESTALE: it is gone. */
static int open_by_id(int mount, u64 id)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + sizeof(id)];
	} h = {.handle = {.handle_bytes = sizeof(id), .handle_type = HANDLE_CGROUP}};

	memcpy(h.handle.f_handle, &id, sizeof(id));
	return open_by_handle_at(mount, &h.handle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static bool is_gone(int mount, u64 id)
{
	autoclose int fd = open_by_id(mount, id);

	return fd < 0 && errno == ESTALE;
}

bool cgroup_reap(u64 id)
{
	autofree char *mount = NULL;
	autoclose int top = -1, fd = -1;
	char link[32], path[PATH_MAX];
	struct err ignored;
	ssize_t len;

	if (!cgroup_mount(&mount, &ignored))
		top = open(mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fd = open_by_id(top, id);
	if (fd < 0)
		return errno == ESTALE;
	if (flock(fd, LOCK_EX | LOCK_NB))
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof(path) - 1);
	if (len < 0)
		return false;
	path[len] = '\0';
	/* The kernel refuses that as long as anybody is in it, or below. */
	return !rmdir(path) && is_gone(top, id);
}

static void cleanup_closedir(DIR **d)
{
	if (*d)
		closedir(*d);
}

void cgroup_remove_empty(const char *prefix)
{
	DIR *dir __attribute__((cleanup(cleanup_closedir))) = NULL;
	struct buf path autobuf = {0};
	autofree char *mount = NULL;
	struct dirent *entry;
	struct err ignored;

	if (cgroup_mount(&mount, &ignored))
		return;
	buf_printf(&path, "%s/clawbpf", mount);
	if (!path.failed)
		dir = opendir(path.data);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.' &&
		    !strncmp(entry->d_name, prefix, strlen(prefix)))
			unlinkat(dirfd(dir), entry->d_name, AT_REMOVEDIR);
	}
	if (dir)
		rmdir(path.data);
}
