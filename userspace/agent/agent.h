/* SPDX-License-Identifier: GPL-2.0-only */
/* The agent: writes the log, and looks after containers. */
#ifndef CLAWBPF_AGENT_AGENT_H
#define CLAWBPF_AGENT_AGENT_H

#include <stdio.h>

#include "util/err.h"

struct agent_request {
	const char *const *sockets; /* of engines, NULL-ended */
	FILE *out;                  /* what happens, a line each */
};

/* Until SIGTERM or SIGINT. -EBUSY: there is an agent already. */
int agent_run(const struct agent_request *request, struct err *err);

#endif
