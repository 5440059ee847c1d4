// SPDX-License-Identifier: GPL-2.0-only
/* What was found out when a session was first run, and is it still good? */
#include "session/plan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/lock.h"
#include "kernel/maps.h"
#include "session/plan_bytes.h"
#include "session/plan_file.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/path.h"

#define PLAN_FOLDER RUN_FOLDER "/plans"

const char *plan_program = "/proc/self/exe";

static bool stamp_make(const struct kernel *k, struct plan_stamp *ret)
{
	struct err ignored;
	struct state state;
	struct stat st;

	if (state_read(k, &state, &ignored) || stat(plan_program, &st))
		return false;
	*ret = (struct plan_stamp){.generation = state.generation,
				   .object = state.object,
				   .kernel = kernel_id(k),
				   .dev = st.st_dev,
				   .ino = st.st_ino,
				   .time = (u64)st.st_mtim.tv_sec * 1000000000ull +
					   (u64)st.st_mtim.tv_nsec,
				   .size = (u64)st.st_size};
	return true;
}

static void name_make(char *name, size_t len, u64 generation, const char *session)
{
	u64 hash = 14695981039346656037ull;

	for (const char *s = session; *s; s++)
		hash = (hash ^ (unsigned char)*s) * 1099511628211ull;
	snprintf(name, len, "%llu-%016llx", (unsigned long long)generation,
		 (unsigned long long)hash);
}

/*
 * A bind was looked at through the links of this machine. While there is none on the way to it, it
 * is what it was written as.
 */
static bool binds_are_plain(const struct box *b)
{
	for (size_t i = 0; i < b->mount_count; i++) {
		int fd;

		if (strcmp(b->mounts[i].source, "bind") != 0)
			continue;
		fd = path_open_plain(b->mounts[i].host);
		if (fd < 0)
			return false;
		close(fd);
	}
	return true;
}

/* Those of policies that are gone. */
static void others_remove(int dir, u64 generation)
{
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	while (list && (entry = readdir(list)))
		if (entry->d_name[0] != '.' && strtoull(entry->d_name, NULL, 10) != generation)
			unlinkat(dir, entry->d_name, 0);
	if (list)
		closedir(list);
	else if (copy >= 0)
		close(copy);
}

void plan_write(const struct kernel *k, const char *session, const struct plan *p)
{
	struct buf b autobuf = {0};
	struct plan_stamp stamp;
	autoclose int dir = -1;
	char name[64];

	mkdir(RUN_FOLDER, 0755);
	if ((p->box && !binds_are_plain(p->box)) || !stamp_make(k, &stamp) ||
	    (mkdir(PLAN_FOLDER, 0700) && errno != EEXIST))
		return;
	dir = plan_folder_open(PLAN_FOLDER);
	plan_encode(&b, &stamp, session, p);
	if (dir < 0 || b.failed || b.len > PLAN_MAX)
		return;
	others_remove(dir, stamp.generation);
	name_make(name, sizeof(name), stamp.generation, session);
	plan_file_write(dir, name, &b);
}

struct plan *plan_read(const struct kernel *k, const char *session)
{
	struct plan *p autoplan = NULL;
	autofree char *bytes = malloc(PLAN_MAX);
	struct plan_stamp stamp;
	autoclose int dir = -1;
	char name[64];
	ssize_t n;

	if (!bytes || !stamp_make(k, &stamp))
		return NULL;
	dir = plan_folder_open(PLAN_FOLDER);
	name_make(name, sizeof(name), stamp.generation, session);
	n = dir < 0 ? -1 : plan_file_read(dir, name, bytes);
	if (n >= 0)
		p = plan_decode(bytes, (size_t)n, &stamp, session);
	return p && (!p->box || binds_are_plain(p->box)) ? TAKE_PTR(p) : NULL;
}
