/* SPDX-License-Identifier: GPL-2.0-only */
/* The image's rules as the map will hold them: texts became names, hashes and identities. */
#ifndef CLAWBPF_KERNEL_RULESET_H
#define CLAWBPF_KERNEL_RULESET_H

#include "kernel/kernel.h"
#include "policy/image.h"

struct ruleset_item {
	struct rule_key key;
	union rule_value value;
};

struct ruleset {
	struct ruleset_item *items; /* owned; of equal keys the first one counts */
	size_t count, cap;
	unsigned int needs; /* enum kernel_need */
};

/* Looks at this machine's files. The kernel tells their identities. */
int ruleset_build(const struct kernel *k, const struct image *image, struct ruleset *ret,
		  struct err *err);
void ruleset_free(struct ruleset *set);
#define autoruleset __attribute__((cleanup(ruleset_free)))

#endif
