// SPDX-License-Identifier: GPL-2.0-only
/* Which file would a command's first word run? */
#include "policy/command/executable.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/cleanup.h"
#include "util/path.h"

static const char *root_of(const struct exec_place *p)
{
	return p->root ? p->root : "";
}

static char *joined(const char *folder, const char *name)
{
	char *text;

	return asprintf(&text, "%s/%s", folder, name) < 0 ? NULL : text;
}

/* The absolute path without "." and "..". NULL: out of memory. */
static char *resolved(const struct exec_place *p, const char *name)
{
	autofree char *text = *name == '/' ? strdup(name) : joined(p->cwd, name);

	return text ? path_canonical(text) : NULL;
}

static bool is_program(const struct exec_place *p, const char *path)
{
	autofree char *real = joined(root_of(p), path);
	struct stat st;

	return real && !stat(real, &st) && S_ISREG(st.st_mode) && !access(real, X_OK);
}

char *executable_expand(const struct exec_place *p, const char *name)
{
	autofree char *text = NULL;

	if (name[0] != '~' || (name[1] && name[1] != '/'))
		return strdup(name);
	if (!name[1])
		return strdup(p->home);
	text = joined(p->home, name + 2);
	return text ? path_canonical(text) : NULL;
}

static bool has_slash(const char *name)
{
	return strpbrk(name, "/\\") != NULL;
}

static int find_on_path(const struct exec_place *p, const char *name, char **ret)
{
	for (const char *at = p->path; *at; at += strspn(at, ":")) {
		size_t n = strcspn(at, ":");
		autofree char *folder = strndup(at, n), *file = NULL, *candidate = NULL;

		at += n;
		if (!n)
			continue;
		file = folder ? joined(folder, name) : NULL;
		candidate = file ? resolved(p, file) : NULL;
		if (!candidate)
			return -ENOMEM;
		if (is_program(p, candidate)) {
			*ret = TAKE_PTR(candidate);
			return 0;
		}
	}
	return 0;
}

int executable_find(const struct exec_place *p, const char *name, char **ret)
{
	autofree char *text = executable_expand(p, name), *place = NULL;
	int r;

	*ret = NULL;
	if (!text)
		return -ENOMEM;
	if (!has_slash(text))
		return find_on_path(p, text, ret);
	r = executable_place(p, text, &place);
	if (!r && is_program(p, place))
		*ret = TAKE_PTR(place);
	return r;
}

int executable_place(const struct exec_place *p, const char *name, char **ret)
{
	autofree char *text = executable_expand(p, name);

	*ret = NULL;
	if (!text)
		return -ENOMEM;
	if (!has_slash(text))
		return 0;
	*ret = *text == '/' ? TAKE_PTR(text) : resolved(p, text);
	return *ret ? 0 : -ENOMEM;
}

char *executable_real(const struct exec_place *p, const char *path)
{
	autofree char *below = joined(root_of(p), path), *real = NULL;
	size_t n;

	if (!below)
		return NULL;
	real = realpath(below, NULL);
	n = strlen(root_of(p));
	if (!real || strncmp(real, root_of(p), n) != 0)
		return strdup(path);
	return strdup(real + n);
}

bool executable_file_exists(const struct exec_place *p, const char *name)
{
	autofree char *path = resolved(p, name), *real = NULL;

	real = path ? joined(root_of(p), path) : NULL;
	return real && !access(real, F_OK);
}
