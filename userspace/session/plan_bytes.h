/* SPDX-License-Identifier: GPL-2.0-only */
/* A plan as it is kept in a file. */
#ifndef CLAWBPF_SESSION_PLAN_BYTES_H
#define CLAWBPF_SESSION_PLAN_BYTES_H

#include "session/plan.h"
#include "util/buf.h"

#define PLAN_MAX (64 * 1024)

/* For what it was made. */
struct plan_stamp {
	u64 generation, object, kernel; /* the policy, the programs, and which load pinned them */
	u64 dev, ino, time, size;       /* this program's own file */
};

void plan_encode(struct buf *b, const struct plan_stamp *stamp, const char *session,
		 const struct plan *p);
/* NULL: it was made for another, or is not whole to the last byte. Owned. */
struct plan *plan_decode(const char *bytes, size_t len, const struct plan_stamp *stamp,
			 const char *session);

#endif
