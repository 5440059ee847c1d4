// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does openclaw's database say of a session?
 *
 * Its gateway writes the database all the time, as a user who is not root. So root lets a child of
 * its own read it, as that user: what a forged database does to SQLite it does to a process that
 * can no more than who forged it, and a read that never ends is ended.
 *
 * SQLite would make the files beside a database that are for those who write it. It is told not to:
 * with a log of changes it only reads (readonly_shm), and without one it takes the file as it is
 * (immutable), which holds when there is still no log afterwards.
 */
#include "policy/key/session_database.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "config/file.h"
#include "config/json5.h"
#include "util/buf.h"
#include "util/cleanup.h"

#define BUSY_MS      2000 /* while the gateway has the database for itself */
#define TIMEOUT_MS   10000
#define TRIES        5
#define ANSWER_FD    3
#define QUESTION     "SELECT entry_json FROM session_nodes WHERE session_key = ?1"
#define MEMORY_LIMIT (64 << 20)

/* The first byte of what the child says. */
enum answer { ANSWER_ENTRY = 'e', ANSWER_NONE = 'n', ANSWER_ERROR = 'x', ANSWER_AGAIN = 'a' };

/* --- the child ------------------------------------------------------------------------------ */

#define SQLITE_FUNCTIONS(F)                                                                        \
	F(open_v2)                                                                                 \
	F(errmsg)                                                                                  \
	F(busy_timeout)                                                                            \
	F(hard_heap_limit64)                                                                       \
	F(prepare_v2)                                                                              \
	F(bind_text)                                                                               \
	F(step)                                                                                    \
	F(column_text)                                                                             \
	F(column_bytes)

struct sqlite {
#define SQLITE_MEMBER(name) __typeof__(&sqlite3_##name) name;
	SQLITE_FUNCTIONS(SQLITE_MEMBER)
};

_Noreturn static void answer(enum answer kind, const char *text, size_t len)
{
	char first = (char)kind;

	for (ssize_t n = write(ANSWER_FD, &first, 1); n == 1 && len; len -= (size_t)n, text += n) {
		n = write(ANSWER_FD, text, len);
		if (n < 0)
			break;
	}
	_exit(0);
}

_Noreturn static void answer_error(const char *text)
{
	answer(ANSWER_ERROR, text, strlen(text));
}

static void library_open(struct sqlite *s)
{
	void *library = dlopen(SESSION_DATABASE_LIBRARY, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		answer_error(SESSION_DATABASE_LIBRARY
			     " is not there: apt-get install libsqlite3-0");
#define SQLITE_LOAD(name)                                                                          \
	s->name = (__typeof__(&sqlite3_##name))dlsym(library, "sqlite3_" #name);                   \
	if (!s->name)                                                                              \
		answer_error(SESSION_DATABASE_LIBRARY " has no sqlite3_" #name);
	SQLITE_FUNCTIONS(SQLITE_LOAD)
}

/* A path as a URI has it. */
static void put_uri(struct buf *b, const char *path, bool logged)
{
	buf_puts(b, "file:");
	for (const char *p = path; *p; p++) {
		if (strchr("%?#", *p))
			buf_printf(b, "%%%02x", (unsigned char)*p);
		else
			buf_putc(b, *p);
	}
	buf_puts(b, logged ? "?readonly_shm=1" : "?immutable=1");
}

/* Is there a log of changes that are not in the database yet? */
static bool has_log(const char *path)
{
	autobuf struct buf log = {0};
	struct stat st;

	buf_printf(&log, "%s-wal", path);
	return log.failed || (!stat(log.data, &st) && st.st_size);
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* `checked` is what the parent found at that path. Never returns. */
_Noreturn static void child_read(const char *path, const struct stat *checked, const char *key)
{
	bool logged = has_log(path);
	autobuf struct buf uri = {0};
	sqlite3_stmt *question;
	struct sqlite s;
	struct stat now;
	sqlite3 *db;
	bool gone;
	int r;

	library_open(&s);
	put_uri(&uri, path, logged);
	if (uri.failed)
		answer_error("out of memory");
	s.hard_heap_limit64(MEMORY_LIMIT);
	r = s.open_v2(uri.data, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
		      NULL);
	if (r == SQLITE_OK) {
		s.busy_timeout(db, BUSY_MS);
		r = s.prepare_v2(db, QUESTION, -1, &question, NULL);
	}
	if (r == SQLITE_OK)
		r = s.bind_text(question, 1, key, -1, SQLITE_STATIC);
	if (r == SQLITE_OK)
		r = s.step(question);
	gone = stat(path, &now);
	if (gone && errno == EACCES)
		answer_error("its owner cannot get at it");
	/* Replaced by another, or without a log that came since: what was read may be neither. */
	if (gone || now.st_dev != checked->st_dev || now.st_ino != checked->st_ino ||
	    (!logged && (has_log(path) || !is_same(&now, checked))))
		answer(ANSWER_AGAIN, NULL, 0);
	if (r == SQLITE_DONE)
		answer(ANSWER_NONE, NULL, 0);
	if (r != SQLITE_ROW)
		answer_error(db ? s.errmsg(db) : "out of memory");
	answer(ANSWER_ENTRY, (const char *)s.column_text(question, 0),
	       (size_t)s.column_bytes(question, 0));
}

/* Nothing of ours goes along but the way to answer. */
static void child_enter(int out, const struct stat *st)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (out != ANSWER_FD && dup2(out, ANSWER_FD) != ANSWER_FD)
		_exit(1);
	if (close_range(ANSWER_FD + 1, ~0U, 0))
		_exit(1);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (geteuid() || !st->st_uid)
		return;
	if (setgroups(0, NULL) || setresgid(st->st_gid, st->st_gid, st->st_gid) ||
	    setresuid(st->st_uid, st->st_uid, st->st_uid))
		answer_error("its reader cannot become its owner");
}

/* --- the parent ----------------------------------------------------------------------------- */

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* All that the child says until it ends. */
static int listen_to(int in, struct buf *b, struct err *err)
{
	long until = now_ms() + TIMEOUT_MS;
	char chunk[65536];
	ssize_t n = 1;

	while (n > 0) {
		struct pollfd p = {.fd = in, .events = POLLIN};
		long left = until - now_ms();

		if (left <= 0 || (poll(&p, 1, (int)left) <= 0 && errno != EINTR))
			return err_set(err, ETIMEDOUT, "cannot be read within %d seconds",
				       TIMEOUT_MS / 1000);
		n = p.revents ? read(in, chunk, sizeof(chunk)) : 1;
		if (n < 0 || !p.revents)
			continue;
		buf_add(b, chunk, (size_t)n);
		if (b->failed || b->len > JSON5_MAX_SIZE)
			return err_set(err, EFBIG, "has an entry larger than %u MB",
				       JSON5_MAX_SIZE >> 20);
	}
	return 0;
}

static int ask(const char *path, const struct stat *st, const char *key, struct buf *b,
	       struct err *err)
{
	int ends[2], r, status;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return err_errno(err, errno, "cannot be read");
	pid = fork();
	if (!pid) {
		child_enter(ends[1], st);
		child_read(path, st, key);
	}
	close(ends[1]);
	r = pid < 0 ? err_errno(err, errno, "cannot be read") : listen_to(ends[0], b, err);
	close(ends[0]);
	if (pid < 0)
		return r;
	if (r)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!r && (!b->len || status))
		return err_set(err, EIO, "cannot be read: its reader ended early");
	return r;
}

/* *ret_st: the database that may be believed. */
static int check(const char *path, uid_t owner, struct stat *ret_st, struct err *err)
{
	autofree char *folder = strdup(path);
	char *slash = folder ? strrchr(folder, '/') : NULL;
	int r;

	if (!slash)
		return err_set(err, ENOMEM, "out of memory");
	*slash = '\0';
	r = file_trust(*folder ? folder : "/", S_IFDIR, owner, ret_st, err);
	return r ? r : file_trust(path, S_IFREG, owner, ret_st, err);
}

static int read_once(const char *path, uid_t owner, const char *key, struct buf *b, struct err *err)
{
	struct stat st = {0};
	int r = check(path, owner, &st, err);

	if (r == -ENOENT || (!r && !st.st_size)) {
		buf_putc(b, ANSWER_NONE);
		return b->failed ? err_set(err, ENOMEM, "out of memory") : 0;
	}
	return r ? r : ask(path, &st, key, b, err);
}

/* Its words are for a person to read, and not ours. */
static int set_its_error(char *text, struct err *err)
{
	for (char *p = text; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	return err_set(err, EIO, "cannot be read: %s", text);
}

int session_database_read(const char *path, uid_t owner, const char *key, char **ret,
			  size_t *ret_len, struct err *err)
{
	autobuf struct buf b = {0};
	int r = 0;

	*ret = NULL;
	*ret_len = 0;
	for (int i = 0; i < TRIES && !r && (!i || b.data[0] == ANSWER_AGAIN); i++) {
		buf_free(&b);
		b = (struct buf){0};
		r = read_once(path, owner, key, &b, err);
	}
	if (!r && b.data[0] == ANSWER_AGAIN)
		r = err_set(err, EBUSY, "changes faster than it can be read");
	if (!r && b.data[0] == ANSWER_ERROR)
		r = set_its_error(b.data + 1, err);
	if (r)
		return err_at(err, (struct pos){.file = path});
	if (b.data[0] != ANSWER_ENTRY)
		return 0;
	*ret_len = b.len - 1;
	memmove(b.data, b.data + 1, b.len);
	*ret = buf_take(&b);
	return 0;
}
