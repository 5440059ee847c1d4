/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests to run outside of a sandbox, from the asking to the one use of an approval.
 *
 * They are in a map, not with some process: every step is one write of one element, under a lock
 * that the kernel lets go when its holder is killed. So whoever is killed, a request is there or it
 * is not, and an approval is used once or not at all.
 */
#ifndef CLAWBPF_SESSION_APPROVALS_H
#define CLAWBPF_SESSION_APPROVALS_H

#include "abi/approval.h"
#include "events/record.h"
#include "kernel/kernel.h"

/* Who says yes or no. */
struct approver {
	u32 uid;
	char login[64]; /* as whom he logged in, whatever he became since; "": not known */
	char tty[64];   /* "": none */
};

/* The caller. -EPERM: it is a process of a session, or of the agent itself. */
int approver_self(const struct kernel *k, struct approver *ret, struct err *err);

/* As whom the caller logged in, and on which terminal. */
void approver_read(struct approver *ret);

/*
 * Asks for it, or finds that the very same is asked for already: what was asked by somebody who was
 * killed meanwhile goes on. Times and state of `want` are filled here. -EBUSY: the session asks for
 * too much at once.
 */
int approval_request(struct kernel *k, struct approval *want, unsigned int timeout, u64 *ret_id,
		     struct err *err);

enum approval_verdict { VERDICT_DENY, VERDICT_ONCE, VERDICT_ALWAYS };
/* -ENOENT: no such request; -EALREADY: it has its answer; -ETIMEDOUT: it had its time. */
int approval_answer(struct kernel *k, u64 id, enum approval_verdict verdict,
		    const struct approver *who, struct err *err);

/*
 * Uses an approval up, for the run of that cgroup. `want` has to be what was approved, under the
 * very config by which it was asked. -EINPROGRESS: nobody answered yet; -EACCES: denied;
 * -ETIMEDOUT: expired; -EAGAIN: it was used already, or is gone: ask again.
 */
int approval_claim(struct kernel *k, u64 id, const struct approval *want, u64 cgroup,
		   struct err *err);
/* The run ends, or ended. When its program never began, the trail has that. */
int approval_run_ends(struct kernel *k, u64 cgroup, const struct cgroup_entry *entry,
		      struct err *err);

/* What is there, those that had their time told from the others. *ret is the caller's. */
struct approval_item {
	u64 id;
	struct approval approval;
};
int approval_list(struct kernel *k, struct approval_item **ret, size_t *ret_count, struct err *err);

/* Has the trail such a line already? */
bool approval_is_recorded(enum record_type type, u64 id, const char *how,
			  const struct approver *who);
/* A line of the trail about it. how, who may be NULL. */
int approval_record(enum record_type type, u64 id, const struct approval *a, const char *how,
		    const struct approver *who, struct err *err);

/* A number that is not 0. */
u64 approval_new_id(void);

#endif
