// SPDX-License-Identifier: GPL-2.0-only
/* How is the audit trail written? */
#include "events/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "util/cleanup.h"
#include "util/whole.h"

struct log {
	int dir, fd;
	bool fresh; /* its name may not be on the disk yet */
	char *path; /* owned: of the directory, for messages */
};

/* Nobody but us may be able to change it. The descriptor is what was checked, whatever the name. */
static int owner_check(int fd, const char *dir, const char *name, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st))
		return err_errno(err, errno, "%s/%s", dir, name);
	if (st.st_uid != geteuid()) {
		err_set(err, EPERM, "%s/%s belongs to user %u", dir, name, st.st_uid);
		return err_fix(err, "look who made it, then remove it: clawbpf makes it anew");
	}
	if (st.st_mode & 022) {
		err_set(err, EPERM, "%s/%s may be written by others (mode %04o)", dir, name,
			st.st_mode & 07777);
		return err_fix(err, "chmod go-w %s/%s", dir, name);
	}
	return 0;
}

static int dir_open(struct log *l, struct err *err)
{
	if (mkdir(l->path, 0700) && errno != EEXIST)
		return err_errno(err, errno, "the directory %s cannot be made", l->path);
	l->dir = open(l->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (l->dir < 0)
		return err_errno(err, errno, "the directory %s cannot be opened", l->path);
	return owner_check(l->dir, l->path, ".", err);
}

static int file_check(int fd, const char *dir, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st))
		return err_errno(err, errno, "%s/%s", dir, LOG_NAME);
	if (!S_ISREG(st.st_mode)) {
		err_set(err, EINVAL, "%s/%s is no regular file", dir, LOG_NAME);
		return err_fix(err, "remove it: clawbpf makes it anew");
	}
	if (st.st_nlink > 1) {
		err_set(err, EMLINK, "%s/%s has a second name somewhere", dir, LOG_NAME);
		return err_fix(err, "look for it by find -samefile, and remove one of them");
	}
	return owner_check(fd, dir, LOG_NAME, err);
}

static int file_open(struct log *l, struct err *err)
{
	/* O_NONBLOCK: a planted pipe must not make us wait. It means nothing for a regular file. */
	autoclose int fd = openat(
		l->dir, LOG_NAME,
		O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
	int r;

	if (fd < 0 && errno == ELOOP) {
		err_set(err, ELOOP, "%s/%s is a symbolic link", l->path, LOG_NAME);
		return err_fix(err, "remove it: clawbpf makes the file anew");
	}
	if (fd < 0)
		return err_errno(err, errno, "%s/%s cannot be opened", l->path, LOG_NAME);
	r = file_check(fd, l->path, err);
	if (r)
		return r;
	if (l->fd >= 0) {
		fdatasync(l->fd); /* nobody comes back to the one that was moved away */
		close(l->fd);
	}
	l->fd = TAKE_FD(fd);
	l->fresh = true; /* whether we made it, or who was killed before he came so far */
	return 0;
}

int log_open(struct log **ret, const char *dir, struct err *err)
{
	struct log *l autodestroy(log_free) = calloc(1, sizeof(*l));
	int r;

	if (!l)
		return err_set(err, ENOMEM, "out of memory");
	l->dir = -1;
	l->fd = -1;
	l->path = strdup(dir ? dir : LOG_DIR);
	if (!l->path)
		return err_set(err, ENOMEM, "out of memory");
	r = dir_open(l, err);
	if (!r)
		r = file_open(l, err);
	if (!r)
		*ret = TAKE_PTR(l);
	return r;
}

void log_free(struct log **l)
{
	if (!*l)
		return;
	if ((*l)->fd >= 0)
		close((*l)->fd);
	if ((*l)->dir >= 0)
		close((*l)->dir);
	free((*l)->path);
	free(*l);
	*l = NULL;
}

static bool rotated(const struct log *l)
{
	struct stat named, ours;

	if (fstatat(l->dir, LOG_NAME, &named, AT_SYMLINK_NOFOLLOW))
		return true;
	return fstat(l->fd, &ours) || named.st_ino != ours.st_ino || named.st_dev != ours.st_dev;
}

/* A write that a power cut or another program left without its end must not swallow our line. */
static bool torn(int fd, off_t size)
{
	char last;

	return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

static int write_all(struct log *l, const char *data, size_t len, off_t size, struct err *err)
{
	int code = -whole_write(l->fd, data, len);

	if (!code)
		return 0;
	if (ftruncate(l->fd, size))
		return err_errno(err, errno, "%s/%s has a half written line at %lld", l->path,
				 LOG_NAME, (long long)size);
	err_errno(err, code, "%s/%s cannot be written; nothing of this batch is in it", l->path,
		  LOG_NAME);
	if (code == ENOSPC || code == EDQUOT)
		return err_fix(err, "make room on the disk: %zu bytes are waiting", len);
	return -code;
}

static int append_locked(struct log *l, const struct buf *lines, struct err *err)
{
	struct stat st;

	if (fstat(l->fd, &st))
		return err_errno(err, errno, "%s/%s", l->path, LOG_NAME);
	if (torn(l->fd, st.st_size) && write_all(l, "\n", 1, st.st_size, err))
		return -err->code;
	if (fstat(l->fd, &st))
		return err_errno(err, errno, "%s/%s", l->path, LOG_NAME);
	return write_all(l, lines->data, lines->len, st.st_size, err);
}

int log_append_then(struct log *l, const struct buf *lines, void (*then)(void *arg), void *arg,
		    struct err *err)
{
	int r;

	if (lines->failed)
		return err_set(err, ENOMEM, "out of memory");
	if (!lines->len)
		return 0;
	if (rotated(l)) {
		r = file_open(l, err);
		if (r)
			return r;
	}
	/* Taking back what did not fit is safe only while nobody else appends. */
	while (flock(l->fd, LOCK_EX)) {
		if (errno != EINTR)
			return err_errno(err, errno, "%s/%s cannot be locked", l->path, LOG_NAME);
	}
	r = append_locked(l, lines, err);
	if (!r && then)
		then(arg);
	flock(l->fd, LOCK_UN);
	return r;
}

int log_append(struct log *l, const struct buf *lines, struct err *err)
{
	return log_append_then(l, lines, NULL, NULL, err);
}

int log_room(const struct log *l, size_t bytes, struct err *err)
{
	struct statvfs fs;

	/* A file system in memory without a limit has no blocks at all. */
	if (fstatvfs(l->fd, &fs) || !fs.f_blocks || fs.f_bavail >= bytes / fs.f_frsize)
		return 0;
	err_set(err, ENOSPC,
		"the disk of %s/%s is full; events stay in the kernel, and are lost "
		"when its buffer is full as well",
		l->path, LOG_NAME);
	return err_fix(err, "make %zu KB of room on it", (bytes + 1023) >> 10);
}

int log_sync(struct log *l, struct err *err)
{
	if (fdatasync(l->fd) || (l->fresh && fsync(l->dir)))
		return err_errno(err, errno, "%s/%s may not be on the disk", l->path, LOG_NAME);
	l->fresh = false;
	return 0;
}
