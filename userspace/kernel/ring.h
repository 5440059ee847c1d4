/* SPDX-License-Identifier: GPL-2.0-only */
/* The ring buffer as a source of events: whoever takes them puts them into the log. */
#ifndef CLAWBPF_KERNEL_RING_H
#define CLAWBPF_KERNEL_RING_H

#include "events/trail.h"
#include "kernel/kernel.h"

struct ring;

/*
 * Borrows the kernel. The ring has one reader at a time: this waits for another one to be done.
 * -EBUSY: it goes on for seconds, and so keeps the log.
 */
int ring_open(struct kernel *k, struct ring **ret, struct err *err);
/* Ought somebody to empty it? Costs next to nothing, which opening it does not. */
bool ring_is_filling(const struct kernel *k);
/* The source, valid until ring_free. Borrowed. */
const struct event_source *ring_source(const struct ring *ring);
void ring_free(struct ring **ring);

/*
 * For who waits for events all the time, and leaves the ring to others between: it is opened
 * without being taken. False: somebody else reads it just now.
 */
int ring_open_shared(struct kernel *k, struct ring **ret, struct err *err);
bool ring_take(struct ring *ring);
void ring_give(struct ring *ring);
/* Readable when there are events. */
int ring_fd(const struct ring *ring);

#define autoring __attribute__((cleanup(ring_free)))

#endif
