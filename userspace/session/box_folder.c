// SPDX-License-Identifier: GPL-2.0-only
/* Where does a sandbox keep its files? */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session/box.h"
#include "util/cleanup.h"

/*
 * The directory `name` in the one that is open, made when it is not there. No link is followed: the
 * way may lead through directories of a user who would like root to make one elsewhere.
 */
static int step(int *at, const char *name, const struct box_user *owner)
{
	bool made = !mkdirat(*at, name, 0700);
	int fd;

	if (!made && errno != EEXIST)
		return -errno;
	fd = openat(*at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (made && fchown(fd, owner->uid, owner->gid)) {
		close(fd);
		return -EPERM;
	}
	close(*at);
	*at = fd;
	return 0;
}

/* As whoever asks the file system at the moment. */
static int walk(const char *path, const struct box_user *owner, int *ret)
{
	autofree char *copy = strdup(path);
	autoclose int at = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char *rest = copy, *name;
	int r = 0;

	if (!copy || at < 0)
		return -ENOMEM;
	while (!r && (name = strsep(&rest, "/")))
		if (*name)
			r = step(&at, name, owner);
	if (!r)
		*ret = TAKE_FD(at);
	return r;
}

/* With the user's own rights, as far as they go. */
static int make_as(const char *path, const struct box_user *user, int *ret)
{
	int r;

	setfsgid(user->gid);
	setfsuid(user->uid);
	r = walk(path, user, ret);
	setfsuid(0);
	setfsgid(0);
	return r;
}

int box_folder_make(const char *path, const struct box_user *user, struct err *err)
{
	autoclose int fd = -1;
	struct stat st;
	int r = make_as(path, user, &fd);

	if (r == -EACCES || r == -EPERM) /* below root's own home, say */
		r = walk(path, user, &fd);
	if (r == -ELOOP || r == -ENOTDIR) {
		err_set(err, -r, "the sandbox's directory %s leads through a link, or a file",
			path);
		return err_key(err, "agents.defaults.sandbox.workspaceRoot"),
		       err_fix(err, "write it as its real path");
	}
	if (r)
		return err_errno(err, -r, "the sandbox's directory %s cannot be made", path);
	if (fstat(fd, &st))
		return err_errno(err, errno, "the sandbox's directory %s cannot be looked at",
				 path);
	if (st.st_uid == user->uid)
		return 0;
	err_set(err, EPERM, "the sandbox's directory %s belongs to the user %u, not to %u", path,
		(unsigned int)st.st_uid, (unsigned int)user->uid);
	return err_fix(err, "chown it, remove it, or run the session as its user");
}
