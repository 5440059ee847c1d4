/* SPDX-License-Identifier: GPL-2.0-only */
/* The compiled BPF object, which is part of the program: nobody else includes its skeleton. */
#ifndef CLAWBPF_KERNEL_SKELETON_H
#define CLAWBPF_KERNEL_SKELETON_H

#include <stddef.h>

#include "util/err.h"

/* A map that is in the kernel already, to be used instead of a new one. */
struct map_reuse {
	const char *name;
	int fd;
};

/*
 * Loads all programs that this kernel has hooks for, and all maps but those to reuse (`count` of
 * them; may be 0). The error says what the kernel lacks.
 */
int skeleton_load(const struct map_reuse *reuse, size_t count, void **ret, struct err *err);
/* Tells one build's object from another's. */
unsigned long long skeleton_fingerprint(void);
void skeleton_free(void *skeleton);
/* Borrowed descriptors; -1 = not there. */
int skeleton_map(void *skeleton, const char *name);
int skeleton_program(void *skeleton, const char *name);
/* What libbpf says goes to this function, or nowhere (NULL, the default). */
void skeleton_log(void (*print)(const char *text));

#endif
