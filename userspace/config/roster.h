/* SPDX-License-Identifier: GPL-2.0-only */
/* Agents: which id is each known by, and which one is it? */
#ifndef CLAWBPF_CONFIG_ROSTER_H
#define CLAWBPF_CONFIG_ROSTER_H

#include "config/value.h"

/* Gives each entry its normalised id, drops those whose id came before (with a warning), and sorts.
 */
int roster_sort(struct decode *d, struct entries *e, const struct field *f);

/* clawbpf.agents must speak of agents that there are, when there is a roster. */
int roster_check_claw(struct decode *d, const struct config *c);

#endif
