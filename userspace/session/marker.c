// SPDX-License-Identifier: GPL-2.0-only
/* Which config is loaded? */
#include "session/marker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/lock.h"
#include "util/cleanup.h"
#include "util/whole.h"

#define MARKER     RUN_FOLDER "/config"
#define MARKER_NEW RUN_FOLDER "/config.new"

int marker_write(const char *config, struct err *err)
{
	autoclose int fd = -1;
	int r;

	mkdir(RUN_FOLDER, 0755);
	fd = open(MARKER_NEW, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	r = fd < 0 ? -errno : whole_write(fd, config, strlen(config));

	if (!r && rename(MARKER_NEW, MARKER))
		r = -errno;
	return r ? err_errno(err, -r, MARKER " cannot be written") : 0;
}

int marker_read(char **ret_config, struct err *err)
{
	autoclose int fd = open(MARKER, O_RDONLY | O_CLOEXEC);
	char path[PATH_MAX];
	ssize_t len;

	if (fd < 0) {
		err_errno(err, errno, "which config is loaded cannot be told (" MARKER ")");
		return err_fix(err, "ask as root, or give --config FILE");
	}
	len = read(fd, path, sizeof(path) - 1);
	if (len <= 0)
		return err_set(err, EIO, MARKER " cannot be read");
	*ret_config = strndup(path, (size_t)len);
	return *ret_config ? 0 : err_set(err, ENOMEM, "out of memory");
}

void marker_remove(void)
{
	unlink(MARKER);
}
