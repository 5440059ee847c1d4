// SPDX-License-Identifier: GPL-2.0-only
/* Who approves, and how is it written down? */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "events/clock.h"
#include "events/history.h"
#include "events/log.h"
#include "events/record_json.h"
#include "kernel/iterate.h"
#include "session/approvals.h"
#include "util/cleanup.h"

#define LOGIN_NONE 0xffffffffu

/* The user who logged in: sudo and su change nothing about it. */
static void login_read(char *ret, size_t size)
{
	autofile FILE *f = fopen("/proc/self/loginuid", "re");
	const char *sudo = getenv("SUDO_USER");
	const struct passwd *pw;
	unsigned int uid = LOGIN_NONE;

	if (f && fscanf(f, "%u", &uid) != 1)
		uid = LOGIN_NONE;
	pw = uid == LOGIN_NONE ? NULL : getpwuid(uid);
	if (pw)
		snprintf(ret, size, "%s", pw->pw_name);
	else if (uid != LOGIN_NONE)
		snprintf(ret, size, "%u", uid);
	else if (sudo && getuid() == 0)
		snprintf(ret, size, "%s", sudo);
}

static void tty_read(char *ret, size_t size)
{
	for (int fd = 0; fd < 3; fd++) {
		if (!ttyname_r(fd, ret, size))
			return;
	}
	ret[0] = '\0';
}

void approver_read(struct approver *ret)
{
	*ret = (struct approver){.uid = getuid()};
	login_read(ret->login, sizeof(ret->login));
	tty_read(ret->tty, sizeof(ret->tty));
}

int approver_self(const struct kernel *k, struct approver *ret, struct err *err)
{
	autofree struct labelled_task *tasks = NULL;
	u32 self = (u32)getpid();
	size_t count;
	/* Labels what may have been missed, too: whoever cannot be told is not believed. */
	int r = iterate_tasks(k, &tasks, &count, err);

	if (r)
		return r;
	for (size_t i = 0; i < count; i++) {
		if (tasks[i].tgid != self)
			continue;
		err_set(err, EPERM,
			"a process of a session, or of the agent itself, cannot approve");
		return err_fix(err, "do it on a terminal of your own");
	}
	approver_read(ret);
	return 0;
}

/* --- the trail ---------------------------------------------------------------------------------
 */

struct line {
	u64 id;
	const char *how;
	const struct approver *who;
	bool found;
};

static bool is_text(const struct bytes *b, const char *text)
{
	return b->len == strlen(text) && (!b->len || !memcmp(b->data, text, b->len));
}

static int line_compare(void *arg, const struct record *r)
{
	struct line *l = arg;

	l->found |= r->approval == l->id && r->uid == l->who->uid &&
		    is_text(&r->how, l->how ? l->how : "") && is_text(&r->login, l->who->login);
	return 0;
}

bool approval_is_recorded(enum record_type type, u64 id, const char *how,
			  const struct approver *who)
{
	const struct history_query q = {.filter.types = 1u << type};
	struct line line = {.id = id, .how = how, .who = who};
	struct history_sum sum = {0};
	struct log_reader in;
	struct err ignored;

	if (log_reader_open(&in, LOG_PATH, &ignored))
		return false;
	history_read(&in, &q, line_compare, &line, &sum, &ignored);
	log_reader_close(&in);
	return line.found;
}

static int text_set(struct bytes *to, const char *text)
{
	return text && *text ? bytes_set(to, text, strlen(text)) : 0;
}

int approval_record(enum record_type type, u64 id, const struct approval *a, const char *how,
		    const struct approver *who, struct err *err)
{
	autorecord struct record r = {.type = type,
				      .time_us = clock_now_us(),
				      .boot_ns = clock_boot_ns(),
				      .pid = (u32)getpid(),
				      .uid = who ? who->uid : getuid(),
				      .argc = a->argc,
				      .approval = id};
	struct log *log autodestroy(log_free) = NULL;
	autobuf struct buf line = {0};
	int ret;

	if (text_set(&r.session, a->session) || text_set(&r.agent, a->agent) ||
	    text_set(&r.path, a->program) || text_set(&r.cwd, a->cwd) ||
	    text_set(&r.sender, a->sender) || text_set(&r.how, how) ||
	    text_set(&r.login, who ? who->login : NULL) ||
	    text_set(&r.tty, who ? who->tty : NULL) || bytes_set(&r.argv, a->argv, a->argv_len))
		return err_set(err, ENOMEM, "out of memory");
	ret = log_open(&log, NULL, err);
	record_encode(&line, &r);
	if (!ret)
		ret = log_append(log, &line, err);
	return ret ? ret : log_sync(log, err);
}
