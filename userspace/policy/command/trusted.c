// SPDX-License-Identifier: GPL-2.0-only
/* Is it root's program, and nobody else's? */
#include "policy/command/trusted.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/cleanup.h"
#include "util/path.h"

#define LINKS_MAX 16
#define PATH_LEN  4096

void trusted_clear(struct trusted_program *p)
{
	free(p->path);
	*p = (struct trusted_program){0};
}

int trusted_same(const struct trusted_program *a, const struct trusted_program *b)
{
	return !strcmp(a->path, b->path) && a->dev == b->dev && a->ino == b->ino &&
	       a->size == b->size && a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns;
}

static int not_roots(const char *path, const struct stat *st, struct err *err)
{
	if (st->st_uid)
		return err_set(err, EPERM, "%s belongs to user %u, not to root", path, st->st_uid);
	return err_set(err, EPERM, "%s may be written by others than root (mode %04o)", path,
		       st->st_mode & 07777);
}

static bool is_roots(const struct stat *st)
{
	return st->st_uid == 0 && !(st->st_mode & (S_IWGRP | S_IWOTH));
}

/* Each folder that the path goes through. */
static int folders_check(const char *path, struct err *err)
{
	char part[PATH_LEN];
	struct stat st;

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		if (stat(part, &st))
			return err_errno(err, errno, "%s", part);
		if (!is_roots(&st))
			return not_roots(part, &st, err);
	}
	return 0;
}

bool trusted_folder(const char *path)
{
	char behind[PATH_LEN];
	struct err ignored;

	return path[0] == '/' && (size_t)snprintf(behind, sizeof(behind), "%s/", path) < PATH_LEN &&
	       !folders_check(behind, &ignored);
}

/* `path`, with its folder's links followed: *ret owned. */
static int folder_real(const char *path, char **ret, struct err *err)
{
	autofree char *folder = strdup(path), *real = NULL;

	if (!folder)
		return err_set(err, ENOMEM, "out of memory");
	strrchr(folder, '/')[1] = '\0';
	real = realpath(folder, NULL);
	if (!real)
		return err_errno(err, errno, "%s", folder);
	if (asprintf(ret, "%s%s", strcmp(real, "/") ? real : "", strrchr(path, '/')) < 0)
		return err_set(err, ENOMEM, "out of memory");
	return 0;
}

/* Where a link leads, absolute. *ret owned. */
static int link_read(const char *path, char **ret, struct err *err)
{
	char target[PATH_LEN];
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	int len = (int)(strrchr(path, '/') - path);

	if (n <= 0 || n == sizeof(target) - 1)
		return err_errno(err, n < 0 ? errno : ENAMETOOLONG, "%s", path);
	target[n] = '\0';
	if (target[n - 1] == '/')
		return err_set(err, EISDIR, "%s is a folder", path);
	if (target[0] == '/')
		*ret = strdup(target);
	else if (asprintf(ret, "%.*s/%s", len, path, target) < 0)
		*ret = NULL;
	return *ret ? 0 : err_set(err, ENOMEM, "out of memory");
}

static unsigned long long ns_of(struct timespec t)
{
	return (unsigned long long)t.tv_sec * 1000000000ull + (unsigned long long)t.tv_nsec;
}

static int file_check(const char *path, struct trusted_program *ret, struct err *err)
{
	autofree char *at = strdup(path);
	struct stat st;

	for (int i = 0; at && i < LINKS_MAX; i++) {
		autofree char *real = NULL, *next = NULL;
		int r = folders_check(at, err);

		if (!r)
			r = folder_real(at, &real, err);
		if (!r)
			r = folders_check(real, err);
		if (!r && lstat(real, &st))
			r = err_errno(err, errno, "%s", path);
		if (r)
			return r;
		if (!S_ISLNK(st.st_mode))
			break;
		r = link_read(real, &next, err);
		if (r)
			return r;
		free(at);
		at = TAKE_PTR(next);
	}
	if (!at)
		return err_set(err, ENOMEM, "out of memory");
	if (!S_ISREG(st.st_mode) || !(st.st_mode & S_IXUSR))
		return err_set(err, EACCES, "%s is no program", path);
	if (!is_roots(&st))
		return not_roots(at, &st, err);
	ret->dev = st.st_dev;
	ret->ino = st.st_ino;
	ret->size = (unsigned long long)st.st_size;
	ret->mtime_ns = ns_of(st.st_mtim);
	ret->ctime_ns = ns_of(st.st_ctim);
	return 0;
}

/* The first program of that name in TRUSTED_PATH, or the path itself. *ret owned. */
static int place_of(const char *name, char **ret, struct err *err)
{
	if (name[0] == '/') {
		*ret = strdup(name);
		return *ret ? 0 : err_set(err, ENOMEM, "out of memory");
	}
	if (!*name || strchr(name, '/'))
		return err_set(err, EINVAL, "\"%.100s\" is neither a name nor an absolute path",
			       name);
	for (const char *dir = TRUSTED_PATH; *dir; dir += strcspn(dir, ":"), dir += *dir == ':') {
		struct stat st;

		free(*ret);
		if (asprintf(ret, "%.*s/%s", (int)strcspn(dir, ":"), dir, name) < 0) {
			*ret = NULL;
			return err_set(err, ENOMEM, "out of memory");
		}
		if (!stat(*ret, &st) && S_ISREG(st.st_mode) && st.st_mode & S_IXUSR)
			return 0;
	}
	return err_set(err, ENOENT, "\"%.100s\" is in none of " TRUSTED_PATH, name);
}

int trusted_find(const char *wanted, const char *called, struct trusted_program *ret,
		 struct err *err)
{
	struct trusted_program p autodestroy(trusted_clear) = {0},
				 q autodestroy(trusted_clear) = {0};
	int r = place_of(wanted, &p.path, err);

	if (!r)
		r = file_check(p.path, &p, err);
	if (!r)
		r = place_of(called, &q.path, err);
	if (!r)
		r = file_check(q.path, &q, err);
	if (r)
		return r;
	if (p.dev != q.dev || p.ino != q.ino)
		return err_set(err, EPERM, "%.200s is not %s", called, p.path);
	*ret = p;
	p = (struct trusted_program){0};
	return 0;
}
