/* SPDX-License-Identifier: GPL-2.0-only */
/* Puts what is found out about containers into the kernel. */
#ifndef CLAWBPF_AGENT_OWNERS_H
#define CLAWBPF_AGENT_OWNERS_H

#include <stdio.h>

#include "config/document.h"
#include "policy/container/container_owner.h"
#include "session/containers.h"

/* What is enforced, while it may be changed. All zero but `out` to begin with. */
struct owners {
	FILE *out;
	int lock; /* between owners_begin and owners_end */
	struct kernel *kernel;
	struct document *document; /* kept from one time to the next */
	u64 generation;
	unsigned int told_user; /* of whose engine it was said that it is not looked after */
};

/* Takes LOCK_CHANGE. -ENOENT: no policy is loaded. */
int owners_begin(struct owners *o, struct err *err);
void owners_end(struct owners *o);
/* What is enforced is another one now. */
void owners_forget(struct owners *o);

/* In each of these owners_begin has succeeded. */

/* Whose is it? From now on the kernel knows. */
int owners_learn(struct owners *o, const struct container_facts *f, u32 *ret_session,
		 struct err *err);
/* What is in this cgroup is in that session; CONTAINER_FOREIGN: in none, and it need not wait. */
int owners_settle(struct owners *o, const struct container_cgroup *c, u32 session, struct err *err);
/* No engine that is looked after has it. */
int owners_settle_foreign(struct owners *o, const struct container_cgroup *c, struct err *err);
/* Nobody could tell whose it is: it may do nothing. */
int owners_settle_unknown(struct owners *o, const struct container_cgroup *c, struct err *err);

#endif
