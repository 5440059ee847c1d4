// SPDX-License-Identifier: GPL-2.0-only
/* Who is it that has this name? */
#include "session/user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/cleanup.h"

static int root_refused(const char *text, struct err *err)
{
	err_set(err, EINVAL, "\"%.60s\" is root, and nothing runs as root in a sandbox", text);
	return err_fix(err, "name another user");
}

int user_named(const char *text, struct box_user *ret, struct err *err)
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
	return user_is_plain(ret) ? 0 : root_refused(text, err);
}

/* By name, or by number, as in a sandbox. */
static const struct passwd *user_find(const char *text)
{
	const struct passwd *pw = getpwnam(text);
	unsigned long uid;
	char *end;

	if (pw || text[strspn(text, "0123456789")] || !*text)
		return pw;
	errno = 0;
	uid = strtoul(text, &end, 10);
	return errno || uid >= (uid_t)-1 ? NULL : getpwuid((uid_t)uid);
}

int user_check(const char *name, struct err *err)
{
	return !name || user_find(name) ? 0
					: err_set(err, ENOENT, "there is no user \"%.60s\"", name);
}

int user_become(const char *name)
{
	const struct passwd *pw;

	if (!name)
		return 0;
	errno = 0;
	pw = user_find(name);
	if (!pw)
		return errno ? errno : ENOENT;
	if (initgroups(pw->pw_name, pw->pw_gid) || setgid(pw->pw_gid) || setuid(pw->pw_uid))
		return errno;
	setenv("HOME", pw->pw_dir, 1);
	setenv("USER", pw->pw_name, 1);
	setenv("LOGNAME", pw->pw_name, 1);
	return 0;
}
