/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was approved for always: /var/lib/clawbpf/approvals.json, root's, 0600, replaced as a whole.
 * A grant is for one command, word for word, of one session, sender, user and folder. The gates and
 * the pattern are asked each time; only the question to a person is saved.
 */
#ifndef CLAWBPF_SESSION_GRANTS_H
#define CLAWBPF_SESSION_GRANTS_H

#include "kernel/lock.h"
#include "session/approvals.h"

#define GRANTS_DIR  OWN_FOLDER
#define GRANTS_NAME "approvals.json"
#define GRANTS_PATH GRANTS_DIR "/" GRANTS_NAME

struct grant {
	u64 id; /* of the request that it was given to */
	u64 time_us;
	struct approval what; /* state, times and identity of the program are not looked at */
	struct approver who;
};

struct grants {
	struct grant *items; /* owned */
	size_t count;
};

/*
 * Makes the folder, so that there is one that the kernel can keep sessions out of, and as long as
 * there is room for it the file. *ret_folder: open, the caller's.
 */
int grants_prepare(int *ret_folder, struct err *err);

/* An error: it is not root's alone, no such file of ours, or not in the folder that is kept. */
int grants_read(const struct kernel *k, struct grants *ret, struct err *err);
void grants_clear(struct grants *g);
/* NULL = none is for it. Borrowed. */
const struct grant *grants_find(const struct grants *g, const struct approval *want);
/* The caller holds LOCK_APPROVALS. */
int grants_add(const struct kernel *k, u64 id, const struct approval *a, const struct approver *who,
	       struct err *err);
/* Takes the lock. -ENOENT: there is none. *ret: what it was for. */
int grants_revoke(const struct kernel *k, u64 id, struct grant *ret, struct err *err);

#endif
