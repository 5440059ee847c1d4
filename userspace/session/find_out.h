/* SPDX-License-Identifier: GPL-2.0-only */
/* What a run has to know of its session, when no earlier run of it has found that out. */
#ifndef CLAWBPF_SESSION_FIND_OUT_H
#define CLAWBPF_SESSION_FIND_OUT_H

#include "policy/sandbox/box.h"
#include "session/run.h"

/* A session that is to be sandboxed gets its sandbox, unless the caller has one around it. */
static inline bool run_is_boxed(const struct run_request *request, const struct policy_head *head)
{
	return head->flags & POLICY_SANDBOXED && !request->kernel_only;
}

struct found; /* what a box borrows from */

/*
 * Registers the session, by the enforced config, and keeps what it finds for the next run. *k, of
 * which few maps are open, is opened anew. *ret_box goes before *ret; NULL: no sandbox.
 */
int session_find_out(const struct run_request *request, struct kernel **k, u32 *ret_session,
		     struct box **ret_box, struct found **ret, struct err *err);
void found_free(struct found **f);

#endif
