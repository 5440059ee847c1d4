// SPDX-License-Identifier: GPL-2.0-only
/*
 * Can a damaged log hide what is appended to it, or forge it? The input is what a power cut, or
 * somebody else, left in the file. It is read; a record is appended; and that is read back as it
 * is, once, as the last, and told apart from all that was there before.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "events/history.h"
#include "events/log.h"
#include "events/record_json.h"
#include "util/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MARK 0x1122334455667788ull

static char folder[64], path[128];

static void folder_remove(void)
{
	unlink(path);
	rmdir(folder);
}

static void folder_make(void)
{
	if (folder[0])
		return;
	snprintf(folder, sizeof(folder), "/dev/shm/clawbpf-fuzz-XXXXXX");
	assert(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/" LOG_NAME, folder);
	atexit(folder_remove);
}

static void file_write(const uint8_t *data, size_t size)
{
	autoclose int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
}

struct seen {
	unsigned long long records, marked;
	bool last_is_marked;
};

static int on_record(void *arg, const struct record *r)
{
	struct seen *seen = arg;

	assert(r->type > RECORD_NONE && r->type < RECORD_TYPE_COUNT);
	seen->records++;
	seen->last_is_marked = r->type == RECORD_REFUSAL && r->ino == MARK;
	seen->marked += seen->last_is_marked;
	return 0;
}

static struct seen look(unsigned long long limit, struct history_sum *sum)
{
	const struct history_query all = {.limit = limit};
	struct log_reader in;
	struct seen seen = {0};
	struct err err = {0};

	*sum = (struct history_sum){0};
	assert(!log_reader_open(&in, path, &err));
	assert(!history_read(&in, &all, on_record, &seen, sum, &err));
	log_reader_close(&in);
	return seen;
}

static void append(void)
{
	autorecord struct record r = {
		.type = RECORD_REFUSAL, .time_us = 1, .hook = 1, .reason = 1, .ino = MARK};
	struct log *l autodestroy(log_free) = NULL;
	autobuf struct buf line = {0};
	struct err err = {0};

	record_encode(&line, &r);
	assert(!log_open(&l, folder, &err) && !log_append(l, &line, &err));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct history_sum before_sum, sum;
	struct seen before, after;
	struct stat st;

	folder_make();
	file_write(data, size);
	before = look(0, &before_sum);
	assert(before_sum.torn == (size && data[size - 1] != '\n'));
	append();
	after = look(0, &sum);
	/* The line that had no end is one now: it may even be whole. */
	assert(after.last_is_marked && !sum.torn);
	assert(after.records >= before.records + 1 && after.records <= before.records + 2);
	assert(after.marked >= before.marked + 1);
	assert(sum.lost.unreadable >= before_sum.lost.unreadable);
	after = look(1, &sum);
	assert(after.records == 1 && after.last_is_marked);
	assert(!stat(path, &st) && (size_t)st.st_size > size);
	return 0;
}
