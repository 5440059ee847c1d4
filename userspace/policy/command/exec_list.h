/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does a list of allowed programs allow a command line?
 *
 * Asked twice: as the product of the dialect does it, and as it is safe. Where the product says yes
 * and the safe rules do not, `why` says what it did not see, and what counts is the safe answer.
 */
#ifndef CLAWBPF_POLICY_EXEC_LIST_H
#define CLAWBPF_POLICY_EXEC_LIST_H

#include "policy/dialect/dialect.h"
#include "policy/command/executable.h"

struct exec_list {
	const char *const *patterns; /* borrowed */
	size_t count;
	/* Of tools.exec; NULL: the dialect's own. Lower case, NULL-ended. */
	const char *const *safe_bins, *const *safe_bin_dirs;
};

struct exec_answer {
	bool understood;      /* the product could tell what the command line starts */
	bool listed;          /* the product: every program in it is allowed */
	bool allowed;         /* what counts: listed, and by the safe rules too */
	const char **matches; /* owned array of borrowed patterns: which entry allowed what, in
			       * order */
	size_t match_count;
	char *why;     /* owned: why not allowed, in words; NULL: it is */
	char *failure; /* owned: the product itself fails, in its own words; NULL: it does not */
};

/* 0, -ENOMEM, or -EINVAL when no place is given to look for programs in. */
int exec_list_ask(const struct dialect *d, const struct exec_list *l, const struct exec_place *p,
		  const char *command, struct exec_answer *ret);
/* The programs that need no entry there, as far as they only read their input. NULL-ended. */
const char *const *exec_safe_bins(const struct dialect *d);
void exec_answer_clear(struct exec_answer *a);

#endif
