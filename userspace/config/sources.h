/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where config text comes from: the disk, or a snapshot of what was read from it. A load keeps the
 * snapshot beside the policy in the kernel, so that a session which is added later is resolved from
 * the very text that is enforced, whatever the files say by then.
 */
#ifndef CLAWBPF_CONFIG_SOURCES_H
#define CLAWBPF_CONFIG_SOURCES_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

struct sources;

/*
 * Reads from the disk. `trusted` asks that each file is a regular file, owned by root or the caller
 * and not writable by others (checked on the open descriptor). NULL: out of memory.
 */
struct sources *sources_new(bool trusted);
/* Reads from a snapshot only: a file or variable that is not in it does not exist. */
struct sources *sources_from_snapshot(const void *bytes, size_t len, struct err *err);
void sources_free(struct sources **s);

/* What the first file says if it is not there: for answers about a program that takes it so.
 * Borrowed.
 */
void sources_suppose(struct sources *s, const char *text);
/* The text of a file, read once and kept: borrowed until sources_free. */
int sources_read(struct sources *s, const char *path, const char **ret_text, size_t *ret_len,
		 struct err *err);
/*
 * The sources' own copy of the name of a file that was read: what struct pos borrows, until
 * sources_free. NULL: it was not read.
 */
const char *sources_name(const struct sources *s, const char *path);
/* An environment variable's value; NULL = unset. What is asked goes into the snapshot. Borrowed. */
const char *sources_env(struct sources *s, const char *name);
/* The i-th file that was read, NULL behind the last. Borrowed. */
const char *sources_file(const struct sources *s, size_t i);
/* The file a load was asked for; the first one read. NULL before. Borrowed. */
const char *sources_root(const struct sources *s);
/*
 * Everything read so far, as bytes that sources_from_snapshot takes. Owned by the caller. They hold
 * whatever secrets the files and variables hold: keep them where only root can read.
 */
int sources_snapshot(const struct sources *s, void **ret_bytes, size_t *ret_len, struct err *err);
/* A stable 64-bit fingerprint of everything read so far: does the loaded policy differ from a file?
 */
unsigned long long sources_fingerprint(const struct sources *s);

#endif
