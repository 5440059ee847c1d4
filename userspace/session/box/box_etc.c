// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does a program find in /etc of a sandbox? The host's own may not be mounted, and most of it
 * is nobody's business: only what programs need to start is there.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/lock.h"
#include "session/box/box.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/whole.h"

#define ETC_FOLDER RUN_FOLDER "/etc"

/* Copied as they are, when they are there: nothing in them is a secret. */
static const char *const copied[] = {"ld.so.cache", "localtime", "mime.types", "protocols",
				     "services"};

static long long changed(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : (long long)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

/* Whatever it is made from is in the name: made once, good until that changes. */
static char *etc_name(const struct box_user *user)
{
	char *name = NULL;

	return asprintf(&name, ETC_FOLDER "/%u-%u-%llx-%llx", (unsigned int)user->uid,
			(unsigned int)user->gid, changed("/etc/ld.so.cache"),
			changed("/etc/alternatives")) < 0
		       ? NULL
		       : name;
}

static int write_text(int at, const char *name, const char *text)
{
	autoclose int fd = openat(at, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	int r = fd < 0 ? -errno : whole_write(fd, text, strlen(text));

	return r ? r : fchmod(fd, 0644) ? -errno : 0;
}

static int copy_file(int at, const char *name)
{
	autoclose int etc = open("/etc", O_PATH | O_DIRECTORY | O_CLOEXEC), from = -1, to = -1;
	struct stat st;
	ssize_t n = 1;

	from = openat(etc, name, O_RDONLY | O_CLOEXEC);
	if (from < 0 || fstat(from, &st) || !S_ISREG(st.st_mode))
		return 0; /* this machine has none */
	to = openat(at, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (to < 0 || fchmod(to, 0644))
		return -errno;
	while (n > 0)
		n = sendfile(to, from, NULL, 1 << 20);
	return n < 0 ? -errno : 0;
}

static void cleanup_closedir(DIR **d)
{
	if (*d)
		closedir(*d);
}

/* /usr/bin/awk is a link to /etc/alternatives/awk, which is one to /usr/bin/mawk. */
static int copy_alternatives(int at)
{
	DIR *dir __attribute__((cleanup(cleanup_closedir))) = opendir("/etc/alternatives");
	autoclose int to = -1;
	struct dirent *entry;

	if (!dir)
		return 0;
	if (mkdirat(at, "alternatives", 0755))
		return -errno;
	to = openat(at, "alternatives", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (to < 0 || fchmod(to, 0755))
		return -errno;
	while ((entry = readdir(dir))) {
		char target[4096];
		ssize_t n = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);

		if (n <= 0)
			continue;
		target[n] = '\0';
		if (symlinkat(target, to, entry->d_name))
			return -errno;
	}
	return 0;
}

static int write_names(int at, const struct box_user *user)
{
	struct buf passwd autobuf = {0}, group autobuf = {0};
	int r;

	buf_puts(&passwd, "root:x:0:0:root:/nonexistent:/usr/sbin/nologin\n");
	buf_puts(&group, "root:x:0:\n");
	if (user->uid != 65534)
		buf_puts(&passwd, "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
	if (user->gid != 65534)
		buf_puts(&group, "nogroup:x:65534:\n");
	buf_printf(&passwd, "sandbox:x:%u:%u:sandbox:/workspace:/bin/sh\n", (unsigned int)user->uid,
		   (unsigned int)user->gid);
	buf_printf(&group, "sandbox:x:%u:\n", (unsigned int)user->gid);
	if (passwd.failed || group.failed)
		return -ENOMEM;
	r = write_text(at, "passwd", passwd.data);
	if (!r)
		r = write_text(at, "group", group.data);
	if (!r)
		r = write_text(at, "hosts", "127.0.0.1 localhost\n::1 localhost\n");
	return r ? r
		 : write_text(at, "nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n");
}

static int etc_fill(int at, const struct box_user *user)
{
	int r = write_names(at, user);

	for (size_t i = 0; !r && i < ARRAY_SIZE(copied); i++)
		r = copy_file(at, copied[i]);
	return r ? r : copy_alternatives(at);
}

/* Made beside it and renamed: it is there as a whole, or not at all. */
static int etc_make(const char *path, const struct box_user *user)
{
	char work[] = ETC_FOLDER "/new-XXXXXX";
	autoclose int at = -1;
	int r;

	mkdir(RUN_FOLDER, 0755);
	if ((mkdir(ETC_FOLDER, 0755) && errno != EEXIST) || !mkdtemp(work))
		return -errno;
	at = open(work, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r = at < 0 || fchmod(at, 0755) ? -errno : etc_fill(at, user);
	if (!r && rename(work, path) && errno != EEXIST && errno != ENOTEMPTY)
		r = -errno;
	return r;
}

int box_etc_make(const struct box_user *user, char **ret, struct err *err)
{
	autofree char *path = etc_name(user);
	int r = 0;

	if (!path)
		return err_set(err, ENOMEM, "out of memory");
	if (access(path, F_OK))
		r = etc_make(path, user);
	if (r)
		return err_errno(err, -r, "the sandbox's /etc cannot be made (%s)", path);
	*ret = TAKE_PTR(path);
	return 0;
}
