/* SPDX-License-Identifier: GPL-2.0-only */
/* What does the config promise of all that an agent runs, and what may its gateway run outside? */
#ifndef CLAWBPF_POLICY_GATEWAY_H
#define CLAWBPF_POLICY_GATEWAY_H

#include "config/config.h"
#include "policy/policy.h"

enum gateway_mode { GATEWAY_OFF, GATEWAY_REPORT, GATEWAY_ENFORCE };

/* Plain data; the settings are borrowed from the config. */
struct gateway {
	/* By clawbpf.gateway; without it: enforced when every session is sandboxed, reported when
	 * every one but main is, since main's commands run on the host by rule. */
	enum gateway_mode mode;
	enum sandbox_mode promised;     /* of every agent; SANDBOX_OFF: nothing to hold it to */
	struct origin promise;          /* the key that promises; owned */
	const struct setting *programs; /* beside gateway_needs: clawbpf.gatewayPrograms */
	size_t program_count;
};

/* What a gateway needs on the host to do its work: its runtimes, the engines' clients, its own
 * command line, ours. NULL-ended. */
extern const char *const gateway_needs[];

int gateway_resolve(const struct config *c, struct gateway *ret, struct err *err);
void gateway_clear(struct gateway *g);
/* "enforce", "report", "off". */
const char *gateway_mode_word(enum gateway_mode mode);

#endif
