/* SPDX-License-Identifier: GPL-2.0-only */
/* The three descriptors that a program is started with. */
#ifndef CLAWBPF_UTIL_STREAMS_H
#define CLAWBPF_UTIL_STREAMS_H

/* First of all: none of the three is free for a file that is opened later. */
void streams_guard(void);

#endif
