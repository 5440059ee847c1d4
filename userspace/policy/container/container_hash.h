/* SPDX-License-Identifier: GPL-2.0-only */
/* By which hash does a product know that a container was made with other settings? */
#ifndef CLAWBPF_POLICY_CONTAINER_HASH_H
#define CLAWBPF_POLICY_CONTAINER_HASH_H

#include "config/node.h"
#include "policy/dialect/dialect.h"
#include "util/buf.h"

/*
 * Of a tree of settings, the order of its members aside; where clawdbot is asked, that of plain
 * lists aside, too. NULL: out of memory. Owned: hexadecimal digits.
 */
char *container_hash(const struct dialect *d, const struct node *settings);
/* A number as JavaScript writes it. */
void number_write(struct buf *b, double number);

#endif
