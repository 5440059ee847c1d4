/* SPDX-License-Identifier: GPL-2.0-only */
/* The cgroups by which tasks enter a session: the unified hierarchy only. */
#ifndef CLAWBPF_SESSION_CGROUP_H
#define CLAWBPF_SESSION_CGROUP_H

#include <stdbool.h>
#include <sys/types.h>

#include "abi/types.h"
#include "util/err.h"

/* Where the unified hierarchy is mounted. Owned by the caller. */
int cgroup_mount(char **ret, struct err *err);
/*
 * Makes <mount>/clawbpf/<name>. The path is owned by the caller, and so is *ret_hold: as long as
 * that is open, the cgroup is somebody's. It ends with its holder, however that one ends.
 */
int cgroup_create(const char *name, char **ret_path, u64 *ret_id, int *ret_hold, struct err *err);
/* Is it gone? One that nobody holds, and nobody is in, goes now. */
bool cgroup_reap(u64 id);
/* The id of an existing cgroup directory. -EINVAL: it is none, or too deep to be found from below.
 */
int cgroup_id(const char *path, u64 *ret_id, struct err *err);
int cgroup_move(const char *path, pid_t pid, struct err *err);
/* Sends SIGKILL to everything in it, and below it. */
int cgroup_kill(const char *path, struct err *err);
/* Removes <mount>/clawbpf/<name> for all names that start with the prefix ("": all), and the folder
 * when it is empty then. Those with processes in them stay. */
void cgroup_remove_empty(const char *prefix);
/* Is any process in it, or below it? */
bool cgroup_populated(const char *path);
/* 0 also when it is gone already. Waits for what was killed in it to leave, for a second at most.
 */
int cgroup_remove(const char *path, struct err *err);

#endif
