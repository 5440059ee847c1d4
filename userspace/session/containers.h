/* SPDX-License-Identifier: GPL-2.0-only */
/* Containers and their sessions: which cgroup is whose, who has to wait, and who goes on. */
#ifndef CLAWBPF_SESSION_CONTAINERS_H
#define CLAWBPF_SESSION_CONTAINERS_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/kernel.h"

/* A cgroup whose name says that it is a container's. */
struct container_cgroup {
	u64 cgroup;
	char id[65];
	unsigned int owner; /* the user who made it: in his slice he can make it seem another's */
	char *path;         /* owned */
};

struct container_cgroups {
	struct container_cgroup *items; /* owned */
	size_t count;
};

/* All there are. */
int container_cgroups_find(struct container_cgroups *ret, struct err *err);
void container_cgroups_free(struct container_cgroups *all);

/* Is it in the slice of that user's login, where he may make what cgroups he likes? */
bool container_cgroup_of_user(const struct container_cgroup *c, unsigned int user);
/* *ret_user: in whose. False: in nobody's. */
bool container_cgroup_user(const struct container_cgroup *c, unsigned int *ret_user);
/* Else whose it is by who made it. */
unsigned int container_cgroup_owner(const struct container_cgroup *c);
/* There are cgroups of that container's, and all of them are there. */
bool container_is_users(const char *id, unsigned int user);

/* In each of these the caller holds LOCK_CHANGE. */

/* From now on the container's cgroup, whenever it is made, leads into the session. */
int container_assign(struct kernel *k, u32 session, const char *id, struct err *err);
/*
 * The same for the cgroup that is there now, and for who is in it. *ret_late: it was not known of
 * before, so that some of its processes ran without a policy.
 */
int container_join(struct kernel *k, u32 session, const struct container_cgroup *c, bool *ret_late,
		   struct err *err);
/* It is nobody's: if it waits, it need not any more. */
int container_release(struct kernel *k, const struct container_cgroup *c, struct err *err);
/* Does somebody in it wait, or will he? */
bool container_waits(const struct kernel *k, u64 cgroup);

/* Those who waited and have been told go on. *ret_left: they are seen to be stopped still. */
int containers_continue(struct kernel *k, size_t *ret_left, struct err *err);
/* No container waits any more, known or not. */
int containers_unwatch(struct kernel *k, struct err *err);

#endif
