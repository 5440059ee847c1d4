/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One record in the ring buffer: a fixed head, then `blob_len` bytes that hold up to three byte
 * strings one after the other (path, argv, cwd), each with its own length and no terminator. What
 * was longer than its limit is cut, and the flag says so.
 */
#ifndef CLAWBPF_ABI_EVENT_H
#define CLAWBPF_ABI_EVENT_H

#include "abi/hook.h"
#include "abi/types.h"

enum event_type {
	EVENT_EXEC = 1, /* a program was started: path, argv, cwd */
	EVENT_EXIT,     /* a process that had been executed in the session ended */
	EVENT_REFUSAL,  /* path: the object (a file, a mount source); argv: a second one, if any */
};

enum event_flags {
	EVENT_AUDIT_ONLY = 1u << 0, /* mode "audit": the refusal was only reported */
	EVENT_PATH_CUT = 1u << 1,
	EVENT_ARGV_CUT = 1u << 2,
	EVENT_CWD_CUT = 1u << 3,
	EVENT_PATH_FAILED = 1u << 4, /* the path could not be resolved: what is there is the name */
	EVENT_KILLED = 1u << 5,      /* refused after the point of no return: by SIGKILL */
	EVENT_SETUP = 1u << 6,       /* while a container runtime set the session up */
	EVENT_ELEVATED = 1u << 7,    /* outside of the session's sandbox, as approved */
};

#define EVENTS_SIZE (4 << 20) /* of the ring */

#define EVENT_PATH_MAX 4095
#define EVENT_ARGV_MAX 2048
#define EVENT_CWD_MAX  1023
#define EVENT_COMM_LEN 16

struct event {
	u16 type;        /* enum event_type */
	u16 hook;        /* enum claw_hook */
	u16 reason;      /* enum claw_reason */
	u16 flags;       /* enum event_flags */
	u64 time_ns;     /* CLOCK_BOOTTIME */
	u64 exec_id;     /* joins an exec to its exit; 0: not executed in the session */
	u64 cgroup_id;   /* of the task's cgroup, unified hierarchy */
	u64 duration_ns; /* exit: since the exec */
	u64 generation;  /* of the policy that answered */
	u32 session;     /* id in the `sessions` map */
	u32 rule;        /* index into the generation's origins; RULE_NONE: no rule */
	u32 pid, tid;    /* in the initial pid namespace */
	u32 ppid;
	u32 uid, gid;  /* in the initial user namespace */
	s32 exit_code; /* exit: as wait(2) gives it */
	u32 number[2]; /* refusal: socket family and type|protocol<<16; dev and flags of a mount */
	u64 dev, ino;  /* refusal or exec: the file, as the kernel knows it; 0: none */
	u64 approval;  /* elevated: of which approval; 0: not elevated */
	u16 path_len, argv_len, cwd_len;
	u16 argc; /* arguments in argv, each ended by a NUL in it */
	char comm[EVENT_COMM_LEN];
	char blob[];
};
ABI_ASSERT_SIZE(struct event, 136);

#endif
