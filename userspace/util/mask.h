/* SPDX-License-Identifier: GPL-2.0-only */
/* Whose file mode creation mask holds? What we make is not to depend on who calls. */
#ifndef CLAWBPF_UTIL_MASK_H
#define CLAWBPF_UTIL_MASK_H

/* Ours, from here on. */
void mask_take(void);
/* The caller's again, for a program that is about to be executed. */
void mask_give(void);

#endif
