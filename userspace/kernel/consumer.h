/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is in a ring buffer is looked at first, and given back to the kernel only when somebody has
 * kept it: whoever is killed in between, the next one finds it again.
 */
#ifndef CLAWBPF_KERNEL_CONSUMER_H
#define CLAWBPF_KERNEL_CONSUMER_H

#include <stddef.h>

#include "util/err.h"

struct consumer {
	size_t page, size;        /* bytes; of the buffer a power of two */
	unsigned long *taken;     /* mapped: what was given back */
	const unsigned long *put; /* mapped, the buffer behind it twice */
	unsigned long at;         /* what was looked at */
};
#define CONSUMER_EMPTY ((struct consumer){.size = 0})

/* `map` stays the caller's. */
int consumer_open(struct consumer *c, int map, struct err *err);
void consumer_close(struct consumer *c);

/* How far it is filled by now. */
unsigned long consumer_end(const struct consumer *c);
/* How much is there that was not given back, in bytes. */
size_t consumer_waiting(const struct consumer *c);
/* The next record before `end`, borrowed until consumer_keep. NULL: there is none that is ready. */
const void *consumer_next(struct consumer *c, unsigned long end, size_t *ret_len);
/* All that was looked at is somewhere else now. */
void consumer_keep(struct consumer *c);
/* None of what was looked at since is. */
void consumer_back(struct consumer *c);

#endif
