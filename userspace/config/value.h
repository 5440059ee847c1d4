/* SPDX-License-Identifier: GPL-2.0-only */
/* Strings, numbers, booleans and lists of them: from the tree into settings, or an error. */
#ifndef CLAWBPF_CONFIG_VALUE_H
#define CLAWBPF_CONFIG_VALUE_H

#include "config/path.h"
#include "config/schema.h"

/* What every step of decoding is given. */
struct decode {
	struct sources *sources;   /* may be NULL */
	struct warnings *warnings; /* may be NULL */
	struct warnings *foreign;  /* one for each dialect: keys that its product does not take */
	struct err *err;
};

/* Sets the error with its place, key and remedy; returns its code. fix may be "". */
int value_error(struct decode *d, struct pos pos, const struct key_path *path, const char *fix,
		const char *fmt, ...) __attribute__((format(printf, 5, 6)));
int value_wrong_type(struct decode *d, const struct node *n, const struct key_path *path,
		     const char *expected);

/* A value of a simple type (not object, entries, roster) into a setting or a setting_list. */
int value_decode(struct decode *d, const struct field *f, enum field_type type,
		 const struct node *n, const struct key_path *path, void *into);

void setting_clear(struct setting *s);
void setting_list_clear(struct setting_list *l);

#endif
