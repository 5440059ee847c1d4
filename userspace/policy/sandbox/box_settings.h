/* SPDX-License-Identifier: GPL-2.0-only */
/* The numbers and lists of a sandbox: sizes, limits, environment. For box.c. */
#ifndef CLAWBPF_POLICY_BOX_SETTINGS_H
#define CLAWBPF_POLICY_BOX_SETTINGS_H

#include "policy/sandbox/box.h"

/* Both levels of docker's settings; own NULL: there are none, or they do not count. */
struct docker_pair {
	const struct docker_settings *own, *all;
};

/* The agent's own value, else everybody's, else NULL. */
const struct setting *docker_setting(const struct docker_pair *d, size_t offset);
#define DOCKER(pair, member) docker_setting(pair, offsetof(struct docker_settings, member))

/* "512m", "1.5g", "1024" as bytes. False: it is no size. */
bool size_parse(const char *text, unsigned long long *ret);

int box_fill_limits(struct box *b, const struct docker_pair *d, struct err *err);
int box_fill_tmpfs(struct box *b, const struct docker_pair *d, struct err *err);
int box_fill_env(struct box *b, const struct docker_pair *d, struct err *err);

#endif
