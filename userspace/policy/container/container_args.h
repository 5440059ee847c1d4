/* SPDX-License-Identifier: GPL-2.0-only */
/* How are the settings of a container said to `docker`? */
#ifndef CLAWBPF_POLICY_CONTAINER_ARGS_H
#define CLAWBPF_POLICY_CONTAINER_ARGS_H

#include "config/node.h"

/* Start with {0}. A failed allocation sets `failed`; what comes later may be missing then. */
struct container_args {
	char **items; /* owned, NULL-ended: "create", "--name", ... */
	size_t count, cap;
	bool failed;
};

void container_args_add(struct container_args *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* An option and its value. */
void container_args_add_two(struct container_args *a, const char *option, const char *value);
/* The option once for each text in a list of the settings. */
void container_args_add_list(struct container_args *a, const struct node *docker,
			     const char *option, const char *key);
/* What keeps the container apart: file systems, network, capabilities, limits. */
void container_args_harden(struct container_args *a, const struct node *docker);
void container_args_clear(struct container_args *a);

/* A text or number of the settings, as text. NULL: it is not there, or empty. Owned. */
char *container_scalar(const struct node *n);

#endif
