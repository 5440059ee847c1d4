/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The decision, from plain values: no look-ups, no helpers. The hooks gather the facts and ask
 * here; so do the tests.
 */
#ifndef CLAWBPF_ABI_DECIDE_H
#define CLAWBPF_ABI_DECIDE_H

#include "abi/event.h"
#include "abi/hook.h"
#include "abi/policy.h"

#define CLAW_AF_UNIX       1
#define CLAW_AF_NETLINK    16
#define CLAW_NETLINK_ROUTE 0

struct decision {
	u32 reason; /* REASON_NONE: allowed */
	u32 rule;
};

/* What the rules say of a program: each is a rule's index, or RULE_NONE when none matched. */
struct exec_facts {
	u32 by_file;
	u32 by_path;
	u32 by_name;
	u32 by_content;
	u8 unreadable; /* something that a rule asks for could not be read */
	u8 fileless;   /* its file lies in no mount of the task's mount namespace */
	u8 first;      /* it is the session's first program */
};

static inline __attribute__((always_inline)) struct decision decide(u32 reason, u32 rule)
{
	struct decision d = {.reason = reason, .rule = rule};

	return d;
}

/* May this program be executed? The most telling reason comes first. */
static inline __attribute__((always_inline)) struct decision
decide_exec(const struct policy_head *head, const struct exec_facts *f)
{
	if (f->by_file != RULE_NONE)
		return decide(REASON_BINARY, f->by_file);
	if (f->by_path != RULE_NONE)
		return decide(REASON_PATH, f->by_path);
	if (f->by_name != RULE_NONE)
		return decide(REASON_NAME, f->by_name);
	if (f->by_content != RULE_NONE)
		return decide(REASON_CONTENT, f->by_content);
	if ((head->flags & POLICY_NO_EXEC) && !f->first)
		return decide(REASON_EXEC, head->rule_exec);
	if ((head->flags & POLICY_BINARIES) && f->fileless)
		return decide(REASON_FILELESS, head->rule_binary);
	if ((head->flags & POLICY_BINARIES) && f->unreadable)
		return decide(REASON_UNREADABLE, head->rule_binary);
	return decide(REASON_NONE, RULE_NONE);
}

/* May an agent's gateway start this on the host? by_program: the rule that lets it, or RULE_NONE.
 */
static inline __attribute__((always_inline)) struct decision
decide_gateway(const struct policy_head *head, u32 by_program, u8 itself)
{
	if (!(head->flags & POLICY_GATEWAY) || itself || by_program != RULE_NONE)
		return decide(REASON_NONE, RULE_NONE);
	return decide(REASON_UNSANDBOXED, head->rule_sandbox);
}

/* May a socket of this kind be created or used? */
static inline __attribute__((always_inline)) struct decision
decide_socket(const struct policy_head *head, u32 family, u32 protocol)
{
	if (!(head->flags & POLICY_NO_NETWORK))
		return decide(REASON_NONE, RULE_NONE);
	if (family == CLAW_AF_UNIX)
		return decide(REASON_NONE, RULE_NONE);
	if (family == CLAW_AF_NETLINK && protocol == CLAW_NETLINK_ROUTE)
		return decide(REASON_NONE, RULE_NONE);
	return decide(REASON_NETWORK, head->rule_network);
}

/* May the mount tree be changed? by_bind: the rule that blocks the source, or RULE_NONE. */
static inline __attribute__((always_inline)) struct decision
decide_mount(const struct policy_head *head, u32 phase, u32 by_bind)
{
	if (!(head->flags & POLICY_SANDBOXED))
		return decide(REASON_NONE, RULE_NONE);
	if (by_bind != RULE_NONE)
		return decide(REASON_BIND, by_bind);
	if (phase == PHASE_ARMED)
		return decide(REASON_MOUNT, head->rule_sandbox);
	return decide(REASON_NONE, RULE_NONE);
}

#endif
