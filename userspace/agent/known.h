/* SPDX-License-Identifier: GPL-2.0-only */
/* Which containers were told of, and about which is somebody asked? */
#ifndef CLAWBPF_AGENT_KNOWN_H
#define CLAWBPF_AGENT_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

/* A container that an engine has. */
struct known {
	char id[65];
	unsigned char engine;
	bool fresh; /* told by an event: a list that was made before does not have it */
	unsigned int round;
};

struct known_list {
	struct known *items; /* owned */
	size_t count;
};

/* NULL = none. Valid until the list changes. */
struct known *known_find(struct known_list *l, const char *id);
/* Adds it, or renews what is said of it. Without memory it is not added: the next list tells it
 * again. */
void known_add(struct known_list *l, const char *id, size_t engine, unsigned int round, bool fresh);
void known_drop(struct known_list *l, struct known *k);

/*
 * Any user who has cgroups of his own can make those of containers that no engine knows. They take
 * no room from root's containers, nor one user's from another's: their turn comes later. All
 * users' together are fewer than an engine is asked at a time.
 */
#define ASKED_MAX      256
#define ASKED_OF_USERS 48
#define ASKED_OF_USER  16

/* One that waits, and that engines are asked about. */
struct asked {
	char id[65];
	unsigned int owner;          /* whose cgroup it is */
	bool waits;                  /* it was seen to, since the last sweep */
	unsigned int no;             /* bit n: engine n has no such container */
	long long since_ms, last_ms; /* when first; when last, LLONG_MIN / 2: not yet */
};

struct asked_list {
	struct asked items[ASKED_MAX];
	size_t count;
};

/* NULL = none. Valid until the list changes, as that of asked_wait. */
struct asked *asked_find(struct asked_list *l, const char *id);
/* Finds or adds it: it waits. NULL: no room, its turn comes. */
struct asked *asked_wait(struct asked_list *l, const char *id, unsigned int owner);
void asked_remove(struct asked_list *l, const char *id);
/* Those go of which nobody has said that they wait since the last time. */
void asked_sweep(struct asked_list *l);
/* Milliseconds, by a clock that nobody sets. */
long long asked_now(void);

#endif
