// SPDX-License-Identifier: GPL-2.0-only
/* As whom do programs run in a sandbox? */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session/box.h"
#include "util/cleanup.h"

#define NOBODY 65534

static int root_refused(const char *text, struct err *err)
{
	err_set(err, EINVAL, "\"%.60s\" is root, and nothing runs as root in a sandbox", text);
	return err_fix(err, "name another user");
}

/* "1000", "1000:1000", "agent", "agent:users". */
static int user_parse(const char *text, struct box_user *ret, struct err *err)
{
	size_t len = strcspn(text, ":");
	autofree char *name = strndup(text, len);
	const char *group = text[len] ? text + len + 1 : "";
	const struct passwd *pw;
	const struct group *gr;
	char *end;

	if (!name)
		return err_set(err, ENOMEM, "out of memory");
	ret->uid = (uid_t)strtoul(name, &end, 10);
	if (!*name)
		return err_set(err, EINVAL, "\"%.60s\" names no user", text);
	pw = *end ? getpwnam(name) : getpwuid(ret->uid);
	if (*end && !pw)
		return err_set(err, ENOENT, "there is no user \"%.60s\"", name);
	if (*end)
		ret->uid = pw->pw_uid;
	ret->gid = pw ? pw->pw_gid : ret->uid;
	if (*group) {
		ret->gid = (gid_t)strtoul(group, &end, 10);
		gr = *end ? getgrnam(group) : NULL;
		if (*end && !gr)
			return err_set(err, ENOENT, "there is no group \"%.60s\"", group);
		if (gr)
			ret->gid = gr->gr_gid;
	}
	return ret->uid && ret->gid ? 0 : root_refused(text, err);
}

int box_user_find(const struct box *b, const char *named, struct box_user *ret, struct err *err)
{
	autofree char *path = strdup(b->workspace);
	struct stat st;

	if (named || b->user)
		return user_parse(named ? named : b->user, ret, err);
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
