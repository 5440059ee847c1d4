/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What of a session does its policy depend on? Ten thousand sessions ask a dozen different
 * questions: each is answered once.
 */
#ifndef CLAWBPF_POLICY_QUESTION_H
#define CLAWBPF_POLICY_QUESTION_H

#include "policy/key/session_key.h"
#include "policy/tools/groups.h"

/* Of the key, its text and what follows the agent in it do not count, nor whom it names (peer):
 * that has a say by what the config says of him, which follows. */
struct policy_question {
	struct session_key key;
	bool alone; /* something is noted of this very session: nobody else asks the same */
	struct group_policies groups;
	const struct tool_layer *sender[3]; /* of the agent, of "main", of all. Borrowed */
};

/* Errors: a malformed key, no memory. Borrows from c. */
int policy_question_make(const struct config *c, const char *session_key,
			 struct policy_question *ret, struct err *err);
void policy_question_clear(struct policy_question *q);

/* Of the same config: do policy_resolve and image_add_policy make the same of both? */
bool policy_question_equal(const struct policy_question *a, const struct policy_question *b);
/* The same for equal ones. */
unsigned long long policy_question_hash(const struct policy_question *q);

#endif
