/* SPDX-License-Identifier: GPL-2.0-only */
/* One call of the exec tool: does it run, does somebody have to say yes, or is it refused? */
#ifndef CLAWBPF_POLICY_EXEC_CALL_H
#define CLAWBPF_POLICY_EXEC_CALL_H

#include "policy/command/approvals.h"

/* In the order of words_exec_host. */
enum exec_host { EXEC_HOST_AUTO, EXEC_HOST_SANDBOX, EXEC_HOST_GATEWAY, EXEC_HOST_NODE };
#define EXEC_UNSET (-1)

enum exec_level { EXEC_LEVEL_OFF, EXEC_LEVEL_ASK, EXEC_LEVEL_FULL };

/* What tools.exec says, and the sender's gates: EXEC_UNSET where nobody says anything. */
struct exec_setup {
	int host, security, ask;
	int mode; /* index of words_exec_mode */
	bool sandboxed;
	bool gate_enabled, gate_allowed; /* tools.elevated */
	enum exec_level level;           /* of a sender who may */
	const char *session;
	const struct node *approvals; /* the file; NULL: none */
	const char *agent;
};

/* What the call itself asks for. It can make things stricter only. */
struct exec_call {
	int host, security, ask;
	int elevated;            /* EXEC_UNSET, 0 or 1 */
	bool understood, listed; /* by the allowlist: see exec_list.h */
};

enum exec_outcome { EXEC_RUNS, EXEC_ASKS, EXEC_REFUSED };

struct exec_verdict {
	enum exec_outcome outcome;
	enum exec_host host; /* where it would run */
	bool elevated;
	bool unchecked; /* it runs on the host, and neither security nor ask was looked at */
	char *message;  /* owned: the product's own words when refused; NULL otherwise */
};

/* All words of settings; of an agent's own where it has them. */
struct exec_setup exec_setup_of(const struct config *c, const struct agent_settings *agent);
/* By which rules a call is judged there, before the file of approvals is asked. */
struct exec_rules exec_rules_on(const struct dialect *d, const struct exec_setup *s,
				const struct exec_call *call, enum exec_host host);
/* 0 or -ENOMEM. */
int exec_call_ask(const struct dialect *d, const struct exec_setup *s, const struct exec_call *call,
		  struct exec_verdict *ret);
void exec_verdict_clear(struct exec_verdict *v);

#endif
