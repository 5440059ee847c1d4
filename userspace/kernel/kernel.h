/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Our maps and programs in the running kernel: loaded by this process, or found pinned. Whoever
 * changes them holds the lock (kernel/lock.h).
 */
#ifndef CLAWBPF_KERNEL_KERNEL_H
#define CLAWBPF_KERNEL_KERNEL_H

#include <stdbool.h>

#include "abi/policy.h"
#include "util/err.h"

#define PIN_ROOT "/sys/fs/bpf/clawbpf"

/* The maps that user space reads or writes, by their names in bpf/lib/maps.h; and is it one of
 * those by which a program is started in a session that is known? */
#define KERNEL_MAPS(MAP)                                                                           \
	MAP(MAP_STATE, "state", true)                                                              \
	MAP(MAP_IMAGES, "images", true)                                                            \
	MAP(MAP_SOURCES, "sources", false)                                                         \
	MAP(MAP_SESSIONS, "sessions", true)                                                        \
	MAP(MAP_SESSION_IDS, "session_ids", true)                                                  \
	MAP(MAP_SESSION_COUNTS, "session_counts", true)                                            \
	MAP(MAP_CGROUPS, "cgroups", true)                                                          \
	MAP(MAP_CONTAINERS, "containers", false)                                                   \
	MAP(MAP_CALLS, "calls", false)                                                             \
	MAP(MAP_APPROVALS, "approvals", false)                                                     \
	MAP(MAP_LABELS, "labels", true)                                                            \
	MAP(MAP_HOOK_STATS, "hook_stats", false)                                                   \
	MAP(MAP_ALERTS, "alerts", false)                                                           \
	MAP(MAP_COUNTERS, "counters", false)                                                       \
	MAP(MAP_TOLD, "told", false)                                                               \
	MAP(MAP_EVENTS, "events", true) /* kernel_id */

enum kernel_map {
#define KERNEL_MAP_ENUM(id, name, known) id,
	KERNEL_MAPS(KERNEL_MAP_ENUM)
#undef KERNEL_MAP_ENUM
		MAP_COUNT
};

/* What a policy asks of the kernel; each program is attached for the sake of some of these. */
enum kernel_need {
	NEED_ALWAYS = 1u << 0,
	NEED_FILES = 1u << 1,   /* denied binaries that exist as files, or by content */
	NEED_NETWORK = 1u << 2, /* a session without a network */
	NEED_SANDBOX = 1u << 3, /* a sandboxed session */
	NEED_SETUP = 1u << 4,   /* a container runtime that starts inside a session */
	NEED_SPLICE = 1u << 5,  /* an inherited network socket */
	NEED_AGENT = 1u << 6,   /* the agent looks after an engine's containers */
	NEED_GATEWAY = 1u << 7, /* an agent's own process tree */
};

enum program_id { PROGRAM_COUNT = 53 };

struct kernel {
	int map[MAP_COUNT];
	int program[PROGRAM_COUNT]; /* -1: not in this kernel */
	int link[PROGRAM_COUNT];    /* -1: not attached */
	void *skeleton;             /* NULL when found pinned */
	bool pinned;
	bool few; /* only what kernel_open_few has opened, and what kernel_attach came to need */
};

/*
 * What is pinned. -ENOENT: nothing is loaded; -ESTALE: it is of another version; -EACCES and
 * -EPERM: the caller may not look. The kernel's objects stay when the struct is freed.
 */
int kernel_open(struct kernel **ret, struct err *err);
/* The same for who starts a program in a session that is known, for which a hundred descriptors
 * would take longer than all the rest. The maps that it has not are -1. */
int kernel_open_few(struct kernel **ret, struct err *err);
/* Keeps the maps, and no hook alive: for who holds on to them, and must not keep `unload` from
 * ending enforcement. */
void kernel_detach_links(struct kernel *k);
/* Tells what is pinned now from what was before: another number after an unload. 0: nothing is. */
u64 kernel_pinned_id(void);
/* The same of what this is. */
u64 kernel_id(const struct kernel *k);
/*
 * Loads maps and programs afresh, attaches nothing and pins nothing: freed, it is gone. What the
 * kernel lacks is said in words.
 */
int kernel_load(struct kernel **ret, struct err *err);
/* Are the programs in the kernel those of this build? */
int kernel_is_current(const struct kernel *k, bool *ret, struct err *err);
/*
 * Loads this build's programs on the maps of the pinned ones: sessions, labels and rules stay.
 * Freed before kernel_pin, it is gone, and the pinned ones go on.
 */
int kernel_load_beside(const struct kernel *pinned, struct kernel **ret, struct err *err);
void kernel_free(struct kernel **k);

/* Attaches every program that one of the needs asks for and that is not attached yet. */
int kernel_attach(struct kernel *k, unsigned int needs, struct err *err);
/* The same for what is attached there: sessions and containers may have asked for it. */
int kernel_attach_like(struct kernel *k, const struct kernel *other, struct err *err);
/* Makes what was loaded outlive the process: all pins appear at once, under PIN_ROOT, in the place
 * of those that were there. */
int kernel_pin(struct kernel *k, struct err *err);
/* Removes the pins, and with them all enforcement. 0 also when nothing was loaded. */
int kernel_unpin(struct err *err);

#define autokernel __attribute__((cleanup(kernel_free)))

#endif
