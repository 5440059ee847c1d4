/* SPDX-License-Identifier: GPL-2.0-only */
/* A growing byte buffer, always NUL-terminated once something was added. */
#ifndef CLAWBPF_UTIL_BUF_H
#define CLAWBPF_UTIL_BUF_H

#include <stddef.h>

/* Start with `struct buf b = {0}`. A failed allocation sets `failed` and drops what came later. */
struct buf {
	char *data;
	size_t len, cap;
	int failed;
};

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The text, owned by the caller; NULL when an allocation failed. The buffer is empty again. */
char *buf_take(struct buf *b);
void buf_free(struct buf *b);
#define autobuf __attribute__((cleanup(buf_free)))

#endif
