// SPDX-License-Identifier: GPL-2.0-only
/* What was approved for always? */
#include "session/grants.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "events/clock.h"
#include "kernel/iterate.h"
#include "kernel/lock.h"
#include "kernel/maps.h"
#include "session/grants_text.h"
#include "util/cleanup.h"
#include "util/whole.h"

#define GRANTS_NEW  GRANTS_NAME ".new"
#define GRANTS_SIZE (8 << 20)

static int text_of_file(int dir, char **ret, size_t *ret_len, struct err *err)
{
	autoclose int fd = openat(dir, GRANTS_NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return err_errno(err, errno, GRANTS_PATH);
	if (fstat(fd, &st))
		return err_errno(err, errno, GRANTS_PATH);
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_mode & 077 || st.st_nlink != 1)
		return grants_damaged(err, "it is no file of root's alone (0600, with one name)");
	if (st.st_size > GRANTS_SIZE)
		return grants_damaged(err, "it is too large");
	*ret = malloc((size_t)st.st_size + 1);
	if (!*ret)
		return err_set(err, ENOMEM, "out of memory");
	n = read(fd, *ret, (size_t)st.st_size);
	if (n != st.st_size)
		return err_errno(err, n < 0 ? errno : EIO, GRANTS_PATH);
	(*ret)[n] = '\0';
	*ret_len = (size_t)n;
	return 0;
}

static int folder_open(int *ret, struct err *err)
{
	struct stat st;
	autoclose int dir = -1;

	mkdir("/var/lib", 0755); /* nothing but ours may be installed */
	if (mkdir(GRANTS_DIR, 0700) && errno != EEXIST)
		return err_errno(err, errno, GRANTS_DIR " cannot be made");
	dir = open(GRANTS_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0 || fstat(dir, &st))
		return err_errno(err, errno, GRANTS_DIR " cannot be opened");
	if (st.st_uid != geteuid() || st.st_mode & 022) {
		err_set(err, EPERM, GRANTS_DIR " may be changed by others than root");
		return err_fix(err, "chown root " GRANTS_DIR "; chmod 700 " GRANTS_DIR);
	}
	*ret = TAKE_FD(dir);
	return 0;
}

/* Is it the one that the kernel keeps sessions out of? */
static int kept_open(const struct kernel *k, int *ret, struct err *err)
{
	struct file_identity id;
	autoclose int dir = -1;
	struct state state;
	int r = folder_open(&dir, err);

	if (!r)
		r = state_read(k, &state, err);
	if (!r)
		r = iterate_files(k, &dir, 1, &id, err);
	if (r)
		return r;
	if (id.ino != state.own_ino || id.dev != state.own_dev) {
		err_set(err, ESTALE, GRANTS_DIR " is not the folder that was there at load");
		return err_fix(err, "look at it, then load again");
	}
	*ret = TAKE_FD(dir);
	return 0;
}

static int read_from(int dir, struct grants *ret, struct err *err)
{
	autofree char *text = NULL;
	size_t len = 0;
	int r = text_of_file(dir, &text, &len, err);

	if (r == -ENOENT) {
		*err = (struct err){0};
		*ret = (struct grants){0};
		return 0;
	}
	return r ? r : grants_from_text(text, len, ret, err);
}

int grants_read(const struct kernel *k, struct grants *ret, struct err *err)
{
	autoclose int dir = -1;
	int r = kept_open(k, &dir, err);

	return r ? r : read_from(dir, ret, err);
}

static int new_write(int dir, const struct buf *text)
{
	autoclose int fd =
		openat(dir, GRANTS_NEW, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int r = fd < 0 ? -errno : whole_write(fd, text->data, text->len);

	return r ? -r : fsync(fd) ? errno : 0;
}

/* All of it under another name, on the disk, and then at once under its own. */
static int write_to(int dir, const struct grants *g, struct err *err)
{
	autobuf struct buf text = {0};
	int error;

	grants_to_text(g, &text);
	if (text.failed)
		return err_set(err, ENOMEM, "out of memory");
	unlinkat(dir, GRANTS_NEW, 0); /* of somebody who was killed */
	error = new_write(dir, &text);
	if (!error && renameat(dir, GRANTS_NEW, dir, GRANTS_NAME))
		error = errno;
	if (error)
		unlinkat(dir, GRANTS_NEW, 0);
	else if (fsync(dir))
		error = errno;
	return error ? err_errno(err, error, GRANTS_PATH " cannot be written") : 0;
}

int grants_add(const struct kernel *k, u64 id, const struct approval *a, const struct approver *who,
	       struct err *err)
{
	struct grants g autodestroy(grants_clear) = {0};
	struct grant *grown;
	autoclose int dir = -1;
	int r = kept_open(k, &dir, err);

	if (!r)
		r = read_from(dir, &g, err);
	if (r || grants_find(&g, a))
		return r;
	grown = reallocarray(g.items, g.count + 1, sizeof(*grown));
	if (!grown)
		return err_set(err, ENOMEM, "out of memory");
	g.items = grown;
	g.items[g.count++] =
		(struct grant){.id = id, .time_us = clock_now_us(), .what = *a, .who = *who};
	return write_to(dir, &g, err);
}

int grants_revoke(const struct kernel *k, u64 id, struct grant *ret, struct err *err)
{
	struct grants g autodestroy(grants_clear) = {0};
	autoclose int dir = -1, lock = -1;
	size_t kept = 0;
	bool found = false;
	int r = lock_take(LOCK_APPROVALS, &lock, err);

	if (!r)
		r = kept_open(k, &dir, err);
	if (!r)
		r = read_from(dir, &g, err);
	if (r)
		return r;
	for (size_t i = 0; i < g.count; i++) {
		if (g.items[i].id != id) {
			g.items[kept++] = g.items[i];
			continue;
		}
		*ret = g.items[i];
		found = true;
	}
	g.count = kept;
	if (!found)
		return err_set(err, ENOENT, "nothing is approved for always by the number %08llx",
			       (unsigned long long)id);
	return write_to(dir, &g, err);
}

int grants_prepare(int *ret_folder, struct err *err)
{
	const struct grants none = {0};
	autoclose int dir = -1;
	struct err ignored; /* no room, say: the folder is kept all the same */
	int r = folder_open(&dir, err);

	if (r)
		return r;
	if (faccessat(dir, GRANTS_NAME, F_OK, AT_SYMLINK_NOFOLLOW))
		write_to(dir, &none, &ignored);
	*ret_folder = TAKE_FD(dir);
	return 0;
}
