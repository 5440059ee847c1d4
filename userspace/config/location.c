// SPDX-License-Identifier: GPL-2.0-only
/* Which file is meant by a path on the command line, or in a config? */
#include "config/location.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/cleanup.h"
#include "util/path.h"

static bool starts_at_home(const char *path)
{
	return path[0] == '~' && (!path[1] || path[1] == '/');
}

/* `path` below `folder`, or as it is when it says itself where it starts. */
static int join(struct sources *s, const char *folder, size_t folder_len, const char *path,
		char **ret, struct err *err)
{
	autofree char *joined = NULL;
	autobuf struct buf b = {0};
	const char *home;

	if (starts_at_home(path)) {
		home = sources_env(s, "HOME");
		if (!home || home[0] != '/') {
			err_set(err, ENOENT, "\"~\" means nothing: HOME is not set to a folder");
			return err_fix(err, "write the whole path, or set HOME");
		}
		buf_puts(&b, home);
		path++;
	} else if (path[0] != '/') {
		buf_add(&b, folder, folder_len);
		buf_putc(&b, '/');
	}
	buf_puts(&b, path);
	joined = buf_take(&b);
	*ret = joined ? path_canonical(joined) : NULL;
	return *ret ? 0 : err_set(err, ENOMEM, "out of memory");
}

/* Has it a ".." that the kernel, which follows symlinks first, may take to mean something else? */
static bool goes_up(const char *path)
{
	for (const char *p = path; (p = strstr(p, "..")); p += 2)
		if ((p == path || p[-1] == '/') && (!p[2] || p[2] == '/'))
			return true;
	return false;
}

int location_absolute(struct sources *s, const char *path, char **ret, struct err *err)
{
	const char *slash = strrchr(path, '/');
	autofree char *folder = NULL;

	if (slash && !starts_at_home(path) && goes_up(path)) {
		autofree char *given = strndup(path, (size_t)(slash - path) + 1);

		folder = given ? realpath(given, NULL) : NULL;
		path = folder ? slash + 1 : path;
	}
	if (!folder && path[0] != '/' && !starts_at_home(path)) {
		folder = getcwd(NULL, 0);
		if (!folder)
			return err_errno(err, errno, "the working directory is gone");
	}
	return join(s, folder ? folder : "", folder ? strlen(folder) : 0, path, ret, err);
}

int location_beside(struct sources *s, const char *file, const char *path, char **ret,
		    struct err *err)
{
	const char *slash = strrchr(file, '/');

	return join(s, file, slash ? (size_t)(slash - file) : 0, path, ret, err);
}
