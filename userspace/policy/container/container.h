/* SPDX-License-Identifier: GPL-2.0-only */
/* With which settings does a product make the containers of an agent? */
#ifndef CLAWBPF_POLICY_CONTAINER_H
#define CLAWBPF_POLICY_CONTAINER_H

#include "policy/dialect/dialect.h"
#include "util/json.h"

/*
 * Writes "docker", "browser" and "prune" as the product has them after all merging. agent may be
 * NULL. In scope shared its own settings do not count.
 */
void container_settings_write(const struct config *c, const struct agent_settings *agent,
			      enum sandbox_scope scope, struct json *j);

#endif
