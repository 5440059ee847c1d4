// SPDX-License-Identifier: GPL-2.0-only
/* All of it, or an error. */
#include "util/whole.h"

#include <errno.h>
#include <unistd.h>

int whole_write(int fd, const void *bytes, size_t len)
{
	ssize_t n = write(fd, bytes, len);

	if (n < 0)
		return -errno;
	return (size_t)n == len ? 0 : -ENOSPC;
}
