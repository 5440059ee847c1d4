/* SPDX-License-Identifier: GPL-2.0-only */
/* Does an entry of allowFrom mean the person who wrote a message? */
#ifndef CLAWBPF_POLICY_SENDER_MATCH_H
#define CLAWBPF_POLICY_SENDER_MATCH_H

#include "policy/dialect/dialect.h"
#include "policy/elevate/elevated.h"

/* Blank entries count for nothing, "*" is anybody. A list without entries admits nobody. */
bool sender_list_admits(const struct dialect *d, const struct setting_list *list,
			const struct sender *sender);

#endif
