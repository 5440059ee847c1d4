/* SPDX-License-Identifier: GPL-2.0-only */
/* The compiled BPF object, which is part of the program: nobody else includes its skeleton. */
#ifndef CLAWBPF_KERNEL_SKELETON_H
#define CLAWBPF_KERNEL_SKELETON_H

#include "util/err.h"

/* Loads all maps and programs that this kernel has hooks for. The error says what it lacks. */
int skeleton_load(void **ret, struct err *err);
void skeleton_free(void *skeleton);
/* Borrowed descriptors; -1 = not there. */
int skeleton_map(void *skeleton, const char *name);
int skeleton_program(void *skeleton, const char *name);
/* What libbpf says goes to this function, or nowhere (NULL, the default). */
void skeleton_log(void (*print)(const char *text));

#endif
