// SPDX-License-Identifier: GPL-2.0-only
/* Which mounts does bubblewrap find? Not those that no sandbox has a use for, and those of places
 * that its user cannot get to. */
#include "session/box/box_stage.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/cleanup.h"
#include "util/path.h"

int box_stage_prepare(struct box_place *p, struct err *err)
{
	const struct box *b = p->box;

	p->staged = calloc(b->mount_count + 1, sizeof(*p->staged));
	p->staged_host = calloc(b->mount_count + 1, sizeof(*p->staged_host));
	if (!p->staged || !p->staged_host)
		return err_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < b->mount_count; i++) {
		const struct box_mount *m = &b->mounts[i];

		if (access(m->host, F_OK)) {
			err_errno(err, errno, "%s cannot be mounted into the sandbox", m->host);
			if (m->pos)
				err_at(err, *m->pos);
			return m->key ? err_key(err, "%s", m->key) : -err->code;
		}
		if (box_user_reaches(&p->user, m->host))
			continue;
		p->staged[i] = true;
		/* The kernel refuses a source that is written with a link in it. */
		p->staged_host[i] = path_real(m->host);
		if (!p->staged_host[i])
			return err_set(err, ELOOP, "%s leads nowhere", m->host);
		if (mkdir(STAGE_FOLDER, 0755) && errno != EEXIST)
			return err_errno(err, errno, STAGE_FOLDER " cannot be made");
	}
	return 0;
}

static int stage_one(const char *host, size_t index)
{
	char target[sizeof(STAGE_FOLDER) + 24];
	struct stat st;
	int fd;

	snprintf(target, sizeof(target), STAGE_FOLDER "/%zu", index);
	if (stat(host, &st))
		return errno;
	if (S_ISDIR(st.st_mode)) {
		if (mkdir(target, 0755))
			return errno;
	} else {
		fd = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (fd < 0)
			return errno;
		close(fd);
	}
	return mount(host, target, NULL, MS_BIND | MS_REC, NULL) ? errno : 0;
}

static bool any_staged(const struct box_place *p)
{
	for (size_t i = 0; i < p->box->mount_count; i++)
		if (p->staged[i])
			return true;
	return false;
}

/*
 * For each mount that it makes, bubblewrap reads the list of all that there are. These are the
 * longest part of it on many a machine, and no sandbox may be given anything of them
 * (policy/binds.c).
 */
static void unneeded_unmount(const struct box_place *p)
{
	static const char *const paths[] = {"/sys", "/dev/shm", "/dev/mqueue", "/dev/hugepages"};
	const int flags = MNT_DETACH | UMOUNT_NOFOLLOW;

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		umount2(paths[i], flags); /* where there is none, so be it */
	if (!p->terminal)
		umount2("/dev/pts", flags);
}

int box_stage_mount(const struct box_place *p)
{
	int error = 0;

	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL))
		return errno;
	unneeded_unmount(p);
	if (!any_staged(p))
		return 0;
	if (mount("stage", STAGE_FOLDER, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755"))
		return errno;
	for (size_t i = 0; !error && i < p->box->mount_count; i++)
		if (p->staged[i])
			error = stage_one(p->staged_host[i], i);
	return error;
}
