/* SPDX-License-Identifier: GPL-2.0-only */
/* The agent: writes the log, and looks after containers. */
#ifndef CLAWBPF_AGENT_AGENT_H
#define CLAWBPF_AGENT_AGENT_H

#include <stdio.h>

#include "util/err.h"

/* Where engines listen that root runs. */
#define AGENT_DOCKER "/run/docker.sock"
#define AGENT_PODMAN "/run/podman/podman.sock"

struct agent_request {
	const char *const *sockets; /* of engines, NULL-ended */
	FILE *out;                  /* what happens, a line each */
};

/* Until SIGTERM or SIGINT. -EBUSY: there is an agent already. */
int agent_run(const struct agent_request *request, struct err *err);

#endif
