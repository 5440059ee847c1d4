// SPDX-License-Identifier: GPL-2.0-only
/* Which files on this machine does a rule's text mean? */
#include "kernel/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sha2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/cleanup.h"

/* Where programs are found by name: the directories of login(1), cron(8), Debian's and snap's PATH.
 */
static const char *const path_directories[] = {
	"/usr/local/sbin", "/usr/local/bin",   "/usr/sbin", "/usr/bin", "/sbin", "/bin",
	"/usr/games",      "/usr/local/games", "/snap/bin",
};

/*
 * Programs that are many programs in one file, told apart by the name they are called by. Source:
 * the packages' own lists of links (busybox, toybox, coreutils --enable-single-binary, dropbear,
 * kmod, systemd, snapd, xz-utils' and iptables' multi binaries, llvm).
 */
static const char *const multicall[] = {
	"busybox",
	"busybox-static",
	"busybox.static",
	"toybox",
	"coreutils",
	"dropbearmulti",
	"kmod",
	"systemctl",
	"snap",
	"xtables-nft-multi",
	"xtables-legacy-multi",
	"lvm",
	"llvm",
	"uutils",
	"box",
};

/* So many names of one file in the same directory: whatever it is, it is a multi-call binary. */
#define MULTICALL_LINKS 16

static bool is_multicall_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	for (size_t i = 0; i < ARRAY_SIZE(multicall); i++) {
		if (!strcmp(name, multicall[i]))
			return true;
	}
	return false;
}

/* A hard link has no name of its own: is the same file also known by a multi-call name? */
static bool is_multicall(const char *real, const struct stat *st)
{
	char path[PATH_MAX];
	struct stat other;

	if (is_multicall_name(real) || st->st_nlink >= MULTICALL_LINKS)
		return true;
	for (size_t i = 0; st->st_nlink > 1 && i < ARRAY_SIZE(path_directories); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(multicall); j++) {
			snprintf(path, sizeof(path), "%s/%s", path_directories[i], multicall[j]);
			if (stat(path, &other) == 0 && other.st_dev == st->st_dev &&
			    other.st_ino == st->st_ino)
				return true;
		}
	}
	return false;
}

static int set_add(struct file_set *set, int fd, const char *real, size_t tag, struct err *err)
{
	size_t n = set->count + 1;
	int *fds = realloc(set->fds, n * sizeof(*fds));
	size_t *tags;
	char **paths;

	if (!fds)
		return err_set(err, ENOMEM, "out of memory");
	set->fds = fds;
	tags = realloc(set->tags, n * sizeof(*tags));
	if (!tags)
		return err_set(err, ENOMEM, "out of memory");
	set->tags = tags;
	paths = realloc(set->paths, n * sizeof(*paths));
	if (!paths)
		return err_set(err, ENOMEM, "out of memory");
	set->paths = paths;
	paths[set->count] = strdup(real);
	if (!paths[set->count])
		return err_set(err, ENOMEM, "out of memory");
	fds[set->count] = fd;
	tags[set->count] = tag;
	set->count = n;
	return 0;
}

/* `programs`: regular files only, and no multi-call binary. */
static int set_add_path(struct file_set *set, const char *path, bool programs, size_t tag,
			struct err *err)
{
	autofree char *real = realpath(path, NULL);
	autoclose int fd = -1;
	struct stat st;
	int r;

	if (!real)
		return errno == ENOMEM ? err_set(err, ENOMEM, "out of memory") : 0;
	fd = open(real, O_PATH | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 && (errno == EMFILE || errno == ENFILE))
		return err_errno(err, errno, "%s cannot be looked at", real);
	if (fd < 0 || fstat(fd, &st))
		return 0;
	if (programs && (!S_ISREG(st.st_mode) || is_multicall(real, &st)))
		return 0;
	r = set_add(set, fd, real, tag, err);
	if (!r)
		fd = -1;
	return r;
}

int files_of_path(struct file_set *set, const char *path, size_t tag, struct err *err)
{
	return set_add_path(set, path, false, tag, err);
}

int files_of_folder(struct file_set *set, const char *path, size_t tag, struct err *err)
{
	char folder[PATH_MAX];

	snprintf(folder, sizeof(folder), "%.*s/", (int)(strrchr(path, '/') - path), path);
	return set_add_path(set, folder, false, tag, err);
}

int files_of_binary(struct file_set *set, const char *text, size_t tag, struct err *err)
{
	char path[PATH_MAX];
	int r = 0;

	if (text[0] == '/')
		return set_add_path(set, text, true, tag, err);
	for (size_t i = 0; !r && i < ARRAY_SIZE(path_directories); i++) {
		snprintf(path, sizeof(path), "%s/%s", path_directories[i], text);
		r = set_add_path(set, path, true, tag, err);
	}
	return r;
}

void files_free(struct file_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		close(set->fds[i]);
		free(set->paths[i]);
	}
	free(set->fds);
	free(set->tags);
	free(set->paths);
	*set = (struct file_set){0};
}

/*
 * The very file that was found, whatever its name stands for by now: who owns the folder could put
 * a pipe there, and whoever loads would wait.
 */
static int file_reopen(int fd, const char *path, int *ret, struct err *err)
{
	autoclose int file = -1;
	struct stat st;
	char name[32];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	file = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (file < 0 || fstat(file, &st))
		return err_errno(err, errno, "%s cannot be read", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, EINVAL, "%s is no regular file", path);
	if (st.st_size > FILE_HASH_MAX) {
		err_set(err, EFBIG, "%s is larger than %u MB: it is no program", path,
			FILE_HASH_MAX >> 20);
		return err_fix(err, "deny the name instead of the path, or remove the file");
	}
	*ret = TAKE_FD(file);
	return 0;
}

int file_hash(int fd, const char *path, unsigned char ret[32], struct err *err)
{
	unsigned char chunk[1 << 16];
	autoclose int file = -1;
	size_t left = FILE_HASH_MAX;
	SHA2_CTX sha;
	ssize_t n;
	int r = file_reopen(fd, path, &file, err);

	if (r)
		return r;
	SHA256Init(&sha);
	/* One that grows all the time has no content to be known by. */
	while ((n = read(file, chunk, sizeof(chunk))) > 0 && (size_t)n <= left) {
		SHA256Update(&sha, chunk, (size_t)n);
		left -= (size_t)n;
	}
	if (n)
		return err_errno(err, n < 0 ? errno : EFBIG, "%s cannot be read", path);
	SHA256Final(ret, &sha);
	return 0;
}
