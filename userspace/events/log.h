/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The audit trail on disk: /var/log/clawbpf/audit.jsonl, one JSON object a line, only ever appended
 * to. Directory 0700 and file 0600, both root's: what sessions do is nobody else's business.
 *
 * When it is on the disk: a batch is one write(2), after which it outlives every process of ours;
 * log_sync puts it on the medium, and whoever drains calls that once a second at most and at its
 * end. A power cut can cost what came since.
 */
#ifndef CLAWBPF_EVENTS_LOG_H
#define CLAWBPF_EVENTS_LOG_H

#include <stdbool.h>
#include <sys/types.h>

#include "util/buf.h"
#include "util/err.h"

#define LOG_DIR      "/var/log/clawbpf"
#define LOG_NAME     "audit.jsonl"
#define LOG_PATH     LOG_DIR "/" LOG_NAME
#define LOG_LINE_MAX (128 * 1024) /* the longest record, each byte escaped, is half of that */

struct log;

/*
 * Opens it for appending, and makes what is missing. Refuses a link, what is not a regular file,
 * and what belongs to somebody else or may be written by others: whoever planted it could read or
 * steer the trail. `dir` NULL: LOG_DIR.
 */
int log_open(struct log **ret, const char *dir, struct err *err);
void log_free(struct log **l);

/*
 * Appends whole lines, all of them or none: what a full disk cut short is taken back. Follows a
 * rotation: when the name stands for another file, it is that one which is written.
 */
int log_append(struct log *l, const struct buf *lines, struct err *err);
/* The same; `then` is called at once when they are in the file: who is killed comes no closer. */
int log_append_then(struct log *l, const struct buf *lines, void (*then)(void *arg), void *arg,
		    struct err *err);
/* -ENOSPC: the disk has not that many bytes left. */
int log_room(const struct log *l, size_t bytes, struct err *err);
int log_sync(struct log *l, struct err *err);

/* Reads lines, in constant memory. */
struct log_reader {
	int fd;
	off_t at;     /* of the next line */
	off_t end;    /* no line beyond it is read: how long the file was at log_reader_refresh */
	char *buffer; /* owned */
	size_t have, used;
	bool torn; /* the last line has no end: lost in a power cut, or others write there */
	unsigned long long too_long; /* lines that were skipped for that */
};
#define LOG_READER_EMPTY ((struct log_reader){.fd = -1})

/* -ENOENT with *err set: there is no such file. */
int log_reader_open(struct log_reader *in, const char *path, struct err *err);
/* Looks at how long the file is now; waits for a batch that is being written. */
int log_reader_refresh(struct log_reader *in, struct err *err);
/* From `at` on, which is 0 or was in->at before. */
void log_reader_seek(struct log_reader *in, off_t at);
/* The same, from the first line on that begins there or behind it. */
int log_reader_seek_line(struct log_reader *in, off_t at, struct err *err);
/* 1: a line, without its end, borrowed until the next call; 0: no more; negative: failed. */
int log_reader_next(struct log_reader *in, const char **ret_line, size_t *ret_len, struct err *err);
/* The name stands for another file now, and this one was read to its end. */
bool log_reader_rotated(const struct log_reader *in, const char *path);
void log_reader_close(struct log_reader *in);

#endif
