// SPDX-License-Identifier: GPL-2.0-only
/* As whom do programs run in a sandbox? */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session/box/box.h"
#include "session/user.h"
#include "util/cleanup.h"

#define NOBODY 65534

/* "1000:1000": nobody has to be asked. */
static bool user_is_numbers(const char *text, struct box_user *ret)
{
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	ret->uid = (uid_t)strtoul(text, &end, 10);
	if (end[0] != ':' || !isdigit((unsigned char)end[1]))
		return false;
	ret->gid = (gid_t)strtoul(end + 1, &end, 10);
	return !*end && user_is_plain(ret);
}

int box_user_find(const struct box *b, const char *named, struct box_user *ret, struct err *err)
{
	autofree char *path = strdup(b->workspace);
	const char *user = named ? named : b->user;
	struct stat st;

	if (user)
		return user_is_numbers(user, ret) ? 0 : user_named(user, ret, err);
	if (!path)
		return err_set(err, ENOMEM, "out of memory");
	/* Whose the workspace is, or will be: the agent makes it when it first starts. */
	while (stat(path, &st) && strrchr(path, '/') != path)
		*strrchr(path, '/') = '\0';
	*ret = (struct box_user){.uid = NOBODY, .gid = NOBODY};
	if (!stat(path, &st) && st.st_uid && st.st_gid)
		*ret = (struct box_user){.uid = st.st_uid, .gid = st.st_gid};
	return 0;
}

bool box_user_reaches(const struct box_user *user, const char *path)
{
	int fd;

	/* The file system asks these, and root's capabilities for files are gone with them. */
	setfsgid(user->gid);
	setfsuid(user->uid);
	fd = open(path, O_PATH | O_CLOEXEC);
	setfsuid(0);
	setfsgid(0);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}
