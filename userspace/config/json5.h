/* SPDX-License-Identifier: GPL-2.0-only */
/* JSON5 text to a tree of values that know their line and column. */
#ifndef CLAWBPF_CONFIG_JSON5_H
#define CLAWBPF_CONFIG_JSON5_H

#include <stddef.h>

#include "config/node.h"
#include "util/err.h"
#include "util/warnings.h"

/* Limits that no config comes near, and that keep a hostile file from eating time and memory. */
#define JSON5_MAX_SIZE   (16u << 20) /* bytes */
#define JSON5_MAX_VALUES 1000000u

/*
 * Reads one text, as the JSON5 specification says (https://spec.json5.org). `file` is borrowed by
 * every pos in the tree and in `w`: it must outlive both. Of duplicate keys the last wins, in the
 * place of the first, and `w` (may be NULL) gets a warning. Half a surrogate pair becomes U+FFFD.
 * Errors: -EINVAL, -EILSEQ (no UTF-8), -E2BIG (a limit), -ENOMEM.
 */
int json5_read(const char *file, const char *text, size_t len, struct node **ret_root,
	       struct warnings *w, struct err *err);

#endif
