// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does openclaw's database say of a session?
 *
 * Its gateway writes the database all the time, as a user who is not root. So root lets a child of
 * its own read it, as that user: what a forged database does to SQLite it does to a process that
 * can no more than who forged it, and a read that never ends is ended.
 */
#include "policy/key/session_database.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "config/file.h"
#include "config/json5.h"
#include "policy/key/session_database_reader.h"
#include "util/cleanup.h"

#define TIMEOUT_MS 10000
#define TRIES      5

struct session_database {
	char *path;
	uid_t owner;
	pid_t reader; /* 0: none */
	int fd;       /* to the reader */
	bool stuck;   /* it took too long once */
};

struct session_database *session_database_new(const char *path, uid_t owner)
{
	struct session_database *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	*d = (struct session_database){.path = strdup(path), .owner = owner, .fd = -1};
	if (!d->path)
		session_database_free(&d);
	return d;
}

/* --- the reader ------------------------------------------------------------------------------ */

static void reader_end(struct session_database *d)
{
	if (!d->reader)
		return;
	close(TAKE_FD(d->fd));
	kill(d->reader, SIGKILL); /* it has nothing that would have to be put in order */
	while (waitpid(d->reader, NULL, 0) < 0 && errno == EINTR)
		;
	d->reader = 0;
}

void session_database_free(struct session_database **p)
{
	if (!*p)
		return;
	reader_end(*p);
	free((*p)->path);
	free(*p);
	*p = NULL;
}

static int reader_start(struct session_database *d, const struct stat *checked, struct err *err)
{
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return err_errno(err, errno, "cannot be read");
	pid = fork();
	if (!pid)
		database_serve(d->path, checked, ends[1]);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return err_errno(err, errno, "cannot be read");
	}
	d->reader = pid;
	d->fd = ends[0];
	return 0;
}

/* *ret_st: the database that may be believed. */
static int check(const struct session_database *d, struct stat *ret_st, struct err *err)
{
	autofree char *folder = strdup(d->path);
	char *slash = folder ? strrchr(folder, '/') : NULL;
	int r;

	if (!slash)
		return err_set(err, ENOMEM, "out of memory");
	*slash = '\0';
	r = file_trust(*folder ? folder : "/", S_IFDIR, d->owner, ret_st, err);
	return r ? r : file_trust(d->path, S_IFREG, d->owner, ret_st, err);
}

/* --- a question and its answer -----------------------------------------------------------------
 */

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int receive(struct session_database *d, void *to, size_t len, long until, struct err *err)
{
	char *at = to;

	while (len) {
		struct pollfd p = {.fd = d->fd, .events = POLLIN};
		long left = until - now_ms();
		ssize_t n;

		if (left <= 0 || (poll(&p, 1, (int)left) <= 0 && errno != EINTR)) {
			d->stuck = true;
			return err_set(err, ETIMEDOUT, "cannot be read within %d seconds",
				       TIMEOUT_MS / 1000);
		}
		n = p.revents ? read(d->fd, at, len) : -1;
		if (!n || (n < 0 && p.revents && errno != EINTR))
			return err_set(err, EIO, "cannot be read: its reader ended early");
		if (n > 0) {
			at += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

static int ask(struct session_database *d, const char *key, struct database_answer *ret,
	       char **ret_text, struct err *err)
{
	long until = now_ms() + TIMEOUT_MS;
	u32 len = (u32)strlen(key);
	autofree char *text = NULL;
	int r;

	if (send(d->fd, &len, sizeof(len), MSG_NOSIGNAL) != sizeof(len) ||
	    send(d->fd, key, len, MSG_NOSIGNAL) != (ssize_t)len)
		return err_set(err, EIO, "cannot be read: its reader ended early");
	r = receive(d, ret, sizeof(*ret), until, err);
	if (r)
		return r;
	if (ret->len > JSON5_MAX_SIZE)
		return err_set(err, EFBIG, "has an entry larger than %u MB", JSON5_MAX_SIZE >> 20);
	text = calloc(1, (size_t)ret->len + 1);
	if (!text)
		return err_set(err, ENOMEM, "out of memory");
	r = receive(d, text, ret->len, until, err);
	if (!r)
		*ret_text = TAKE_PTR(text);
	return r;
}

/* Its words are for a person to read, and not ours. */
static int set_its_error(char *text, struct err *err)
{
	for (char *p = text; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	return err_set(err, EIO, "cannot be read: %s", text);
}

/* -EAGAIN: it is another database by now. */
static int ask_once(struct session_database *d, const char *key, char **ret, size_t *ret_len,
		    struct err *err)
{
	struct database_answer answer = {0};
	autofree char *text = NULL;
	struct stat st = {0};
	int r = d->reader ? 0 : check(d, &st, err);

	if (r == -ENOENT || (!r && !d->reader && !st.st_size)) {
		*err = (struct err){0};
		return 0;
	}
	if (!r && !d->reader)
		r = reader_start(d, &st, err);
	if (!r)
		r = ask(d, key, &answer, &text, err);
	if (r || answer.kind == ANSWER_AGAIN)
		reader_end(d);
	if (r)
		return r;
	if (answer.kind == ANSWER_AGAIN)
		return err_set(err, EAGAIN, "changes faster than it can be read");
	if (answer.kind == ANSWER_ERROR)
		return set_its_error(text, err);
	if (answer.kind != ANSWER_ENTRY)
		return 0;
	*ret_len = answer.len;
	*ret = TAKE_PTR(text);
	return 0;
}

int session_database_ask(struct session_database *d, const char *key, char **ret, size_t *ret_len,
			 struct err *err)
{
	struct err trouble = {0};
	int r = -EAGAIN;

	*ret = NULL;
	*ret_len = 0;
	if (strlen(key) > DATABASE_KEY_MAX)
		return 0;
	if (d->stuck)
		r = err_set(&trouble, ETIMEDOUT, "took longer than %d seconds to be read",
			    TIMEOUT_MS / 1000);
	for (int i = 0; i < TRIES && r == -EAGAIN; i++) {
		trouble = (struct err){0};
		r = ask_once(d, key, ret, ret_len, &trouble);
	}
	if (!r)
		return 0;
	*err = trouble;
	return err_at(err, (struct pos){.file = d->path});
}
