/* SPDX-License-Identifier: GPL-2.0-only */
/* What stands under names that the user chose: filled one by one, then found by name. */
#ifndef CLAWBPF_CONFIG_ENTRIES_H
#define CLAWBPF_CONFIG_ENTRIES_H

#include "config/config.h"

/* Makes room for one more item of that size and returns it, zeroed; NULL: out of memory. */
void *entries_add(struct entries *e, size_t size);
struct entry *entries_at(const struct entries *e, size_t size, size_t i);
/* Puts the indexes in the order of the names, equal names as they came. 0 or -ENOMEM. */
int entries_sort(struct entries *e, size_t size);

#endif
