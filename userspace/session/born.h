/* SPDX-License-Identifier: GPL-2.0-only */
/* A process that is in a cgroup from its birth on. */
#ifndef CLAWBPF_SESSION_BORN_H
#define CLAWBPF_SESSION_BORN_H

#include <sys/types.h>

/*
 * Calls `run` in a child that was born in the cgroup (a descriptor of its directory), and waits
 * until it has executed a program or has ended; until then they share their memory. Nothing is
 * copied and nothing is moved, which is most of what a fork costs. -1 with errno. Not for more than
 * one at a time.
 */
pid_t born_in_cgroup(int cgroup, int (*run)(void *arg), void *arg);

#endif
