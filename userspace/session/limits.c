// SPDX-License-Identifier: GPL-2.0-only
/* How much may a session have? By the cgroup that it runs in. */
#include "session/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "session/cgroup.h"
#include "util/cleanup.h"

#define CPU_PERIOD 100000 /* microseconds */

static int put(const char *folder, const char *file, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int put(const char *folder, const char *file, const char *fmt, ...)
{
	autofree char *path = NULL;
	autoclose int fd = -1;
	char text[64];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (asprintf(&path, "%s/%s", folder, file) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	fd = open(path, O_WRONLY | O_CLOEXEC);
	return fd < 0 || write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

/* A controller has to be handed down, from the hierarchy's root to our directory's children. */
static int hand_down(const char *controller)
{
	autofree char *mount = NULL, *ours = NULL;
	struct err ignored;
	int r = cgroup_mount(&mount, &ignored);

	if (r || asprintf(&ours, "%s/clawbpf", mount) < 0) {
		ours = NULL;
		return -ENOENT;
	}
	r = put(mount, "cgroup.subtree_control", "+%s", controller);
	return r ? r : put(ours, "cgroup.subtree_control", "+%s", controller);
}

static int failed(int r, const char *controller, const char *key, struct err *err)
{
	err_errno(err, -r, "the sandbox's limit cannot be set by the cgroup controller \"%s\"",
		  controller);
	err_key(err, "agents.defaults.sandbox.docker.%s", key);
	return err_fix(err, "see that cgroup.controllers of the cgroup2 root names it, or remove "
			    "the limit");
}

static int limit_memory(const char *cgroup, const struct box *b)
{
	int r = hand_down("memory");

	if (!r)
		r = put(cgroup, "memory.max", "%llu", b->memory);
	if (r || b->swap_unlimited)
		return r;
	r = put(cgroup, "memory.swap.max", "%llu", b->swap);
	return r == -ENOENT ? 0 : r; /* a kernel without swap accounting has no swap to limit */
}

static int limit_cpus(const char *cgroup, const struct box *b)
{
	int r = hand_down("cpu");

	return r ? r
		 : put(cgroup, "cpu.max", "%lld %d", (long long)(b->cpus * CPU_PERIOD), CPU_PERIOD);
}

static int limit_pids(const char *cgroup, const struct box *b)
{
	int r = hand_down("pids");

	return r ? r : put(cgroup, "pids.max", "%llu", b->pids);
}

int limits_apply(const char *cgroup, const struct box *b, struct err *err)
{
	int r;

	r = b->memory ? limit_memory(cgroup, b) : 0;
	if (r)
		return failed(r, "memory", "memory", err);
	r = b->cpus > 0 ? limit_cpus(cgroup, b) : 0;
	if (r)
		return failed(r, "cpu", "cpus", err);
	r = b->pids ? limit_pids(cgroup, b) : 0;
	return r ? failed(r, "pids", "pidsLimit", err) : 0;
}
