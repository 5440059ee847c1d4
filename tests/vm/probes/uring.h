/* SPDX-License-Identifier: GPL-2.0-only */
/* One request at a time through an io_uring, by the bare system calls. */
#ifndef CLAWBPF_PROBE_URING_H
#define CLAWBPF_PROBE_URING_H

#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "table.h"

struct ring {
	int fd;
	struct io_uring_params p;
	char *sq, *cq;
	struct io_uring_sqe *sqes;
};

/* 0 or an errno. */
static inline int ring_open(struct ring *r, unsigned int flags)
{
	*r = (struct ring){.p = {.flags = flags}};
	r->fd = (int)syscall(SYS_io_uring_setup, 4, &r->p);
	return r->fd < 0 ? errno : 0;
}

static inline void *ring_map(const struct ring *r, size_t size, long offset)
{
	void *at =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd, offset);

	need(at == MAP_FAILED ? -1 : 0, "map the ring");
	return at;
}

static inline void ring_maps(struct ring *r)
{
	const struct io_uring_params *p = &r->p;

	r->sq = ring_map(r, p->sq_off.array + p->sq_entries * sizeof(__u32), IORING_OFF_SQ_RING);
	r->cq = ring_map(r, p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe),
			 IORING_OFF_CQ_RING);
	r->sqes = ring_map(r, p->sq_entries * sizeof(*r->sqes), IORING_OFF_SQES);
}

/* Puts the request where the kernel looks for it. */
static inline void ring_put(struct ring *r, const struct io_uring_sqe *sqe)
{
	__u32 *tail = (__u32 *)(r->sq + r->p.sq_off.tail);
	__u32 at = *tail & *(__u32 *)(r->sq + r->p.sq_off.ring_mask);

	r->sqes[at] = *sqe;
	((__u32 *)(r->sq + r->p.sq_off.array))[at] = at;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
}

/* The request's result as 0 or an errno, in a ring of its own. */
static inline int ring_do(const struct io_uring_sqe *sqe)
{
	const struct io_uring_cqe *cqe;
	struct ring r;
	int error = ring_open(&r, 0);

	if (error == EPERM)
		return error; /* not even a ring is to be had */
	need(error ? -1 : 0, "io_uring_setup");
	ring_maps(&r);
	ring_put(&r, sqe);
	need(syscall(SYS_io_uring_enter, r.fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0),
	     "io_uring_enter");
	cqe = (const struct io_uring_cqe *)(r.cq + r.p.cq_off.cqes);
	return cqe->res < 0 ? -cqe->res : 0;
}

#endif
