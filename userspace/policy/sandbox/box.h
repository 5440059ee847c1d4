/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sandbox that `clawbpf run` makes by itself, without a container engine: what it has, by the
 * same keys that a container would be made by. Plain data: nothing of this machine is looked at.
 */
#ifndef CLAWBPF_POLICY_BOX_H
#define CLAWBPF_POLICY_BOX_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"
#include "policy/origin.h"
#include "policy/policy.h"

struct box_mount {
	char *host, *container; /* owned, absolute and canonical */
	bool writable;
	const char *source;    /* static: "sandbox", "agent", "bind" */
	const struct pos *pos; /* borrowed: of the entry of `binds`; NULL: by workspaceAccess */
	const char *key;       /* borrowed: "agents.defaults.sandbox.binds[0]" */
};

struct box_tmpfs {
	char *path;              /* owned */
	unsigned long long size; /* bytes; 0: what the kernel gives */
};

struct box_limit {
	int resource; /* RLIMIT_NOFILE ... */
	unsigned long long soft, hard;
};

struct box {
	char *folder;    /* owned: the sandbox's private directory */
	char *workspace; /* owned: the agent's */
	char *workdir;   /* owned: where commands start, and HOME */
	enum workspace_access access;
	struct box_mount *mounts; /* owned; the last one of a place counts */
	size_t mount_count;
	struct box_tmpfs *tmpfs; /* owned */
	size_t tmpfs_count;
	char **env;               /* owned, NULL-ended: "NAME=value" */
	struct box_limit *limits; /* owned */
	size_t limit_count;
	bool read_only_root;
	const char *user;          /* borrowed: docker.user, "1000:1000"; NULL: not said */
	unsigned long long memory; /* bytes; 0: no limit */
	unsigned long long swap;   /* beside the memory; counts when memory does */
	bool swap_unlimited;       /* memorySwap: -1 */
	double cpus;               /* 0: no limit */
	unsigned long long pids;   /* 0: no limit */
	unsigned int timeout;      /* seconds; 0: none */
	struct source timeout_source;
};

#define BOX_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/*
 * Of a session that is sandboxed. -EINVAL: the config asks for what this sandbox does not have: a
 * network, a volume of an engine's, the user root, a blocked or reserved place.
 */
int box_resolve(const struct config *c, const struct policy *p, struct box **ret, struct err *err);
void box_free(struct box **b);

#define autobox __attribute__((cleanup(box_free)))

#endif
