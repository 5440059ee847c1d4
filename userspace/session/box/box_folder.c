// SPDX-License-Identifier: GPL-2.0-only
/* Where does a sandbox keep its files? */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session/box/box.h"
#include "util/cleanup.h"
#include "util/path.h"

/* Whoever asks the file system from here on. */
static void act_as(uid_t uid, gid_t gid)
{
	setfsuid(0);
	setfsgid(gid);
	setfsuid(uid);
}

/* Who makes something in this directory: whose it is, where nobody else changes names in it. */
static void maker_find(int at, const struct box_user *owner, struct box_user *ret)
{
	struct stat st;

	*ret = *owner;
	if (!fstat(at, &st) && !(st.st_mode & (S_IWGRP | S_IWOTH)))
		*ret = (struct box_user){.uid = st.st_uid, .gid = st.st_gid};
}

/*
 * A new one is given to its owner. Whoever could have put another in its place could only have put
 * one that is his own.
 */
static int give(int fd, const struct box_user *maker, const struct box_user *owner)
{
	struct stat st;

	if (maker->uid == owner->uid)
		return 0;
	return fstat(fd, &st) || st.st_uid != maker->uid ||
			       fchownat(fd, "", owner->uid, owner->gid, AT_EMPTY_PATH)
		       ? -EPERM
		       : 0;
}

/*
 * The directory `name` in the one that is open, made when it is not there. No link is followed: the
 * way may lead through directories of a user who would like root to make one elsewhere.
 */
static int step(int *at, const char *name, const struct box_user *owner)
{
	struct box_user maker;
	int fd = -1, r = 0;
	bool made;

	maker_find(*at, owner, &maker);
	act_as(maker.uid, maker.gid);
	made = !mkdirat(*at, name, 0700);
	if (made || errno == EEXIST)
		fd = openat(*at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		r = -errno;
	act_as(0, 0);
	if (!r && made)
		r = give(fd, &maker, owner);
	if (r) {
		if (fd >= 0)
			close(fd);
		return r;
	}
	close(*at);
	*at = fd;
	return 0;
}

static int walk(const char *path, const struct box_user *owner, int *ret)
{
	autofree char *copy = strdup(path);
	autoclose int at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
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

int box_folder_make(const char *path, const struct box_user *user, struct err *err)
{
	autoclose int fd = path_open_plain(path);
	struct stat st;
	int r = fd < 0 ? walk(path, user, &fd) : 0;

	if (!r && fstat(fd, &st))
		r = -errno;
	if (!r && !S_ISDIR(st.st_mode))
		r = -ENOTDIR;
	if (r == -ELOOP || r == -ENOTDIR) {
		err_set(err, -r, "the sandbox's directory %s leads through a link, or a file",
			path);
		return err_key(err, "agents.defaults.sandbox.workspaceRoot"),
		       err_fix(err, "write it as its real path");
	}
	if (r)
		return err_errno(err, -r, "the sandbox's directory %s cannot be made", path);
	if (st.st_uid == user->uid)
		return 0;
	err_set(err, EPERM, "the sandbox's directory %s belongs to the user %u, not to %u", path,
		(unsigned int)st.st_uid, (unsigned int)user->uid);
	return err_fix(err, "chown it, remove it, or run the session as its user");
}
