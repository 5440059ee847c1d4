/* SPDX-License-Identifier: GPL-2.0-only */
/* By which dialect is a config read? */
#ifndef CLAWBPF_CONFIG_CHOICE_H
#define CLAWBPF_CONFIG_CHOICE_H

#include "config/config.h"

struct dialect_choice {
	int dialect; /* index of words_dialect */
	enum dialect_reason because;
};

/*
 * What was asked for by name, else the config's clawbpf.dialect, else the name of the file
 * (clawdbot.json, openclaw.json), else native. `asked`, `file` and `root` may be NULL. -EINVAL:
 * there is no such dialect. What clawbpf.dialect says wrong is left to decoding.
 */
int choice_make(const char *asked, const char *file, const struct node *root,
		struct dialect_choice *ret, struct err *err);
/* Where the product keeps its state: for products only, who print it. */
int choice_fill_homes(struct config *c, struct sources *s, struct err *err);
/* "--dialect", "the file's name": for people. */
const char *dialect_reason_name(enum dialect_reason because);

#endif
