/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A command that is to run outside of its session's sandbox, and what was said to it. It is kept in
 * a map: no process of a session can use bpf(2), so none can answer for itself, and it is there
 * whoever was killed. No program of ours reads it.
 */
#ifndef CLAWBPF_ABI_APPROVAL_H
#define CLAWBPF_ABI_APPROVAL_H

#include "abi/policy.h"

#define APPROVALS_MAX 128

#define APPROVAL_ARGV_MAX   4096
#define APPROVAL_PATH_MAX   512
#define APPROVAL_SENDER_MAX 128

enum approval_state {
	APPROVAL_NONE,
	APPROVAL_WAITING,
	APPROVAL_APPROVED, /* to be used once */
	APPROVAL_USED,
	APPROVAL_DENIED,
	APPROVAL_EXPIRED,
	APPROVAL_UNUSED, /* used by a run that ended before its program began */
};

/* Value of `approvals`, by id. Strings end with a NUL, and everything behind it is zero: two
 * requests for the same are equal byte by byte. */
struct approval {
	u32 state;     /* enum approval_state */
	u32 answering; /* somebody began to answer: the trail may have that already */
	u64 asked_ns;  /* CLOCK_BOOTTIME */
	u64 deadline_ns;
	u64 cgroup; /* used: of the run that did */
	/* What it is for: from here on nothing ever changes. */
	u64 fingerprint;                        /* of the config by which it was asked */
	u64 dev, ino, size, mtime_ns, ctime_ns; /* of the program */
	u32 uid, gid;                           /* as whom it is to run */
	u32 argc, argv_len;
	char session[SESSION_KEY_LEN];
	char agent[AGENT_LEN];
	char sender[APPROVAL_SENDER_MAX];
	char program[APPROVAL_PATH_MAX];
	char cwd[APPROVAL_PATH_MAX];
	char argv[APPROVAL_ARGV_MAX]; /* each with a NUL behind it */
};
ABI_ASSERT_SIZE(struct approval, 5672);

#endif
