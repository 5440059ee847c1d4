/* SPDX-License-Identifier: GPL-2.0-only */
/* Two config values for one place: what do they make together? */
#ifndef CLAWBPF_CONFIG_MERGE_H
#define CLAWBPF_CONFIG_MERGE_H

#include "config/node.h"

/*
 * Objects merge key by key, arrays are put end to end, else the later one wins. Takes *later over
 * and sets it to NULL. What is merged has the place of the later one; what is taken keeps its own.
 * -ENOMEM: *into is incomplete and good for nothing but node_free.
 */
int merge_later(struct node **into, struct node **later);

#endif
