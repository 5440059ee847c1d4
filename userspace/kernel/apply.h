/* SPDX-License-Identifier: GPL-2.0-only */
/* The image into the kernel: one new generation, which replaces the one before at once. */
#ifndef CLAWBPF_KERNEL_APPLY_H
#define CLAWBPF_KERNEL_APPLY_H

#include "kernel/kernel.h"
#include "kernel/loaded.h"
#include "policy/image.h"

/*
 * Finds the files that the rules mean, attaches what the rules need, fills a new image and makes it
 * the enforced one. On an error nothing has changed but programs that are attached and idle.
 * loaded->origins are those of the image.
 */
int image_apply(struct kernel *k, const struct image *image, const struct loaded *loaded,
		struct err *err);

/*
 * Gives a session the policy of that id in the image that is enforced now. -ENOENT: the image has
 * no such policy, it takes a new generation; -ENOSPC: no room, the same.
 */
int image_assign(struct kernel *k, u32 session, u64 policy, struct err *err);
/* The session has no policy any more: whoever is still in it may do nothing. */
int image_unassign(struct kernel *k, u32 session, struct err *err);
/* The head that a session has now. -ENOENT: none. */
int image_head(const struct kernel *k, u32 session, struct policy_head *ret, struct err *err);

/* How many rules of each kind each policy of the enforced image has. Start with {0}. */
struct rule_counts {
	u64 policy;
	unsigned int files, names, paths, contents, binds;
};
struct rule_counts_list {
	struct rule_counts *items; /* owned */
	size_t count;
};
int image_count(const struct kernel *k, struct rule_counts_list *ret, struct err *err);
/* NULL: the image has no such policy. */
const struct rule_counts *rule_counts_find(const struct rule_counts_list *all, u64 policy);
void rule_counts_clear(struct rule_counts_list *all);

/* All rules of the enforced image; sessions' heads do not count. */
int image_size(const struct kernel *k, size_t *ret_rules, size_t *ret_policies, struct err *err);

#endif
