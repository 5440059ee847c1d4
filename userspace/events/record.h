/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One entry of the audit trail: what the kernel told, and what user space knows about it. It owns
 * all it points to, so it outlives the ring, the maps and the line of the log that it came from.
 */
#ifndef CLAWBPF_EVENTS_RECORD_H
#define CLAWBPF_EVENTS_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "abi/event.h"

enum record_type {
	RECORD_NONE,
	RECORD_EXEC,    /* a program was started */
	RECORD_EXIT,    /* a process that had been executed in a session ended */
	RECORD_REFUSAL, /* something was refused, or would have been (mode "audit") */
	RECORD_LOST,    /* so many events found no room, or could not be read */
	/* A command that is to run outside of its session's sandbox: */
	RECORD_REQUESTED, /* somebody has to approve it */
	RECORD_APPROVED,
	RECORD_DENIED,
	RECORD_EXPIRED, /* nobody said anything in time */
	RECORD_REVOKED, /* what was always approved is so no more */
	RECORD_UNUSED,  /* who was to run what was approved ended before it began */
	/* What is enforced at all, and who made it so: */
	RECORD_LOADED,
	RECORD_UNLOADED,
	RECORD_TYPE_COUNT,
};

/* Bytes as a session chose them, not text: anything but what ends them. Owned; NULL: none. */
struct bytes {
	char *data; /* a NUL follows, which `len` does not count */
	size_t len;
};

/* How an exec ended. */
struct outcome {
	bool known;      /* the process ended */
	s32 status;      /* as wait(2) gives it */
	u64 duration_ns; /* since the exec */
	bool replaced;   /* the process executed another program, and went on as that */
};

/* Where the rule of a refusal comes from. */
struct rule_ref {
	struct bytes key;  /* "tools.deny[2]" */
	struct bytes file; /* none: a built-in default, which `key` would change */
	u32 line;
	struct bytes entry; /* as written: "group:runtime" */
};

/* Events that nobody will see. */
struct lost {
	u64 execs, exits, refusals; /* the ring was full */
	u64 unreadable;             /* records and lines of the log that make no sense */
};

struct record {
	enum record_type type;
	u64 time_us; /* microseconds since 1970, UTC */
	u64 boot_ns; /* CLOCK_BOOTTIME: tells order even when the wall clock was set */

	struct bytes session, agent; /* session none: its key is not known any more */
	u32 session_id;
	u32 pid, tid, ppid, uid, gid;
	u64 cgroup, generation;
	struct bytes comm;
	u16 flags; /* enum event_flags */

	u64 exec_id;
	struct bytes path; /* exec: the program; refusal: the object */
	struct bytes argv; /* each argument with a NUL behind it; refusal: the second object */
	u32 argc;          /* with those that were cut off */
	struct bytes cwd;
	struct outcome outcome; /* of an exit; of an exec when it was joined */

	u16 hook, reason; /* enum claw_hook, enum claw_reason */
	struct rule_ref rule;
	u32 number[2]; /* refusal: as in struct event */
	u64 dev, ino;

	u64 approval;        /* of what is elevated, and of the records about approvals; 0: none */
	struct bytes sender; /* who wrote what was to be answered: "telegram:123" */
	/* approved: "once", "always", "stored", "config"; loaded: "first", "again"; unloaded:
	 * "force" */
	struct bytes how;
	struct bytes login; /* who answered or loaded (with uid): as whom he logged in */
	struct bytes tty;   /* and on which terminal he sat */
	struct bytes boot;  /* loaded, unloaded: the kernel's number of this start of the machine */

	struct lost lost;
};

/* What a refusal is about decides what its numbers mean. */
enum object_kind { OBJECT_FILE, OBJECT_SOCKET, OBJECT_MOUNT };
enum object_kind record_object(const struct record *r);

static inline u32 record_socket_type(const struct record *r)
{
	return r->number[1] & 0xf; /* the rest are SOCK_CLOEXEC and SOCK_NONBLOCK */
}

static inline u32 record_socket_protocol(const struct record *r)
{
	return r->number[1] >> 16;
}

/* The first argument, or the one behind `arg`; NULL after the last. Borrowed. */
const char *record_next_arg(const struct record *r, const char *arg);

/* Copies: `to` is freed first. -ENOMEM. */
int bytes_set(struct bytes *to, const void *data, size_t len);
void record_clear(struct record *r); /* frees what it owns, and is empty again */
#define autorecord __attribute__((cleanup(record_clear)))

/* Which records somebody wants to see. All zero: all. */
struct record_filter {
	/* NULL: any. A session's key may lack its head, "agent:main:": of any agent then. */
	const char *session, *agent;
	unsigned int types; /* bit 1 << type; 0: any */
	u64 since_us;
	u64 until_us; /* and not from then on; 0: no end */
};
bool record_matches(const struct record *r, const struct record_filter *f);

static inline bool lost_any(const struct lost *l)
{
	return l->execs || l->exits || l->refusals || l->unreadable;
}

static inline void lost_add(struct lost *to, const struct lost *more)
{
	to->execs += more->execs;
	to->exits += more->exits;
	to->refusals += more->refusals;
	to->unreadable += more->unreadable;
}

#endif
