/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes JSON into a buffer. Whatever goes in, what comes out is valid, one line unless `pretty`,
 * and free of characters that a terminal would act on.
 *
 *	struct json j = {.pretty = true};
 *	json_object(&j, NULL);
 *	json_text(&j, "mode", "enforce");
 *	json_object_end(&j);
 *	r = json_print(&j, ctx->out);   (and the writer is empty again)
 */
#ifndef CLAWBPF_UTIL_JSON_H
#define CLAWBPF_UTIL_JSON_H

#include <stdbool.h>
#include <stdio.h>

#include "util/buf.h"

struct json {
	struct buf text;
	bool pretty; /* two spaces a level */
	unsigned int depth;
	bool has_item; /* something stands before this in the same object or array */
};

/* `key` is the member's name; NULL in an array and for the root. */
void json_object(struct json *j, const char *key);
void json_object_end(struct json *j);
void json_array(struct json *j, const char *key);
void json_array_end(struct json *j);

/* A text of ours or from the config: what is not UTF-8 becomes U+FFFD. NULL: null. */
void json_text(struct json *j, const char *key, const char *text);
/* Bytes that a session chose, as escape_bytes writes them: "\\x1b" for an escape. NULL: null. */
void json_bytes(struct json *j, const char *key, const char *bytes, size_t len);
void json_number(struct json *j, const char *key, long long number);
void json_unsigned(struct json *j, const char *key, unsigned long long number);
void json_bool(struct json *j, const char *key, bool value);
/* JSON already: a number in a form of its own. */
void json_raw(struct json *j, const char *key, const char *json);
void json_null(struct json *j, const char *key);

/* Prints it and a line break, and empties the writer. -ENOMEM or -EIO. */
int json_print(struct json *j, FILE *out);
void json_free(struct json *j);
#define autojson __attribute__((cleanup(json_free)))

#endif
