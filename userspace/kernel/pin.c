// SPDX-License-Identifier: GPL-2.0-only
/* Where are the pins, and how do they come and go? */
#include "kernel/pin.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "kernel/kernel.h"
#include "util/cleanup.h"

static const char *const folders[] = {"links", "programs", "maps"};

static void cleanup_closedir(DIR **d)
{
	if (*d)
		closedir(*d);
}

static int bpffs_mounted(struct err *err)
{
	struct statfs fs;

	if (statfs("/sys/fs/bpf", &fs) == 0 && fs.f_type == BPF_FS_MAGIC)
		return 0;
	err_set(err, ENOENT, "the BPF file system is not mounted on /sys/fs/bpf");
	return err_fix(err, "mount -t bpf bpf /sys/fs/bpf");
}

int pin_present(struct err *err)
{
	struct stat st;
	int r = bpffs_mounted(err);

	if (r)
		return r;
	if (stat(PIN_ROOT "/maps", &st) == 0)
		return 0;
	if (errno == ENOENT) {
		err_set(err, ENOENT, "no policy is loaded");
		if (access(PIN_OLD, F_OK) == 0)
			return err_fix(err,
				       "an unload did not come to its end: sudo clawbpf unload");
		return err_fix(err, "sudo clawbpf load CONFIG");
	}
	err_errno(err, errno, "the loaded policy cannot be looked at (" PIN_ROOT ")");
	return err_fix(err, "run this as root");
}

int pin_open(const char *folder, const char *name, int *ret_fd, struct err *err)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), PIN_ROOT "/%s/%s", folder, name);
	fd = bpf_obj_get(path);
	if (fd < 0)
		return err_errno(err, errno, "the pin %s cannot be opened", path);
	*ret_fd = fd;
	return 0;
}

int pin_object(const char *root, const char *folder, const char *name, int fd, struct err *err)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s/%s", root, folder, name);
	if (bpf_obj_pin(fd, path) == 0)
		return 0;
	return err_errno(err, errno, "%s cannot be pinned", path);
}

int pin_begin(struct err *err)
{
	char path[PATH_MAX];
	int r = bpffs_mounted(err);

	if (!r)
		r = pin_remove(PIN_STAGING, err);
	if (!r)
		r = pin_remove(PIN_OLD, err);
	if (r)
		return r;
	if (mkdir(PIN_STAGING, 0700))
		return err_errno(err, errno, PIN_STAGING " cannot be made");
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		snprintf(path, sizeof(path), PIN_STAGING "/%s", folders[i]);
		if (mkdir(path, 0700))
			return err_errno(err, errno, "%s cannot be made", path);
	}
	return 0;
}

/* At every moment there is the one or the other. */
int pin_commit(struct err *err)
{
	if (!renameat2(AT_FDCWD, PIN_STAGING, AT_FDCWD, PIN_ROOT, RENAME_EXCHANGE))
		return pin_remove(PIN_STAGING, err);
	if (errno != ENOENT || rename(PIN_STAGING, PIN_ROOT))
		return err_errno(err, errno, PIN_ROOT " cannot be made");
	return 0;
}

int pin_retire(struct err *err)
{
	int r = pin_remove(PIN_OLD, err);

	if (!r && rename(PIN_ROOT, PIN_OLD) && errno != ENOENT)
		r = err_errno(err, errno, PIN_ROOT " cannot be removed");
	if (!r)
		r = pin_remove(PIN_OLD, err);
	return r ? r : pin_remove(PIN_STAGING, err);
}

static int pin_remove_folder(const char *path, struct err *err)
{
	DIR *dir __attribute__((cleanup(cleanup_closedir))) = opendir(path);
	struct dirent *entry;

	if (!dir)
		return errno == ENOENT ? 0 : err_errno(err, errno, "%s cannot be read", path);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (unlinkat(dirfd(dir), entry->d_name, 0))
			return err_errno(err, errno, "the pin %s/%s cannot be removed", path,
					 entry->d_name);
	}
	if (rmdir(path))
		return err_errno(err, errno, "%s cannot be removed", path);
	return 0;
}

int pin_remove(const char *root, struct err *err)
{
	char path[PATH_MAX];
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		snprintf(path, sizeof(path), "%s/%s", root, folders[i]);
		r = pin_remove_folder(path, err);
		if (r)
			return r;
	}
	if (rmdir(root) && errno != ENOENT)
		return err_errno(err, errno, "%s cannot be removed", root);
	return 0;
}
