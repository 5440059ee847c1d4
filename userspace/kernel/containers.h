/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel knows of containers: whose each is, and which cgroups wait to be told. */
#ifndef CLAWBPF_KERNEL_CONTAINERS_H
#define CLAWBPF_KERNEL_CONTAINERS_H

#include "kernel/kernel.h"

/* session: CONTAINER_FOREIGN, or its session. */
int container_write(struct kernel *k, const char *id, u32 session, struct err *err);
int container_remove(struct kernel *k, const char *id, struct err *err);
bool container_find(const struct kernel *k, const char *id, u32 *ret_session);
/* The first one, or the one behind `id`. False: there is none. `ret` has 65 bytes. */
bool container_next(const struct kernel *k, const char *id, char *ret);

/* Whose containers have to wait when nobody knows them: enum watch_flags, 0 for none. The caller
 * holds LOCK_CHANGE. */
int container_watch(struct kernel *k, u32 watch, struct err *err);

/* What the kernel asks of the agent. */
struct calls;

int calls_open(struct kernel *k, void (*call)(void *arg, const struct call *c), void *arg,
	       struct calls **ret, struct err *err);
void calls_free(struct calls **calls);
/* Readable when there is a call. */
int calls_fd(const struct calls *calls);
int calls_read(struct calls *calls, struct err *err);

#endif
