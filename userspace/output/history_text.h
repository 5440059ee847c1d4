/* SPDX-License-Identifier: GPL-2.0-only */
/* What the records that were shown add up to, in a line for a person. */
#ifndef CLAWBPF_OUTPUT_HISTORY_TEXT_H
#define CLAWBPF_OUTPUT_HISTORY_TEXT_H

#include <stdio.h>

#include "events/history.h"

/* `types`: which were asked for, as in struct record_filter. */
void history_sum_print(const struct history_sum *s, unsigned int types, FILE *out);

#endif
