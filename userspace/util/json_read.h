/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads one JSON text, scalar by scalar, without building a tree and without losing a digit. It is
 * for the lines that we wrote ourselves: strict, and bounded in depth.
 */
#ifndef CLAWBPF_UTIL_JSON_READ_H
#define CLAWBPF_UTIL_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>

#define JSON_READ_DEPTH 16
#define JSON_READ_NAME  48

/* For a longer member name, or an empty one: nothing in it looks as if it stood at the top. */
#define JSON_READ_OTHER "?"

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING };

struct json_value {
	const char *object; /* name of the member whose object this is in; "" at the top */
	const char *name;   /* of the member; in an array: of the member that is the array */
	bool in_array;
	enum json_kind kind;
	bool boolean;
	const char *text; /* of a number as written, of a string as meant; a NUL follows */
	size_t len;
};

/*
 * Calls on_value for each scalar, in the order of the text; what it returns ends the reading unless
 * it is 0. -EINVAL: not one JSON value and nothing else; -ENOMEM. What a value points to lives
 * until on_value returns.
 */
int json_read(const char *text, size_t len, int (*on_value)(void *arg, const struct json_value *v),
	      void *arg);

#endif
