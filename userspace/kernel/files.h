/* SPDX-License-Identifier: GPL-2.0-only */
/* Which files on this machine does a rule's text mean? */
#ifndef CLAWBPF_KERNEL_FILES_H
#define CLAWBPF_KERNEL_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

/* Open files (O_PATH), and for each which rule asked for it. */
struct file_set {
	int *fds;     /* owned, and the descriptors with it */
	size_t *tags; /* owned */
	char **paths; /* owned: where it was found, all links followed */
	size_t count;
};

/*
 * The files that a denied binary means, with this tag: for an absolute path what it leads to; for a
 * bare name what it leads to in each of the usual directories. A multi-call binary is left out:
 * other programs are the same file, and the rule for the name covers it. What is not there adds
 * nothing.
 */
int files_of_binary(struct file_set *set, const char *text, size_t tag, struct err *err);
/* The file that a path leads to, if it is there. */
int files_of_path(struct file_set *set, const char *path, size_t tag, struct err *err);
/* The directory that an absolute path's last name is in, whether that is there or not. */
int files_of_folder(struct file_set *set, const char *path, size_t tag, struct err *err);
void files_free(struct file_set *set);

#define FILE_HASH_MAX (1u << 30) /* bytes: reading more would hold up whoever loads */

/* The SHA-256 of the content of the file that is open, with O_PATH also; `path` is for messages. */
int file_hash(int fd, const char *path, unsigned char ret[32], struct err *err);

#define autofiles __attribute__((cleanup(files_free)))

#endif
