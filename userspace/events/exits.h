/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How each exec ended, found by its id, in bounded memory: when there are too many, the one that
 * was put in longest ago gives way to one near it, and its exit is then shown on a line of its own.
 */
#ifndef CLAWBPF_EVENTS_EXITS_H
#define CLAWBPF_EVENTS_EXITS_H

#include "events/record.h"

struct exits;

/* Room for about `expected`, within bounds. NULL: out of memory. */
struct exits *exits_new(size_t expected);
void exits_free(struct exits **e);
/*
 * Takes note of an exec or an exit; to be called for each, in their order. A process that executes
 * again has no exit for the program before: that one was replaced.
 */
void exits_note(struct exits *e, const struct record *r);
/* The end of this exec, which is about to be shown with it. NULL = not known. Borrowed. */
const struct outcome *exits_join(struct exits *e, u64 exec_id);
/* It was shown already, with its exec. */
bool exits_joined(const struct exits *e, u64 exec_id);

#endif
