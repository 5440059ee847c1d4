/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel enforces, beside what the config decides: the second half of an explanation. */
#ifndef CLAWBPF_OUTPUT_EXPLAIN_KERNEL_H
#define CLAWBPF_OUTPUT_EXPLAIN_KERNEL_H

#include <stdbool.h>
#include <stdio.h>

#include "abi/policy.h"
#include "output/explain_policy.h"

enum kernel_access {
	KERNEL_READ,       /* all of this comes from the maps */
	KERNEL_NOT_LOADED, /* nothing is enforced */
	KERNEL_NOT_ALLOWED /* the caller may not read the maps */
};

struct hook_facts {
	const char *hook; /* static */
	bool attached;
	bool counted; /* stats mean something: a tracepoint asks nothing */
	struct hook_stats stats;
};

/* How one explained session stands in the kernel. */
struct session_facts {
	bool known;      /* the image has the very policy that is explained */
	bool registered; /* the session is there now */
	bool differs;    /* it is there, with another policy than the one explained */
	unsigned int files, names, paths, contents, binds; /* rules of the policy, when known */
	u64 execs, refusals, reports;                      /* when registered */
};

/* Where what was executed ran, beside what the config promises. */
struct place_facts {
	const char *mode;      /* static: of the gateway guard, "enforce" ... */
	char *promise;         /* owned: "agents.defaults.sandbox.mode \"all\""; NULL: nothing is */
	bool watched;          /* the agent's own process tree is known */
	u64 sandboxed;         /* execs in sandboxed sessions */
	u64 by_rule;           /* on the host: sessions that are not, and what the gateway needs */
	u64 refused, reported; /* on the host, against the rule */
	u64 elevated;          /* on the host, outside of the session's sandbox, as approved */
};

/* What may run outside of its sandbox without anybody being asked again. */
struct always_facts {
	char **lines; /* owned: "1a2b3c4d agent:main:x: git push origin" */
	size_t count;
	char *problem; /* owned: why it cannot be told; NULL: it can */
};

struct kernel_facts {
	enum kernel_access access;
	char *config;        /* owned: what was loaded; NULL: nothing */
	const char *changed; /* static: what became of that file since; NULL: it is as it was */
	bool other;          /* what is explained is not what is loaded */
	u64 generation, loaded_at;
	size_t rules, policies;
	struct hook_facts *hooks; /* owned */
	size_t hook_count;
	struct session_facts *sessions; /* owned; beside the policies that are explained */
	struct place_facts place;
	struct always_facts always;
	const char *const *gaps; /* NULL-ended: what this kernel does not cover */
};

/* The policies of `e`, then what the kernel says of them. */
int explain_print(const struct explain_policy *e, const struct kernel_facts *k, FILE *out,
		  bool color, struct err *err);
/* The object of explain_policy_json, with "kernel". */
int explain_print_json(const struct explain_policy *e, const struct kernel_facts *k, FILE *out,
		       struct err *err);
void kernel_facts_clear(struct kernel_facts *k);

#endif
