/* SPDX-License-Identifier: GPL-2.0-only */
/* ${NAME} in a config's strings: what stands there in truth? */
#ifndef CLAWBPF_CONFIG_ENV_H
#define CLAWBPF_CONFIG_ENV_H

#include "config/node.h"
#include "config/sources.h"
#include "util/warnings.h"

/* What becomes of ${NAME} when the variable is unset or empty. */
enum env_missing {
	ENV_MISSING_ERROR, /* the config is refused */
	ENV_MISSING_KEEP,  /* a warning, and the text stays as it is */
	/*
	 * An error where policy is made: in agents, tools, session and clawbpf. A warning
	 * elsewhere: a channel's token is none of our business, and sudo drops variables.
	 */
	ENV_MISSING_POLICY,
};

/*
 * Replaces ${NAME}, with NAME like [A-Z_][A-Z0-9_]*, in all string values of the tree; $${NAME}
 * stands for the text ${NAME}, and everything else stays. A value is not looked at again. A
 * variable that the environment does not have may be given by the config itself: `env: {NAME: "x"}`
 * or `env: {vars: {NAME: "x"}}`, taken as written. Errors: -EINVAL, -E2BIG, -ENOMEM.
 */
int env_substitute(struct node *root, struct sources *s, enum env_missing missing,
		   struct warnings *w, struct err *err);

#endif
