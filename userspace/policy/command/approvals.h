/* SPDX-License-Identifier: GPL-2.0-only */
/* exec-approvals.json: what the products keep beside their config about commands on the host. */
#ifndef CLAWBPF_POLICY_APPROVALS_H
#define CLAWBPF_POLICY_APPROVALS_H

#include "config/node.h"
#include "policy/dialect/dialect.h"

/* In the order of words_exec_security and words_exec_ask: stricter first, more asking last. */
enum exec_security { EXEC_DENY, EXEC_ALLOWLIST, EXEC_FULL };
enum exec_ask { EXEC_ASK_OFF, EXEC_ASK_ON_MISS, EXEC_ASK_ALWAYS };

struct exec_rules {
	enum exec_security security;
	enum exec_ask ask;
	enum exec_security fallback; /* when nobody answers */
	bool skills;                 /* programs of skills need no entry */
};

struct approvals {
	struct exec_rules defaults, agent; /* of everybody, of the agent that was asked for */
	const char **patterns; /* owned array of strings borrowed from the file: the allowlist */
	size_t count;
};

/* What holds where nobody says anything. */
struct exec_rules exec_rules_of(const struct dialect *d);
enum exec_security exec_security_stricter(enum exec_security a, enum exec_security b);
enum exec_ask exec_ask_stricter(enum exec_ask a, enum exec_ask b);
/* Does somebody have to say yes first? */
bool exec_needs_asking(const struct exec_rules *r, bool understood, bool listed);

/*
 * What a file says of an agent. file: the document's root, which has to outlive the answer; NULL:
 * there is none. agent NULL: no agent in particular. otherwise: what holds where the file is
 * silent. -ENOMEM.
 */
int approvals_resolve(const struct dialect *d, const struct node *file, const char *agent,
		      const struct exec_rules *otherwise, struct approvals *ret);
void approvals_clear(struct approvals *a);

/*
 * The file itself, from the state folder of the dialect. *ret NULL: there is none. -EINVAL for one
 * that is no such document: clawdbot takes it for an empty one, so nothing may be concluded from
 * it.
 */
int approvals_read(const struct config *c, struct node **ret, struct err *err);

#endif
