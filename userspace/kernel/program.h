/* SPDX-License-Identifier: GPL-2.0-only */
/* The BPF programs: what each is attached to, and for the sake of what. */
#ifndef CLAWBPF_KERNEL_PROGRAM_H
#define CLAWBPF_KERNEL_PROGRAM_H

#include <stdbool.h>

#include "kernel/kernel.h"

struct program_row {
	const char *name;   /* of the program, bpf/ *.bpf.c */
	const char *hook;   /* what it is attached to, as `explain` names it */
	unsigned int needs; /* enum kernel_need: any of them; 0: an iterator, run by hand */
	bool optional;      /* a kernel without this hook does not need it */
};

extern const struct program_row program_rows[PROGRAM_COUNT];

/* The row of that program; -1 = none. */
int program_find(const char *name);

#endif
