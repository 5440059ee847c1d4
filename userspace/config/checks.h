/* SPDX-License-Identifier: GPL-2.0-only */
/* What the strings of the clawbpf block must look like; each check writes the normal form back. */
#ifndef CLAWBPF_CONFIG_CHECKS_H
#define CLAWBPF_CONFIG_CHECKS_H

#include "config/config.h"

#define SHA256_PREFIX "sha256:"
/* Bytes of a program's name that the kernel side compares. */
#define BINARY_NAME_MAX 63

/* "curl", "/usr/bin/nc" or "sha256:<64 hex digits>". */
int check_binary(struct setting *s, struct sources *sources, struct err *err);
/* The same without the hash. */
int check_program(struct setting *s, struct sources *sources, struct err *err);
/* An absolute path; "~" and "~/x" start at HOME, which is asked of the sources (may be NULL). */
int check_blocked_source(struct setting *s, struct sources *sources, struct err *err);

#endif
