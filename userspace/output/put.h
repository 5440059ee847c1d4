/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON trees, a value at a time. cJSON takes NULL for a value that could not be made and answers
 * false: what could not be added is noticed once, in `failed`, and the caller is told at the end.
 */
#ifndef CLAWBPF_OUTPUT_PUT_H
#define CLAWBPF_OUTPUT_PUT_H

#include <stdbool.h>

struct cJSON;

struct json_out {
	bool failed;
};

/* Takes the value over. */
void put(struct json_out *out, struct cJSON *object, const char *name, struct cJSON *value);
/* NULL: null. */
void put_text(struct json_out *out, struct cJSON *object, const char *name, const char *text);
void put_bool(struct json_out *out, struct cJSON *object, const char *name, bool value);
/* Owned by what it is in. NULL: it failed. */
struct cJSON *put_object(struct json_out *out, struct cJSON *object, const char *name);
struct cJSON *put_array(struct json_out *out, struct cJSON *object, const char *name);
/* Takes the value over, at the end of an array. */
void append(struct json_out *out, struct cJSON *array, struct cJSON *value);

#endif
