// SPDX-License-Identifier: GPL-2.0-only
/* What is enforced, since when and by whom? */
#include "session/load_record.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "events/clock.h"
#include "events/log.h"
#include "events/record_json.h"
#include "session/approvals.h"
#include "util/cleanup.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

/* Another one than in the lines before: the machine was started anew in between. */
static int boot_read(struct bytes *ret)
{
	autoclose int fd = open(BOOT_ID, O_RDONLY | O_CLOEXEC);
	char text[64];
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text));

	while (n > 0 && text[n - 1] == '\n')
		n--;
	return n > 0 ? bytes_set(ret, text, (size_t)n) : 0;
}

static int text_set(struct bytes *to, const char *text)
{
	return text && *text ? bytes_set(to, text, strlen(text)) : 0;
}

int load_record(enum record_type type, const char *config, u64 generation, const char *how,
		struct err *err)
{
	autorecord struct record r = {.type = type,
				      .time_us = clock_now_us(),
				      .boot_ns = clock_boot_ns(),
				      .pid = (u32)getpid(),
				      .generation = generation};
	struct log *log autodestroy(log_free) = NULL;
	autobuf struct buf line = {0};
	struct approver who;
	int ret;

	approver_read(&who);
	r.uid = who.uid;
	if (text_set(&r.path, config) || text_set(&r.how, how) || text_set(&r.login, who.login) ||
	    text_set(&r.tty, who.tty) || boot_read(&r.boot))
		return err_set(err, ENOMEM, "out of memory");
	record_encode(&line, &r);
	ret = log_open(&log, NULL, err);
	if (!ret)
		ret = log_append(log, &line, err);
	return ret ? ret : log_sync(log, err);
}
