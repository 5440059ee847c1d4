/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every key that a product takes, in the objects of which clawbpf reads only some: with one more
 * the product refuses the whole file.
 */
#ifndef CLAWBPF_CONFIG_PRODUCT_KEYS_H
#define CLAWBPF_CONFIG_PRODUCT_KEYS_H

#include <stdbool.h>

#include "config/config.h"

struct product_keys {
	const char *of[DIALECT_COUNT]; /* words between spaces; NULL: not looked at */
};

extern const struct product_keys keys_of_root, keys_of_agents, keys_of_defaults, keys_of_agent;
extern const struct product_keys keys_of_tools;
extern const struct product_keys keys_of_agent_tools, keys_of_exec, keys_of_session;

/* Does the product of the dialect take the key there? `keys` may be NULL: it is not known. */
bool product_takes(const struct product_keys *keys, int dialect, const char *key);

#endif
