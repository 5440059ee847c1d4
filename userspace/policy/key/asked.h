/* SPDX-License-Identifier: GPL-2.0-only */
/* Which agent and which session does a product's own `sandbox explain` mean by its arguments? */
#ifndef CLAWBPF_POLICY_ASKED_H
#define CLAWBPF_POLICY_ASKED_H

#include "policy/dialect/dialect.h"

struct asked {
	char *agent;                           /* owned: normalised id */
	const struct agent_settings *settings; /* NULL: not in the roster */
	char *key, *main_key;                  /* owned, as the product prints them */
	bool main;     /* does the product's explain take it for the main session? */
	char *channel; /* owned; NULL: the product does not know it */
};

/*
 * `agent` and `session` are what stood behind --agent and --session; NULL: not given. Errors are
 * those of the product, and -ENOMEM.
 */
int asked_resolve(const struct config *c, const char *agent, const char *session, struct asked *ret,
		  struct err *err);
void asked_clear(struct asked *a);

#endif
