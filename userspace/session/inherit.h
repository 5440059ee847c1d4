/* SPDX-License-Identifier: GPL-2.0-only */
/* What a program inherits from whoever starts it: network sockets that it would not get by itself.
 */
#ifndef CLAWBPF_SESSION_INHERIT_H
#define CLAWBPF_SESSION_INHERIT_H

#include "kernel/kernel.h"

/*
 * To be called before a program of ours enters a session without a network. About splice out of a
 * TCP socket, and up to 6.4 about splice and sendfile into one, the kernel asks no cheap hook; when
 * we hold a socket, the dear one is attached. Without it such a program is ended as it starts.
 */
int inherit_prepare(struct kernel *k, u32 session, struct err *err);
/* The same for a process that is there already, whatever it holds. */
int inherit_prepare_always(struct kernel *k, u32 session, struct err *err);

#endif
