/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds the agent's own processes, when its config promises something of what they start. */
#ifndef CLAWBPF_AGENT_GATEWAYS_H
#define CLAWBPF_AGENT_GATEWAYS_H

#include "agent/owners.h"

/*
 * By the cgroup of its unit, and by the name that it gives itself. Between owners_begin and
 * owners_end.
 */
int gateways_look(struct owners *o, struct err *err);

/* "openclaw-gateway.service", "clawdbot-gateway-work.service": a unit's cgroup? */
bool gateway_unit_name(const char *name);
/* What the kernel keeps of a process's name, 15 bytes of it. */
bool gateway_process_name(const char *comm);

#endif
