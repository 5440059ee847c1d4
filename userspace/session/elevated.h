/* SPDX-License-Identifier: GPL-2.0-only */
/* One command of a session on the host, as it was approved: as whom, with what, and labelled how.
 */
#ifndef CLAWBPF_SESSION_ELEVATED_H
#define CLAWBPF_SESSION_ELEVATED_H

#include <sys/types.h>

#include "kernel/kernel.h"

struct elevated_user {
	uid_t uid;
	gid_t gid;
	char *name, *home; /* owned; name NULL: the number has none */
};

/* `named`, else whose `home` is: the agent's own user, as whom its commands run without us. */
int elevated_user_find(const char *named, const char *home, struct elevated_user *ret,
		       struct err *err);
void elevated_user_clear(struct elevated_user *u);

struct run_elevated {
	u64 approval;
	u64 fingerprint; /* of the config by which it was decided */
	const char *agent;
	const char *program; /* absolute path */
	const struct elevated_user *user;
	/* Looks once more, and uses the approval up: the last thing before the program. */
	int (*claim)(void *arg, struct kernel *k, u64 cgroup, struct err *err);
	void *arg;
};

/* The caller holds LOCK_CHANGE from here until the program is in its session. */
int elevated_register(struct kernel *k, const char *key, const struct run_elevated *e, u32 *ret_id,
		      struct err *err);
/* The config is still the one that was asked; and the approval is used up, for the run of that
 * cgroup. */
int elevated_claim(struct kernel *k, const struct run_elevated *e, u64 cgroup, struct err *err);

/* In the child: becomes the program. Returns an errno value; *ret_what says of what. */
int elevated_become(const struct run_elevated *e, char *const *argv, const char **ret_what);

#endif
