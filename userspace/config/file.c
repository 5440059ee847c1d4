// SPDX-License-Identifier: GPL-2.0-only
/* What is in a config file, and may it be believed? */
#include "config/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/json5.h"
#include "util/buf.h"
#include "util/cleanup.h"

/* A path as one word of a shell command. */
static char *shell_word(const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "/._-+,:@%";
	autobuf struct buf b = {0};

	if (path[0] != '-' && path[strspn(path, plain)] == '\0')
		return strdup(path);
	buf_puts(&b, path[0] == '-' ? "'./" : "'");
	for (const char *p = path; *p; p++) {
		if (*p == '\'')
			buf_puts(&b, "'\\''");
		else
			buf_putc(&b, *p);
	}
	buf_putc(&b, '\'');
	return buf_take(&b);
}

bool file_owner_trusted(uid_t owner)
{
	const char *sudo = getenv("SUDO_UID");
	char *end = NULL;
	unsigned long uid;

	if (owner == 0 || owner == getuid())
		return true;
	if (getuid() != 0 || !sudo || sudo[0] < '0' || sudo[0] > '9')
		return false;
	errno = 0;
	uid = strtoul(sudo, &end, 10);
	return !errno && !*end && uid == owner;
}

#define NOBODY_ELSE ((uid_t)-1) /* owns no file */

/* `also` may own it, too. */
static int check_trusted(const char *path, const struct stat *st, uid_t also, struct err *err)
{
	autofree char *word = shell_word(path);
	bool group = st->st_mode & S_IWGRP, other = st->st_mode & S_IWOTH;

	if (!word)
		return err_set(err, ENOMEM, "out of memory");
	if (!file_owner_trusted(st->st_uid) && st->st_uid != also) {
		err_set(err, EPERM,
			"belongs to user %u, not to root or to the caller (user %u): its owner "
			"could change what is enforced",
			st->st_uid, getuid());
		return getuid() ? err_fix(err, "sudo chown %u %s", getuid(), word)
				: err_fix(err, "chown root %s", word);
	}
	if (group || other) {
		err_set(err, EPERM,
			"can be written by %s (mode %04o): they could change what is enforced",
			group && other ? "its group and by everybody"
			: group        ? "its group"
				       : "everybody",
			st->st_mode & 07777);
		return err_fix(err, "chmod go-w %s", word);
	}
	return 0;
}

static int check(const char *path, int fd, const uid_t *also, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_errno(err, errno, "cannot be examined");
	if (S_ISDIR(st.st_mode))
		return err_set(err, EISDIR, "is a directory; a config is a file");
	if (!S_ISREG(st.st_mode))
		return err_set(err, EINVAL, "is a device, pipe or socket; a config is a file");
	if (st.st_size > (off_t)JSON5_MAX_SIZE)
		return err_set(err, EFBIG, "is larger than %u MB", JSON5_MAX_SIZE >> 20);
	return also ? check_trusted(path, &st, *also, err) : 0;
}

/* To the end, whatever fstat said: a file can grow, and those of /proc claim to be empty. */
static int read_all(int fd, struct buf *b, struct err *err)
{
	char chunk[65536];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, errno, "cannot be read");
		if (b->len + (size_t)n > JSON5_MAX_SIZE)
			return err_set(err, EFBIG, "is larger than %u MB", JSON5_MAX_SIZE >> 20);
		buf_add(b, chunk, (size_t)n);
	}
	return 0;
}

/* `also`: see check_trusted; NULL: the file need not be trusted. */
static int open_and_read(const char *path, const uid_t *also, struct buf *b, struct err *err)
{
	/* O_NONBLOCK: opening a pipe must not wait for its writer. */
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int r;

	if (fd < 0) {
		r = err_errno(err, errno, "cannot be opened");
		return r == -EACCES ? err_fix(err, "run this as root, or as who may read it") : r;
	}
	r = check(path, fd, also, err);
	return r ? r : read_all(fd, b, err);
}

static int read_file(const char *path, const uid_t *also, char **ret_text, size_t *ret_len,
		     struct err *err)
{
	autobuf struct buf b = {0};
	size_t len;
	char *text;

	if (open_and_read(path, also, &b, err))
		return err_at(err, (struct pos){.file = path});
	len = b.len;
	text = buf_take(&b);
	if (!text)
		return err_set(err, ENOMEM, "out of memory");
	*ret_text = text;
	*ret_len = len;
	return 0;
}

int file_read(const char *path, bool trusted, char **ret_text, size_t *ret_len, struct err *err)
{
	static const uid_t nobody_else = NOBODY_ELSE;

	return read_file(path, trusted ? &nobody_else : NULL, ret_text, ret_len, err);
}

int file_read_of(const char *path, uid_t owner, char **ret_text, size_t *ret_len, struct err *err)
{
	return read_file(path, &owner, ret_text, ret_len, err);
}

int file_trust(const char *path, mode_t type, uid_t owner, struct stat *ret, struct err *err)
{
	int r;

	if (stat(path, ret))
		r = errno == ENOTDIR ? ENOENT : errno;
	else if ((ret->st_mode & S_IFMT) != type)
		r = EINVAL;
	else
		r = 0;
	if (r == EINVAL)
		r = err_set(err, r, "is not a %s", type == S_IFDIR ? "directory" : "file");
	else if (r)
		r = err_errno(err, r, "cannot be examined");
	else
		r = check_trusted(path, ret, owner, err);
	return r ? err_at(err, (struct pos){.file = path}) : 0;
}
