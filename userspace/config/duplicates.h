/* SPDX-License-Identifier: GPL-2.0-only */
/* A key given twice in one object: which value counts? */
#ifndef CLAWBPF_CONFIG_DUPLICATES_H
#define CLAWBPF_CONFIG_DUPLICATES_H

#include "config/node.h"
#include "util/warnings.h"

/*
 * Keeps the last value of each key, in the place of the first, as JavaScript does, and warns with
 * both places. -ENOMEM: the object is unchanged.
 */
int duplicates_drop(struct node *object, struct warnings *w);

#endif
