// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does openclaw's database say of a session, to who may be harmed by it?
 *
 * SQLite would make the files beside a database that are for those who write it. It is told not to:
 * with a log of changes it only reads (readonly_shm), and without one it takes the file as it is
 * (immutable), which holds when there is still no log afterwards.
 */
#include "policy/key/session_database_reader.h"

#include <dlfcn.h>
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "policy/key/session_database.h"
#include "util/buf.h"
#include "util/cleanup.h"

#define LIBRARY      SESSION_DATABASE_LIBRARY
#define BUSY_MS      2000 /* while the gateway has the database for itself */
#define ASKER_FD     3
#define QUESTION     "SELECT entry_json FROM session_nodes WHERE session_key = ?1"
#define MEMORY_LIMIT (64 << 20)

#define SQLITE_FUNCTIONS(F)                                                                        \
	F(open_v2)                                                                                 \
	F(errmsg)                                                                                  \
	F(busy_timeout)                                                                            \
	F(hard_heap_limit64)                                                                       \
	F(prepare_v2)                                                                              \
	F(bind_text)                                                                               \
	F(step)                                                                                    \
	F(reset)                                                                                   \
	F(column_text)                                                                             \
	F(column_bytes)

struct reader {
#define SQLITE_MEMBER(name) __typeof__(&sqlite3_##name) name;
	SQLITE_FUNCTIONS(SQLITE_MEMBER)
	const char *path;
	struct stat checked;
	struct stat log; /* when it was opened, */
	bool logged;     /* if it had one */
	sqlite3 *db;
	sqlite3_stmt *question;
	bool answered; /* an earlier question */
};

static void write_all(const char *bytes, size_t len)
{
	for (ssize_t n; len; bytes += n, len -= (size_t)n) {
		n = write(ASKER_FD, bytes, len);
		if (n <= 0)
			_exit(0); /* nobody wants to know any more */
	}
}

static void answer(enum database_answer_kind kind, const char *text, size_t len)
{
	const struct database_answer head = {.kind = kind, .len = (u32)len};

	write_all((const char *)&head, sizeof(head));
	write_all(text, len);
}

static void answer_error(const char *text)
{
	answer(ANSWER_ERROR, text, strlen(text));
}

static const char *library_open(struct reader *r)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		return LIBRARY " is not there: apt-get install libsqlite3-0";
#define SQLITE_LOAD(name)                                                                          \
	r->name = (__typeof__(&sqlite3_##name))dlsym(library, "sqlite3_" #name);                   \
	if (!r->name)                                                                              \
		return LIBRARY " has no sqlite3_" #name;
	SQLITE_FUNCTIONS(SQLITE_LOAD)
	return NULL;
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
static bool has_log(const char *path, struct stat *ret)
{
	autobuf struct buf log = {0};

	*ret = (struct stat){0};
	buf_printf(&log, "%s-wal", path);
	return log.failed || (!stat(log.data, ret) && ret->st_size);
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static int database_open(struct reader *r)
{
	autobuf struct buf uri = {0};
	int result;

	put_uri(&uri, r->path, r->logged);
	if (uri.failed)
		return SQLITE_NOMEM;
	r->hard_heap_limit64(MEMORY_LIMIT);
	result = r->open_v2(uri.data, &r->db,
			    SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
	if (result != SQLITE_OK)
		return result;
	r->busy_timeout(r->db, BUSY_MS);
	return r->prepare_v2(r->db, QUESTION, -1, &r->question, NULL);
}

/* Replaced by another, or without a log that came since: what was read may be neither. */
static bool is_another(const struct reader *r, const struct stat *now)
{
	struct stat log;

	if (now->st_dev != r->checked.st_dev || now->st_ino != r->checked.st_ino ||
	    has_log(r->path, &log) != r->logged)
		return true;
	return r->logged ? log.st_ino != r->log.st_ino : !is_same(now, &r->checked);
}

/* False: this reader is of no more use. */
static bool look_up(struct reader *r, const char *key)
{
	int result = r->question ? SQLITE_OK : database_open(r);
	const unsigned char *text = NULL;
	struct stat now;
	bool gone, again;

	if (result == SQLITE_OK)
		result = r->bind_text(r->question, 1, key, -1, SQLITE_STATIC);
	if (result == SQLITE_OK)
		result = r->step(r->question);
	if (result == SQLITE_ROW)
		text = r->column_text(r->question, 0); /* first: then its length is known */
	gone = stat(r->path, &now);
	again = gone ? errno != EACCES : is_another(r, &now);
	/* Its gateway went and came again: what an opened one makes of that is no answer. */
	again |= r->answered && result != SQLITE_ROW && result != SQLITE_DONE;
	if (gone && !again)
		answer_error("its owner cannot get at it");
	else if (again)
		answer(ANSWER_AGAIN, "", 0);
	else if (result == SQLITE_DONE)
		answer(ANSWER_NONE, "", 0);
	else if (result == SQLITE_ROW)
		answer(ANSWER_ENTRY, (const char *)text, (size_t)r->column_bytes(r->question, 0));
	else
		answer_error(r->db ? r->errmsg(r->db) : "out of memory");
	if (r->question) /* its gateway is kept from nothing until the next question */
		r->reset(r->question);
	r->answered = true;
	return !again;
}

static bool read_all(void *to, size_t len)
{
	char *at = to;

	for (ssize_t n; len; at += n, len -= (size_t)n) {
		n = read(ASKER_FD, at, len);
		if (n <= 0)
			return false;
	}
	return true;
}

/* Nothing of the asker's goes along but the way to answer. NULL: it is who it should be. */
static const char *enter(int fd, const struct stat *st)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (fd != ASKER_FD && dup2(fd, ASKER_FD) != ASKER_FD)
		_exit(1);
	if (close_range(ASKER_FD + 1, ~0U, 0))
		_exit(1);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (geteuid() || !st->st_uid)
		return NULL;
	if (setgroups(0, NULL) || setresgid(st->st_gid, st->st_gid, st->st_gid) ||
	    setresuid(st->st_uid, st->st_uid, st->st_uid))
		return "its reader cannot become its owner";
	return NULL;
}

void database_serve(const char *path, const struct stat *checked, int fd)
{
	struct reader r = {.path = path, .checked = *checked};
	const char *trouble = enter(fd, checked);
	char key[DATABASE_KEY_MAX + 1];
	bool goes_on = true;
	u32 len;

	if (!trouble)
		trouble = library_open(&r);
	r.logged = has_log(path, &r.log);
	while (goes_on && read_all(&len, sizeof(len)) && len <= DATABASE_KEY_MAX &&
	       read_all(key, len)) {
		key[len] = '\0';
		if (trouble)
			answer_error(trouble);
		else
			goes_on = look_up(&r, key);
	}
	_exit(0);
}
