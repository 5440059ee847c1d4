// SPDX-License-Identifier: GPL-2.0-only
/* Who may change what at a time. */
#include "kernel/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/cleanup.h"

static const char *const lock_paths[] = {
	[LOCK_CHANGE] = OWN_FOLDER "/change.lock",
	[LOCK_AGENT] = OWN_FOLDER "/agent.lock",
	[LOCK_RING] = OWN_FOLDER "/ring.lock",
	[LOCK_APPROVALS] = OWN_FOLDER "/approvals.lock",
};

/* For reading: on a disk that has become read-only, too. */
static int lock_open(const char *path)
{
	const int flags = O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	int fd = open(path, flags, 0600);

	if (fd >= 0 || errno != ENOENT)
		return fd;
	mkdir("/var/lib", 0755); /* nothing but ours may be installed */
	if (mkdir(OWN_FOLDER, 0700) && errno != EEXIST)
		return -1;
	return open(path, flags, 0600);
}

static int lock_failed(const char *path, struct err *err)
{
	bool allowed = errno != EACCES && errno != EPERM;
	int r = err_errno(err, errno, "%s cannot be opened", path);

	return allowed ? r : err_fix(err, "run this as root");
}

static int lock_file(enum lock which, int operation, int *ret_fd, struct err *err)
{
	const char *path = lock_paths[which];
	autoclose int fd = -1;

	fd = lock_open(path);
	if (fd < 0)
		return lock_failed(path, err);
	while (flock(fd, operation)) {
		if (errno == EWOULDBLOCK)
			return err_set(err, EBUSY, "%s is taken", path);
		if (errno != EINTR)
			return err_errno(err, errno, "%s cannot be taken", path);
	}
	*ret_fd = TAKE_FD(fd);
	return 0;
}

int lock_try(enum lock which, int *ret_fd, struct err *err)
{
	return lock_file(which, LOCK_EX | LOCK_NB, ret_fd, err);
}

int lock_take(enum lock which, int *ret_fd, struct err *err)
{
	return lock_file(which, LOCK_EX, ret_fd, err);
}

void lock_prepare(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(lock_paths); i++) {
		int fd = lock_open(lock_paths[i]);

		if (fd >= 0)
			close(fd);
	}
}
