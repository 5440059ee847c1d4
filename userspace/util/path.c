// SPDX-License-Identifier: GPL-2.0-only
/* Paths of the file system, as text and as what they lead to. */
#include "util/path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/cleanup.h"

char *path_canonical(const char *path)
{
	char *out, *end;

	if (path[0] != '/')
		return NULL;
	out = malloc(strlen(path) + 2);
	if (!out)
		return NULL;
	end = out;
	while (*path) {
		size_t n = strcspn(path, "/");

		if (n == 2 && !strncmp(path, "..", 2)) {
			while (end > out && *--end != '/')
				;
		} else if (n && !(n == 1 && *path == '.')) {
			*end++ = '/';
			memcpy(end, path, n);
			end += n;
		}
		path += n;
		path += strspn(path, "/");
	}
	if (end == out)
		*end++ = '/';
	*end = '\0';
	return out;
}

/* Resolves the longest part of path that exists. Returns where the rest starts; 0: it cannot be. */
static size_t resolve_existing(const char *path, char real[PATH_MAX])
{
	autofree char *head = strdup(path);
	size_t cut = head ? strlen(head) : 0;

	while (cut && !realpath(head, real)) {
		/* ENOTDIR and EACCES end the way like ENOENT: what lies beyond cannot be a link. */
		if (errno == ELOOP || errno == ENOMEM || cut == 1)
			return 0;
		while (cut > 1 && head[--cut] != '/')
			;
		head[cut > 1 ? cut : 1] = '\0';
	}
	return cut;
}

char *path_real(const char *path)
{
	autofree char *joined = NULL;
	autobuf struct buf b = {0};
	char real[PATH_MAX];
	size_t cut;

	if (path[0] != '/')
		return NULL;
	cut = resolve_existing(path, real);
	if (!cut)
		return NULL;
	buf_printf(&b, "%s/%s", real, path + cut);
	joined = buf_take(&b);
	return joined ? path_canonical(joined) : NULL;
}

int path_open_plain(const char *path)
{
	const struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS};

	return (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
}

bool path_is_below(const char *path, const char *directory)
{
	size_t n = strlen(directory);

	if (n == 1) /* "/" */
		return true;
	return !strncmp(path, directory, n) && (path[n] == '/' || !path[n]);
}
