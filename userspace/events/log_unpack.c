// SPDX-License-Identifier: GPL-2.0-only
/* What is in a log that was compressed? */
#include "events/log_unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "util/cleanup.h"
#include "util/whole.h"

#define PIECE (16 * 1024)

static const struct {
	const char *name;
	unsigned char magic[4];
	size_t len;
} packers[] = {
	{"gzip", {0x1f, 0x8b}, 2},
	{"xz", {0xfd, '7', 'z', 'X'}, 4},
	{"zstd", {0x28, 0xb5, 0x2f, 0xfd}, 4},
	{"bzip2", {'B', 'Z', 'h'}, 3},
};

/* NULL: by none. */
static const char *packer_of(int fd)
{
	unsigned char first[4] = {0};

	if (pread(fd, first, sizeof(first), 0) < 0)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(packers); i++)
		if (!memcmp(first, packers[i].magic, packers[i].len))
			return packers[i].name;
	return NULL;
}

/* Takes `from`. */
static int gzip_unpack(const char *path, int from, int to, struct err *err)
{
	char piece[PIECE];
	gzFile f = gzdopen(from, "r");
	int n = 0, r = 0;

	if (!f) {
		close(from);
		return err_set(err, ENOMEM, "out of memory");
	}
	while (!r && (n = gzread(f, piece, sizeof(piece))) > 0)
		r = whole_write(to, piece, (size_t)n);
	if ((gzclose_r(f) != Z_OK || n < 0) && !r)
		return err_set(err, EINVAL, "%s cannot be unpacked: it is broken, or cut", path);
	return r ? err_errno(err, -r, "%s cannot be unpacked", path) : 0;
}

int log_unpack(const char *path, int *ret_fd, struct err *err)
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), to = -1;
	const char *packer;
	int r;

	*ret_fd = -1;
	if (fd < 0)
		return err_errno(err, errno, "%s cannot be read", path);
	packer = packer_of(fd);
	if (!packer)
		return 0;
	if (strcmp(packer, "gzip") != 0) {
		err_set(err, EINVAL, "%s is compressed by %s", path, packer);
		return err_fix(err, "unpack it into another file, and name that");
	}
	to = memfd_create("log", MFD_CLOEXEC);
	if (to < 0)
		return err_errno(err, errno, "%s cannot be unpacked", path);
	r = gzip_unpack(path, TAKE_FD(fd), to, err);
	if (!r)
		*ret_fd = TAKE_FD(to);
	return r;
}
