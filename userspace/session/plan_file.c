// SPDX-License-Identifier: GPL-2.0-only
/* Where plans are kept: what is in them decides what a sandbox is given. */
#include "session/plan_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session/plan_bytes.h"
#include "util/cleanup.h"

#define PLAN_NEW ".new"

int plan_folder_open(const char *path)
{
	autoclose int dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (dir < 0 || fstat(dir, &st) || st.st_uid != geteuid() || st.st_mode & 077)
		return -1;
	return TAKE_FD(dir);
}

void plan_file_write(int dir, const char *name, const struct buf *b)
{
	autoclose int fd = -1;

	unlinkat(dir, PLAN_NEW, 0); /* of somebody who was killed */
	fd = openat(dir, PLAN_NEW, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	if (write(fd, b->data, b->len) != (ssize_t)b->len || renameat(dir, PLAN_NEW, dir, name))
		unlinkat(dir, PLAN_NEW, 0);
}

ssize_t plan_file_read(int dir, const char *name, char *bytes)
{
	autoclose int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
	    st.st_mode & 077 || st.st_nlink != 1 || st.st_size > PLAN_MAX)
		return -1;
	return read(fd, bytes, PLAN_MAX);
}
