/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which keys exist, what may stand there, and where it is kept: tables that decode.c walks beside
 * the tree. To teach clawbpf a key, add a field to config.h and a row to schema.c.
 */
#ifndef CLAWBPF_CONFIG_SCHEMA_H
#define CLAWBPF_CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"
#include "config/product_keys.h"

enum field_type {
	FIELD_IGNORED, /* a key of the real programs that decides nothing here */
	FIELD_REFUSED, /* a key that looks right and does nothing: `hint` says where it belongs */
	FIELD_WORD,    /* struct setting: one of `words` */
	FIELD_TEXT,    /* struct setting: a string */
	FIELD_BOOL,    /* struct setting */
	FIELD_NUMBER,  /* struct setting: a number, at least `min` */
	FIELD_SCALAR,  /* struct setting: a string or a number */
	FIELD_ULIMIT,  /* struct setting: a string, a number or {soft, hard}; kept as "soft:hard" */
	FIELD_LIST,    /* struct setting_list: strings */
	FIELD_SENDERS, /* struct setting_list: strings or numbers */
	FIELD_LINES,   /* struct setting_list: one string or several */
	FIELD_OBJECT,  /* what `schema` describes */
	FIELD_ENTRIES, /* struct entries: an object of items under names the user chose */
	FIELD_ROSTER,  /* struct entries: an array of objects that have an `id` */
};

/* What becomes of a key that is not in the table. */
enum unknown_keys {
	UNKNOWN_REFUSED, /* a typo here would weaken the policy unnoticed */
	UNKNOWN_GUARDED, /* accepted, unless it is one slip of the hand from a key that counts */
	UNKNOWN_WARNED,  /* an object under a new name is somebody else's; anything else is refused
			  */
};

struct schema;

#define SCHEMA_NAMES_MAX 80 /* rows of a table that a message can list */

struct field {
	const char *name;
	enum field_type type;
	size_t offset; /* of what it fills, in the struct that the schema describes */
	const char *const
		*words; /* FIELD_WORD: allowed, NULL-ended; the index becomes setting.word */
	const struct schema
		*schema; /* FIELD_OBJECT; FIELD_ROSTER and FIELD_ENTRIES: of each item */
	enum field_type
		each; /* FIELD_ENTRIES: FIELD_OBJECT, or the type of the value of each item */
	const char *instead; /* the real name, when this is another spelling of it */
	const char *hint;
	double min;
	unsigned int not_in; /* which products do not know the key: 1 << index of words_dialect */
	bool lenient;        /* FIELD_ENTRIES: pass over items of another type, they are not ours */
	bool trimmed;        /* of the names of entries, the space around them does not count */
	/* A further check of each string; may replace it by its normal form. For checks.c. */
	int (*check)(struct setting *s, struct sources *sources, struct err *err);
};

struct schema {
	const struct field *fields;
	size_t count;
	size_t size; /* of the struct, when it is an item of entries */
	enum unknown_keys unknown;
	bool placed; /* the struct starts with `char *key; struct pos pos` of the object itself */
	/* All that a product takes there; NULL: the rows that are not marked not_in. */
	const struct product_keys *products;
};

extern const struct schema config_schema;
extern const struct schema agent_schema;
extern const struct schema claw_agent_schema;

/* Size of one item, and where its value (or the struct that `schema` describes) starts in it. */
size_t field_item_size(const struct field *f);
size_t field_item_value(const struct field *f);

/* Frees what the item holds, not the item. In config.c. */
void field_item_free(const struct field *f, void *item);

/* Allowed values, in the order of the enums that stand for them. NULL-ended. */
extern const char *const words_sandbox_mode[], *const words_sandbox_scope[];
extern const char *const words_workspace_access[], *const words_profile[];
extern const char *const words_session_scope[], *const words_dm_scope[];
extern const char *const words_claw_mode[], *const words_dialect[];
extern const char *const words_gateway[];
extern const char *const words_elevated[];
extern const char *const words_exec_host[], *const words_exec_security[], *const words_exec_ask[];
extern const char *const words_exec_mode[];

/* Indexes into the above that other code names. */
#define NOT_IN_CLAWDBOT (1u << DIALECT_CLAWDBOT)
#define NOT_IN_OPENCLAW (1u << DIALECT_OPENCLAW)
#define NOT_IN_PRODUCTS (NOT_IN_CLAWDBOT | NOT_IN_OPENCLAW)
enum { CLAW_ENFORCE, CLAW_AUDIT };
enum { SESSION_PER_SENDER, SESSION_GLOBAL };
enum { DM_MAIN, DM_PER_PEER, DM_PER_CHANNEL_PEER, DM_PER_ACCOUNT_CHANNEL_PEER };

#endif
