/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is anything refused at all? `bpf` missing from the active LSM list is silent: programs load and
 * attach, and never run. So a process of our own enters a session that may do nothing, and tries.
 */
#ifndef CLAWBPF_SESSION_SELFTEST_H
#define CLAWBPF_SESSION_SELFTEST_H

#include <stdbool.h>

#include "kernel/kernel.h"

enum self_test_item { SELF_TEST_EXEC, SELF_TEST_SOCKET, SELF_TEST_MOUNT, SELF_TEST_COUNT };

enum self_test_result {
	SELF_TEST_NOT_NEEDED, /* no policy asks for it, so nothing is attached */
	SELF_TEST_REFUSED,    /* as it should be: EPERM, and our own count of refusals moved */
};

/*
 * 0: everything that is attached refuses. Otherwise the error says what was allowed. `ret` may be
 * NULL. The caller holds LOCK_CHANGE.
 */
int self_test(struct kernel *k, enum self_test_result ret[SELF_TEST_COUNT], struct err *err);
/* "an exec", "a socket", "a mount". */
const char *self_test_name(enum self_test_item item);

#endif
