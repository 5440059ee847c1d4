/* SPDX-License-Identifier: GPL-2.0-only */
/* What does a product's gateway make of a session: whose is it, and is it sandboxed? */
#ifndef CLAWBPF_POLICY_RUNTIME_H
#define CLAWBPF_POLICY_RUNTIME_H

#include "policy/policy.h"
#include "policy/key/session_key.h"

struct runtime {
	char *agent, *key, *main_key; /* owned */
	enum sandbox_mode mode;
	bool main, sandboxed;
};

/*
 * Of the products' dialects only. A blank key is nobody's session: the default agent's, and never
 * sandboxed. -EINVAL: malformed; -ENOMEM.
 */
int runtime_resolve(const struct config *c, const char *key, struct runtime *ret, struct err *err);
void runtime_clear(struct runtime *r);

#endif
