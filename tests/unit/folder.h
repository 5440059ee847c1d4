/* SPDX-License-Identifier: GPL-2.0-only */
/* A throw-away folder for tests that need files. */
#ifndef CLAWBPF_TESTS_FOLDER_H
#define CLAWBPF_TESTS_FOLDER_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/buf.h"
#include "util/cleanup.h"

/* Absolute and without symlinks, so that it can be compared with what messages say. */
static inline char *folder_new(void)
{
	char path[] = "/tmp/clawbpf-test-XXXXXX";

	if (!mkdtemp(path))
		fail_msg("mkdtemp: %m");
	return realpath(path, NULL);
}

static inline int folder_remove_one(const char *path, const struct stat *st, int kind,
				    struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

static inline void folder_free(char **path)
{
	if (*path)
		nftw(*path, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(*path);
	*path = NULL;
}
#define autofolder autodestroy(folder_free)

/* The path of a file in the folder; the caller's. */
static inline char *folder_path(const char *folder, const char *name)
{
	char *path = NULL;

	assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
	return path;
}

/* Writes a file, mode 0600; a "/" in its name makes the folder before it. */
static inline void folder_write(const char *folder, const char *name, const void *bytes, size_t len)
{
	autofree char *path = folder_path(folder, name);
	autofile FILE *f = NULL;
	char *slash = strrchr(path, '/');

	*slash = '\0';
	mkdir(path, 0700);
	*slash = '/';
	f = fopen(path, "wb");
	if (!f || fwrite(bytes, 1, len, f) != len || fchmod(fileno(f), 0600))
		fail_msg("%s: %m", path);
}

/* The text with the folder's path as "@", as a table can say it. */
static inline char *folder_mask(const char *folder, const char *text)
{
	autobuf struct buf b = {0};
	const char *at;

	while ((at = strstr(text, folder))) {
		buf_add(&b, text, (size_t)(at - text));
		buf_putc(&b, '@');
		text = at + strlen(folder);
	}
	buf_puts(&b, text);
	return buf_take(&b);
}

#endif
