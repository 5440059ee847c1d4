/* SPDX-License-Identifier: GPL-2.0-only */
/* What was refused to one command, in a few words at its end: whoever ran it can act on that. */
#ifndef CLAWBPF_OUTPUT_REFUSALS_H
#define CLAWBPF_OUTPUT_REFUSALS_H

#include <stdio.h>

#include "events/record.h"

struct refusals; /* those of one cgroup, each kind once */

/* NULL: out of memory. */
struct refusals *refusals_new(u64 cgroup);
void refusals_free(struct refusals **r);
/* Takes note of a record, if it is a refusal of that cgroup. -ENOMEM. */
int refusals_note(struct refusals *r, const struct record *record);
/* How many were noted. */
size_t refusals_count(const struct refusals *r);
/* A line for each kind, at most a dozen; nothing when there was none. */
void refusals_print(const struct refusals *r, FILE *out);

#endif
