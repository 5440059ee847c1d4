/* SPDX-License-Identifier: GPL-2.0-only */
/* Where in a document we are: a chain of names and indexes, made into text only when it is needed.
 */
#ifndef CLAWBPF_CONFIG_PATH_H
#define CLAWBPF_CONFIG_PATH_H

#include <stddef.h>

/* Lives on the stack of whoever walks the tree. */
struct key_path {
	const struct key_path *up; /* NULL: a key of the root */
	const char *name;          /* borrowed; NULL: an item of a list */
	size_t index;
};

/*
 * "agents.list[2].sandbox.mode"; a name that would not read as one word is quoted:
 * tools.byProvider["openai/gpt-5.2"].deny[0]. The root itself is "". NULL: out of memory.
 */
char *key_path_text(const struct key_path *p);

#endif
