// SPDX-License-Identifier: GPL-2.0-only
/* What of its caller's does a sandbox inherit? Three descriptors, and of those no more than is
 * given; no privilege of the caller's before the kernel's memory killer; limits. */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "session/box/box.h"
#include "util/cleanup.h"

static const char *const stream_names[] = {"stdin", "stdout", "stderr"};

/*
 * A conversation with one other end, and no other. A socket that is none yet, or that sends to whom
 * it likes, is one of the host's network namespace, with all abstract unix sockets of the host.
 */
static bool is_conversation(int fd)
{
	int domain = AF_UNIX, type = 0;
	socklen_t len = sizeof(int);
	struct sockaddr_storage peer;
	socklen_t peer_len = sizeof(peer);

	return !getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) && domain == AF_UNIX &&
	       !getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) && type != SOCK_DGRAM &&
	       !getpeername(fd, (struct sockaddr *)&peer, &peer_len);
}

/*
 * All that the program inherits. A directory would be a way out of the sandbox (openat, fchdir); a
 * network socket, a ring or a disk something that the sandbox does not have.
 */
static int stream_check(int fd, struct err *err)
{
	int flags = fcntl(fd, F_GETFL);
	struct stat st;

	if (flags < 0 || fstat(fd, &st))
		return 0; /* closed */
	if (!(flags & O_PATH) &&
	    (S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode) ||
	     (S_ISSOCK(st.st_mode) && is_conversation(fd))))
		return 0;
	err_set(err, EINVAL,
		"%s is no file, pipe, terminal or connected unix socket: a sandbox may not have it",
		stream_names[fd]);
	return err_fix(err, "redirect it");
}

int box_streams_check(struct box_place *p, struct err *err)
{
	int r = 0;

	for (int fd = 0; !r && fd < 3; fd++) {
		r = stream_check(fd, err);
		p->terminal |= isatty(fd);
	}
	return r;
}

/* A file given to be read, and that has a name by which somebody may use it later. */
static bool is_for_reading(int fd)
{
	int flags = fcntl(fd, F_GETFL);
	struct stat st;

	return flags >= 0 && (flags & O_ACCMODE) == O_RDONLY && !fstat(fd, &st) &&
	       S_ISREG(st.st_mode) && st.st_nlink;
}

/*
 * Opened anew by /proc/self/fd, a file can be written by whoever may write it, whatever it was
 * opened for, and on whatever mount the sandbox sees it. So it comes by a mount that is read-only.
 */
static int stream_make_readonly(int fd)
{
	struct mount_attr attr = {.attr_set =
					  MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV};
	autoclose int mount =
		open_tree(fd, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	autoclose int file = -1;
	char path[32];

	if (mount < 0 || mount_setattr(mount, "", AT_EMPTY_PATH, &attr, sizeof(attr)))
		return errno;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", mount);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return errno;
	lseek(file, lseek(fd, 0, SEEK_CUR), SEEK_SET);
	return dup2(file, fd) < 0 ? errno : 0;
}

/* A caller who is never killed when memory ends may have its reasons; they are not the sandbox's.
 */
static int oom_score_reset(void)
{
	autoclose int fd = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
	char first = 0;

	if (fd < 0 || pread(fd, &first, 1, 0) != 1)
		return errno;
	return first == '-' && pwrite(fd, "0", 1, 0) != 1 ? errno : 0;
}

static int limits_set(const struct box *b)
{
	/* One byte: no core file, nor the program that core_pattern names (scripts/seccomp). */
	const struct rlimit core = {1, 1};

	for (size_t i = 0; i < b->limit_count; i++) {
		struct rlimit limit = {.rlim_cur = b->limits[i].soft,
				       .rlim_max = b->limits[i].hard};

		if (setrlimit((__rlimit_resource_t)b->limits[i].resource, &limit))
			return errno;
	}
	return setrlimit(RLIMIT_CORE, &core) ? errno : 0;
}

int box_inherit(const struct box_place *p, const char **ret_what)
{
	int error = 0;

	for (int fd = 0; !error && fd < 3; fd++) {
		*ret_what = stream_names[fd];
		error = is_for_reading(fd) ? stream_make_readonly(fd) : 0;
	}
	if (error)
		return error;
	*ret_what = "oom_score_adj";
	error = oom_score_reset();
	if (error)
		return error;
	*ret_what = "docker.ulimits";
	return limits_set(p->box);
}

/* Nothing but stdin, stdout and stderr goes on, and what bubblewrap itself reads and closes. */
int box_descriptors_close(const struct box_place *p)
{
	const int kept[] = {p->args, p->filter, p->status[1]};

	if (syscall(SYS_close_range, 3, ~0u, CLOSE_RANGE_CLOEXEC))
		return errno;
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		if (fcntl(kept[i], F_SETFD, 0))
			return errno;
	return 0;
}
