// SPDX-License-Identifier: GPL-2.0-only
/* Who else could put another file in a config file's place? */
#include "config/folders.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/file.h"
#include "util/cleanup.h"

/* What others may write is theirs to rename in, unless it is as /tmp is. */
static bool is_changeable(const struct stat *st)
{
	return (st->st_mode & (S_IWGRP | S_IWOTH)) && !(st->st_mode & S_ISVTX);
}

/* False: no need to look further. */
static bool folder_check(const char *folder, const char *path, struct warnings *w)
{
	struct stat st;

	if (stat(folder, &st))
		return false;
	if (!file_owner_trusted(st.st_uid))
		warnings_add(w, (struct pos){0},
			     "the folder %s, on the way to %s, belongs to user %u, who could put "
			     "another file of root's there",
			     folder, path, st.st_uid);
	else if (is_changeable(&st))
		warnings_add(
			w, (struct pos){0},
			"the folder %s, on the way to %s, can be written by others (mode %04o), "
			"who could put another file of root's there",
			folder, path, st.st_mode & 07777);
	else
		return true;
	return false;
}

void folders_check(const char *path, struct warnings *w)
{
	autofree char *real = realpath(path, NULL);
	char folder[PATH_MAX];
	bool more = real != NULL;

	for (const char *slash = real; more && (slash = strchr(slash, '/')); slash++) {
		int len = slash == real ? 1 : (int)(slash - real);

		snprintf(folder, sizeof(folder), "%.*s", len, real);
		more = folder_check(folder, path, w);
	}
}
