/* SPDX-License-Identifier: GPL-2.0-only */
/* What a person should know about an input that is accepted all the same. */
#ifndef CLAWBPF_UTIL_WARNINGS_H
#define CLAWBPF_UTIL_WARNINGS_H

#include <stddef.h>

#include "util/err.h"

/* A hostile file must not fill the screen or the memory: what comes later is only counted. */
#define WARNINGS_MAX 100

struct warning {
	struct pos pos; /* pos.file NULL: about no place in particular */
	char *text;     /* owned; one sentence, without the place */
};

/* Start with `struct warnings w = {0}`. */
struct warnings {
	struct warning *items; /* owned, in the order they were noticed */
	size_t count;
	size_t dropped; /* beyond WARNINGS_MAX, or for want of memory */
};

/* `w` may be NULL: nobody wants to know. */
void warnings_add(struct warnings *w, struct pos pos, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void warnings_free(struct warnings *w);
#define autowarnings __attribute__((cleanup(warnings_free)))

#endif
