/* SPDX-License-Identifier: GPL-2.0-only */
/* What was read for a config, as a list, as bytes, and as a fingerprint. */
#ifndef CLAWBPF_CONFIG_SNAPSHOT_H
#define CLAWBPF_CONFIG_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/err.h"

enum record_kind { RECORD_FILE, RECORD_ENV, RECORD_ENV_UNSET };

/* One file or environment variable. */
struct record {
	enum record_kind kind;
	char *name;  /* owned */
	char *bytes; /* owned, with a NUL behind them */
	size_t len;
};

/* In the order they were asked for. The pointers stay what they are while the list grows. */
struct records {
	struct record **items; /* owned */
	size_t count;
};

/* Takes *bytes over on success. NULL: out of memory. */
struct record *records_add(struct records *list, enum record_kind kind, const char *name,
			   char **bytes, size_t len);
void records_free(struct records *list);

/*
 * The format: the magic "CLAWSRC1", the fingerprint (8 bytes), the number of records (4), then for
 * each its kind (1), the lengths of its name (4) and of its bytes (4), the name and the bytes, with
 * nothing between or behind. Numbers are little-endian. Version and meaning change with the magic.
 */
void snapshot_encode(const struct records *list, struct buf *b);
/* Adds to an empty list. -EINVAL: cut off, damaged, or none of ours. */
int snapshot_decode(const void *bytes, size_t len, struct records *list, struct err *err);
/* FNV-1a, 64 bits, over all that the format says behind the fingerprint. */
uint64_t snapshot_fingerprint(const struct records *list);
uint64_t snapshot_fnv(uint64_t hash, const void *bytes, size_t len);

#define SNAPSHOT_FNV_START 0xcbf29ce484222325ull

#endif
