/* SPDX-License-Identifier: GPL-2.0-only */
/* Which file would a command's first word run? As the products look for it. */
#ifndef CLAWBPF_POLICY_EXECUTABLE_H
#define CLAWBPF_POLICY_EXECUTABLE_H

#include <stdbool.h>

/* Where a command would run. All borrowed. */
struct exec_place {
	const char *cwd;  /* absolute */
	const char *path; /* PATH: folders and colons */
	const char *home; /* what ~ stands for */
	const char
		*root; /* everything is looked up below it, and named without it; NULL: the root */
};

/* "~" and "~/x" with the home in it, anything else as it is. NULL: out of memory. Owned. */
char *executable_expand(const struct exec_place *p, const char *name);
/*
 * The file, with symlinks as they are. *ret NULL: there is no such program; owned otherwise.
 * -ENOMEM.
 */
int executable_find(const struct exec_place *p, const char *name, char **ret);
/*
 * Where it would be, whether it is there or not: by a path for a name with a slash. *ret NULL for
 * another name. -ENOMEM.
 */
int executable_place(const struct exec_place *p, const char *name, char **ret);
/* The same file with its symlinks followed; the path itself when that cannot be. NULL: no memory.
 */
char *executable_real(const struct exec_place *p, const char *path);
/* Is there anything of that name? A relative one is looked for in cwd. */
bool executable_file_exists(const struct exec_place *p, const char *name);

#endif
