// SPDX-License-Identifier: GPL-2.0-only
/* Is there a person at this terminal, and what does he say? */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cmd/elevated.h"
#include "kernel/iterate.h"
#include "output/command_text.h"
#include "util/cleanup.h"
#include "util/escape.h"

/* The controlling terminal of a process, as the kernel numbers it; 0: none, or it is gone. */
static int tty_of(const char *pid)
{
	char path[64], line[1024];
	autofile FILE *f = NULL;
	const char *rest;
	int tty = 0;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	f = fopen(path, "re");
	if (!f || !fgets(line, sizeof(line), f))
		return 0;
	rest = strrchr(line, ')'); /* the name before it may be anything */
	if (!rest || sscanf(rest + 1, " %*c %*d %*d %*d %d", &tty) != 1)
		return 0;
	return tty;
}

/*
 * A process of a session on the same terminal could type into it (TIOCSTI), or read the answer
 * before we do.
 */
static bool is_shared(const struct kernel *k, int tty)
{
	autofree struct labelled_task *tasks = NULL;
	struct err ignored;
	size_t count;

	if (iterate_tasks(k, &tasks, &count, &ignored))
		return true;
	for (size_t i = 0; i < count; i++) {
		char pid[16];

		snprintf(pid, sizeof(pid), "%u", tasks[i].tgid);
		if (tty_of(pid) == tty)
			return true;
	}
	return false;
}

int prompt_open(const struct kernel *k)
{
	autoclose int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	int tty = tty_of("self");

	if (fd < 0 || !tty || tcgetpgrp(fd) != getpgrp() || is_shared(k, tty))
		return -1;
	return TAKE_FD(fd);
}

static void put(struct buf *b, const char *before, const char *text, const char *behind)
{
	buf_puts(b, before);
	escape_message(b, text, strlen(text));
	buf_puts(b, behind);
}

void prompt_ask(int tty, u64 id, const struct approval *a, const char *by, unsigned int seconds)
{
	autobuf struct buf b = {0};

	put(&b, "\nclawbpf: ", a->session,
	    " asks to run this on the host, outside of its sandbox:");
	buf_puts(&b, "\n\n  ");
	command_words(&b, a->argv, a->argv_len);
	put(&b, "\n\n  ", a->program, "");
	buf_printf(&b, ", as user %u", a->uid);
	put(&b, ", in ", a->cwd, "");
	if (a->sender[0])
		put(&b, "\n  for ", a->sender, "");
	put(&b, "\n  by ", by, "\n");
	buf_printf(&b,
		   "Approve %08llx? [y]es, this once; [a]lways; anything else is no (%u seconds) ",
		   (unsigned long long)id, seconds);
	tcflush(tty, TCIFLUSH); /* what was typed before was no answer to this */
	if (!b.failed && write(tty, b.data, b.len) < 0)
		return;
}

static enum approval_verdict verdict_of(const char *line)
{
	line += strspn(line, " \t");
	if (!strcasecmp(line, "y\n") || !strcasecmp(line, "yes\n"))
		return VERDICT_ONCE;
	if (!strcasecmp(line, "a\n") || !strcasecmp(line, "always\n"))
		return VERDICT_ALWAYS;
	return VERDICT_DENY;
}

int prompt_read(int tty, int timeout_ms, enum approval_verdict *ret)
{
	struct pollfd p = {.fd = tty, .events = POLLIN};
	char line[64];
	ssize_t n;

	if (poll(&p, 1, timeout_ms) != 1)
		return 0;
	n = read(tty, line, sizeof(line) - 1);
	line[n > 0 ? n : 0] = '\0';
	*ret = verdict_of(line);
	return 1;
}
