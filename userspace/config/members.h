/* SPDX-License-Identifier: GPL-2.0-only */
/* Two members of one object have the same key: what becomes of them? */
#ifndef CLAWBPF_CONFIG_MEMBERS_H
#define CLAWBPF_CONFIG_MEMBERS_H

#include "config/node.h"
#include "util/warnings.h"

/*
 * Makes `first` what both shall be; it stays at its place. What it leaves in `again` is freed.
 * -ENOMEM ends members_unite.
 */
typedef int member_join(struct member *first, struct member *again, void *arg);

/* Calls `join` for each member whose key is there already, in their order, and drops it. -ENOMEM.
 */
int members_unite(struct node *object, member_join *join, void *arg);
/* Keeps the last value of each key, in the place of the first, and warns with both places. -ENOMEM.
 */
int members_drop_duplicates(struct node *object, struct warnings *w);

#endif
