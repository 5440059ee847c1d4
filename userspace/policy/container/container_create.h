/* SPDX-License-Identifier: GPL-2.0-only */
/* With which arguments does a product have `docker` make the container of a sandbox? */
#ifndef CLAWBPF_POLICY_CONTAINER_CREATE_H
#define CLAWBPF_POLICY_CONTAINER_CREATE_H

#include "policy/container/container_args.h"
#include "policy/container/names.h"
#include "policy/sandbox/sandbox.h"

/* What the config does not say. All borrowed. */
struct container_place {
	const char *workspace; /* the agent's, absolute */
	const char *user;      /* "0:0": of the sandbox's folder, when the config names none */
	bool skills;           /* the folder has one for skills, as the product makes it */
};

/* The time of creation stands in it as "<ms>". 0 or -ENOMEM. */
int container_create_args(const struct config *c, const struct agent_settings *agent,
			  const struct sandbox *s, const struct sandbox_names *n,
			  const struct container_place *place, struct container_args *ret);
/* The same for the container of the browser, which clawdbot makes. */
int container_browser_args(const struct config *c, const struct agent_settings *agent,
			   const struct sandbox *s, const struct sandbox_names *n,
			   const struct container_place *place, struct container_args *ret);

#endif
