/* SPDX-License-Identifier: GPL-2.0-only */
/* What is enforced at this moment, found out by asking the kernel and by trying. */
#ifndef CLAWBPF_SESSION_STATUS_H
#define CLAWBPF_SESSION_STATUS_H

#include <stdbool.h>

#include "kernel/kernel.h"
#include "session/selftest.h"

/* How the config file of today stands to what was loaded. */
enum status_file { STATUS_FILE_SAME, STATUS_FILE_CHANGED, STATUS_FILE_BROKEN, STATUS_FILE_GONE };

struct status {
	char *config; /* owned: path */
	enum status_file file;
	u64 generation, loaded_at; /* loaded_at: seconds since 1970 */
	size_t rules, policies;
	unsigned int sessions; /* that are not over */
	bool attached[PROGRAM_COUNT];
	u64 lost_execs, lost_exits, lost_refusals;
	enum self_test_result tested[SELF_TEST_COUNT];
};

/* Runs the self-test. The caller holds LOCK_CHANGE. */
int status_read(struct kernel *k, struct status *ret, struct err *err);
void status_clear(struct status *s);

/* The config file now, beside what was loaded from it. */
enum status_file status_file_compare(const char *path, u64 fingerprint);
/* "changed"; "was changed since it was loaded". */
const char *status_file_word(enum status_file file);
const char *status_file_sentence(enum status_file file);

#endif
