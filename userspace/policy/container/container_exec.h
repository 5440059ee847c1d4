/* SPDX-License-Identifier: GPL-2.0-only */
/* With which arguments does a product have a command started, in a container and outside? */
#ifndef CLAWBPF_POLICY_CONTAINER_EXEC_H
#define CLAWBPF_POLICY_CONTAINER_EXEC_H

#include "policy/container/container_args.h"

/* All borrowed. */
struct container_exec {
	const char *container;             /* its name */
	const char *workdir;               /* in it; HOME too. NULL: where the image starts */
	const char *path;                  /* PATH of the program itself */
	const struct node *env, *call_env; /* of the settings and of the call; NULL: none */
	const char *command;
	bool tty;
};

/* For `docker`, as clawdbot writes them. A failed allocation is in ret->failed. */
void container_exec_args(const struct container_exec *x, struct container_args *ret);
/* The shell and its option for a command on the host; `shell` is $SHELL, NULL: not set. */
void host_shell_args(const char *shell, const char *path, struct container_args *ret);

#endif
