// SPDX-License-Identifier: GPL-2.0-only
/* Is there a person at this terminal, and what does he say? */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include <linux/major.h>

#include "cmd/elevated.h"
#include "kernel/iterate.h"
#include "output/command_text.h"
#include "policy/command/trusted.h"
#include "util/cleanup.h"
#include "util/escape.h"

#define LONG_COMMAND 600 /* bytes: beyond, its beginning may have left the screen */

static void dir_close(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

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

static dev_t device_of(int tty)
{
	return makedev((unsigned int)tty >> 8 & 0xfff,
		       ((unsigned int)tty & 0xff) | ((unsigned int)tty >> 12 & 0xfff00));
}

/* Has it that terminal open? What cannot be looked at may have. */
static bool has_open(const char *pid, dev_t tty)
{
	DIR *dir autodestroy(dir_close) = NULL;
	struct dirent *e;
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	dir = opendir(path);
	if (!dir)
		return errno != ENOENT;
	while ((e = readdir(dir)))
		/* /dev/tty is whichever it was when it was opened */
		if (!fstatat(dirfd(dir), e->d_name, &st, 0) && S_ISCHR(st.st_mode) &&
		    (st.st_rdev == tty || st.st_rdev == makedev(TTYAUX_MAJOR, 0)))
			return true;
	return false;
}

/*
 * A process of a session on the same terminal could type into it (TIOCSTI). One that has it open,
 * whichever its own is, can read the answer before we do, and write over what we ask.
 */
bool prompt_is_shared(const struct kernel *k)
{
	autofree struct labelled_task *tasks = NULL;
	int tty = tty_of("self");
	struct err ignored;
	size_t count;

	if (!tty || iterate_tasks(k, &tasks, &count, &ignored))
		return true;
	for (size_t i = 0; i < count; i++) {
		char pid[16];

		snprintf(pid, sizeof(pid), "%u", tasks[i].pid);
		if (tty_of(pid) == tty || has_open(pid, device_of(tty)))
			return true;
	}
	return false;
}

int prompt_open(const struct kernel *k)
{
	autoclose int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 || tcgetpgrp(fd) != getpgrp() || prompt_is_shared(k))
		return -1;
	return TAKE_FD(fd);
}

static void put(struct buf *b, const char *before, const char *text, const char *behind)
{
	buf_puts(b, before);
	escape_message(b, text, strlen(text));
	buf_puts(b, behind);
}

/*
 * A session that was on this terminal before may have left it so that a long line is cut at its
 * edge, a part scrolls where nobody looks, or letters are drawn as others. What it has on its
 * screen stays, and the cursor where it is.
 */
static void terminal_plain(int tty)
{
	static const char plain[] = "\x1b"
				    "7\x1b[?6l\x1b[?69l\x1b[r\x1b"
				    "8"                           /* the whole screen scrolls */
				    "\x1b[0m\x1b(B\x0f"           /* no colours, ASCII */
				    "\x1b[?7h\x1b[4l\x1b[?2026l"; /* wraps, overwrites, at once */
	const char *term = getenv("TERM");

	if (isatty(tty) && term && *term && strcmp(term, "dumb") != 0 &&
	    write(tty, plain, sizeof(plain) - 1) < 0)
		return; /* nor will the question be */
}

void prompt_ask(int tty, u64 id, const struct approval *a, const char *by, unsigned int seconds)
{
	autobuf struct buf b = {0};

	put(&b, "\nclawbpf: ", a->session,
	    " asks to run this on the host, outside of its sandbox:");
	buf_puts(&b, "\n\n  ");
	command_words(&b, a->argv, a->argv_len);
	if (a->argv_len > LONG_COMMAND)
		buf_printf(&b, "\n\n  These were %u words, %u bytes: see how they begin.", a->argc,
			   a->argv_len);
	if (!command_is_ascii(a->argv, a->argv_len))
		buf_puts(&b, COMMAND_NOT_ASCII("\n\n  ", "\n  "));
	put(&b, "\n\n  ", a->program, "");
	buf_printf(&b, ", as user %u", a->uid);
	put(&b, ", in ", a->cwd, "");
	if (!trusted_folder(a->cwd))
		buf_puts(&b, "\n  Others than root may write in that folder: what the command does "
			     "with files there\n  may be a session's wish.");
	if (a->sender[0])
		put(&b, "\n  for ", a->sender, "");
	put(&b, "\n  by ", by, "\n");
	buf_printf(&b,
		   "Approve %08llx? [y]es, this once; [a]lways; anything else is no (%u seconds) ",
		   (unsigned long long)id, seconds);
	terminal_plain(tty);
	tcflush(tty, TCIFLUSH); /* what was typed before was no answer to this */
	if (!b.failed && write(tty, b.data, b.len) < 0)
		return;
}

void prompt_end(int tty)
{
	dprintf(tty, "\nclawbpf: answered elsewhere, or the time is up\n");
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
