/* SPDX-License-Identifier: GPL-2.0-only */
/* From nothing, or from an older policy, to an enforced one; and back to nothing. */
#ifndef CLAWBPF_SESSION_LOAD_H
#define CLAWBPF_SESSION_LOAD_H

#include <stdbool.h>

#include "config/document.h"
#include "kernel/kernel.h"
#include "session/selftest.h"

struct load_result {
	u64 generation;
	bool first;             /* nothing was loaded before */
	bool programs_replaced; /* those in the kernel were of another build */
	enum self_test_result tested[SELF_TEST_COUNT];
	struct err unlogged; /* code 0: the trail has it; else why it has not */
};

/*
 * Makes the document the enforced policy, and proves it. On an error everything is as it was
 * before. Takes LOCK_CHANGE.
 */
int load_document(const struct document *d, struct load_result *ret, struct err *err);
/*
 * Removes everything of ours from the kernel, empty cgroups too. -EBUSY: processes are in a session
 * (unless `force`: they go on, and nothing holds them). Nor what the trail could not be told,
 * unless `force`. *ret_loaded: was there something?
 */
int unload(bool force, bool *ret_loaded, struct err *err);

#endif
