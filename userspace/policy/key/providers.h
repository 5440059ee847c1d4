/* SPDX-License-Identifier: GPL-2.0-only */
/* Which entry of byProvider speaks of a model? */
#ifndef CLAWBPF_POLICY_PROVIDERS_H
#define CLAWBPF_POLICY_PROVIDERS_H

#include "policy/dialect/dialect.h"

/* "openai/gpt-5.2": by its own name, else by its provider's. NULL: none, or out of memory. */
const struct tool_layer *provider_layer_find(const struct dialect *d,
					     const struct entries *by_provider,
					     const char *provider);

#endif
