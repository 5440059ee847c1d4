// SPDX-License-Identifier: GPL-2.0-only
/* How is the audit trail read? */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "events/log.h"

int log_reader_open(struct log_reader *in, const char *path, struct err *err)
{
	struct stat st;
	int r;

	*in = LOG_READER_EMPTY;
	in->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (in->fd < 0)
		return err_errno(err, errno, "%s cannot be read", path);
	in->buffer = malloc(LOG_LINE_MAX);
	if (!fstat(in->fd, &st) && !S_ISREG(st.st_mode))
		r = err_set(err, EINVAL, "%s is no regular file", path);
	else if (!in->buffer)
		r = err_set(err, ENOMEM, "out of memory");
	else
		r = log_reader_refresh(in, err);
	if (r)
		log_reader_close(in);
	return r;
}

void log_reader_close(struct log_reader *in)
{
	if (in->fd >= 0)
		close(in->fd);
	free(in->buffer);
	*in = LOG_READER_EMPTY;
}

int log_reader_refresh(struct log_reader *in, struct err *err)
{
	struct stat st;
	int r;

	/* Who appends holds the lock: not in the middle of a batch, half of which is not there yet.
	 * Where nothing can be locked, what is there is what is read. */
	flock(in->fd, LOCK_SH);
	r = fstat(in->fd, &st);
	flock(in->fd, LOCK_UN);
	if (r)
		return err_errno(err, errno, "the log cannot be read");
	if (st.st_size < in->at) /* cut back to nothing: begin again */
		log_reader_seek(in, 0);
	in->end = st.st_size;
	in->torn = false;
	return 0;
}

void log_reader_seek(struct log_reader *in, off_t at)
{
	in->at = at;
	in->have = in->used = 0;
	in->torn = false;
}

/* Moves what is left to the front and reads on behind it. 0: the end, or the buffer is full. */
static ssize_t fill(struct log_reader *in)
{
	off_t next;
	size_t room;
	ssize_t n;

	memmove(in->buffer, in->buffer + in->used, in->have - in->used);
	in->have -= in->used;
	in->used = 0;
	next = in->at + (off_t)in->have;
	room = LOG_LINE_MAX - in->have;
	if (next >= in->end)
		return 0;
	if ((off_t)room > in->end - next)
		room = (size_t)(in->end - next);
	do {
		n = pread(in->fd, in->buffer + in->have, room, next);
	} while (n < 0 && errno == EINTR);
	if (n > 0)
		in->have += (size_t)n;
	return n;
}

/* The buffer is full and has no line end: throw it away up to the next one. */
static int skip_line(struct log_reader *in)
{
	char *end;

	in->too_long++;
	do {
		in->at += (off_t)in->have;
		in->have = in->used = 0;
		if (fill(in) <= 0)
			return 0;
		end = memchr(in->buffer, '\n', in->have);
	} while (!end);
	in->used = (size_t)(end + 1 - in->buffer);
	in->at += (off_t)in->used;
	return 1;
}

int log_reader_next(struct log_reader *in, const char **ret_line, size_t *ret_len, struct err *err)
{
	for (;;) {
		char *line = in->buffer + in->used;
		char *end = memchr(line, '\n', in->have - in->used);
		ssize_t n;

		if (end) {
			*ret_line = line;
			*ret_len = (size_t)(end - line);
			in->used += *ret_len + 1;
			in->at += (off_t)*ret_len + 1;
			return 1;
		}
		if (in->have - in->used == LOG_LINE_MAX) {
			if (!skip_line(in))
				return 0;
			continue;
		}
		n = fill(in);
		if (n < 0)
			return err_errno(err, errno, "the log cannot be read");
		if (!n && in->have < LOG_LINE_MAX) {
			in->torn = in->have > 0;
			return 0;
		}
	}
}

bool log_reader_rotated(const struct log_reader *in, const char *path)
{
	struct stat named, ours;

	if (stat(path, &named) || fstat(in->fd, &ours))
		return false; /* between two names: what we have is all there is */
	return (named.st_ino != ours.st_ino || named.st_dev != ours.st_dev) &&
	       in->at + (off_t)(in->have - in->used) >= ours.st_size;
}

int log_reader_seek_line(struct log_reader *in, off_t at, struct err *err)
{
	const char *line;
	size_t len;
	int r;

	log_reader_seek(in, at ? at - 1 : 0);
	if (!at)
		return 0;
	r = log_reader_next(in, &line, &len, err); /* the end of the one before */
	return r < 0 ? r : 0;
}
