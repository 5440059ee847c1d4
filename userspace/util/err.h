/* SPDX-License-Identifier: GPL-2.0-only */
/* One error: a sentence for a person, and where it is. */
#ifndef CLAWBPF_UTIL_ERR_H
#define CLAWBPF_UTIL_ERR_H

#include <stddef.h>

/* A place in a text. line and column count from 1; line 0: no place. column counts characters. */
struct pos {
	const char *file; /* borrowed: lives as long as the sources it came from */
	unsigned int line;
	unsigned int column;
};

/*
 * Filled once, by whoever noticed. Nothing below main() prints it.
 * All fields are owned copies, so an err outlives what it talks about.
 */
struct err {
	int code;       /* positive errno value, 0: no error */
	char file[512]; /* "" when the error is not about a file */
	unsigned int line, column;
	char key[256]; /* config key path, "agents.list[2].sandbox.mode"; "" when none */
	char message[1024];
	char fix[512];  /* what to do about it; "" when there is nothing to say */
	char note[256]; /* what somebody else makes of it; "" when there is nothing to say */
};

/* All of these set *e and return -code, so that a caller can `return err_set(...)`. */
int err_set(struct err *e, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same for a failed system call: appends ": <strerror>". */
int err_errno(struct err *e, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Add to an error that is already set. They return -e->code. */
int err_at(struct err *e, struct pos pos);
int err_key(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int err_fix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int err_note(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* "FILE:LINE:COLUMN: KEY: MESSAGE (FIX)", parts that are empty left out. Returns snprintf's length.
 */
int err_format(const struct err *e, char *buf, size_t size);

#endif
