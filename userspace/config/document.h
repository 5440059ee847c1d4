/* SPDX-License-Identifier: GPL-2.0-only */
/* One config as a whole: its text, its tree and what it says, kept together since each borrows from
 * the one before. */
#ifndef CLAWBPF_CONFIG_DOCUMENT_H
#define CLAWBPF_CONFIG_DOCUMENT_H

#include "config/config.h"
#include "config/sources.h"
#include "util/warnings.h"

struct document {
	struct sources *sources;
	struct config *config;
	struct warnings warnings;
};

/* Reads and decodes a file and all that it includes, from the disk; only files that may be trusted.
 */
int document_read(const char *path, struct document **ret, struct err *err);
/* The same by a dialect ("openclaw"); NULL: the one that the config, or the file's name, asks for.
 */
int document_read_as(const char *path, const char *dialect, struct document **ret, struct err *err);
/*
 * The same, for an answer only: a product, when it is named, takes a file that is not there for an
 * empty config, and a warning says so.
 */
int document_suppose_as(const char *path, const char *dialect, struct document **ret,
			struct err *err);
/*
 * The same from what sources_snapshot kept, by the dialect in which it was loaded. The bytes are
 * borrowed only during the call.
 */
int document_from_snapshot_as(const void *bytes, size_t len, const char *dialect,
			      struct document **ret, struct err *err);
void document_free(struct document **d);

#define autodocument __attribute__((cleanup(document_free)))

#endif
