/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one session may do, after every layer of the config was applied: plain data, no descriptors,
 * no kernel. Resolving fills it, compiling reads it, explain prints it.
 */
#ifndef CLAWBPF_POLICY_POLICY_H
#define CLAWBPF_POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

enum sandbox_mode { SANDBOX_OFF, SANDBOX_NON_MAIN, SANDBOX_ALL };
enum sandbox_scope { SCOPE_SESSION, SCOPE_AGENT, SCOPE_SHARED };
enum workspace_access { WORKSPACE_NONE, WORKSPACE_RO, WORKSPACE_RW };

/* Which config key decided. A built-in default has the key that would change it and no place. */
struct origin {
	char *key;      /* owned: "tools.deny[2]" */
	struct pos pos; /* pos.file borrowed from the sources; line 0: a built-in default */
	char *text; /* owned: the entry as written ("group:runtime"); NULL when it adds nothing */
};

enum binary_kind { BINARY_NAME, BINARY_PATH, BINARY_SHA256 };

struct denied_binary {
	enum binary_kind kind;
	char *value; /* owned: "curl", "/usr/bin/nc" (canonical), or 64 lower-case hex digits */
	char *tool;  /* owned: the denied tool it stands for; NULL: from denyBinaries */
	struct origin origin;
};

struct blocked_source {
	char *path; /* owned, absolute and canonical as text: no ".", "..", "//", no trailing slash
		     */
	struct origin origin;
};

struct tool_verdict {
	char *tool; /* owned */
	bool allowed;
	bool product_allows; /* what the program itself would say; allowed is what is enforced */
	bool by_name; /* refused by a deny entry, not merely left out of an allow list or profile */
	const char *layer; /* static: "tools.profile", "tools.deny", "default", ... */
	struct origin origin;
	/* owned: "coding, without web_fetch", of one that is left out and whose programs are
	 * refused
	 */
	char *left_out;
};

struct policy {
	char *session_key; /* owned, canonical */
	char *agent;       /* owned, normalised id */
	char *scope_key; /* owned: who shares its sandbox ("shared", "agent:ID", the session key) */
	bool enforce;    /* false: clawbpf.mode "audit", everything is logged and nothing refused */
	struct origin mode_origin;

	enum sandbox_mode mode;
	enum sandbox_scope scope;
	enum workspace_access access;
	bool sandboxed;
	bool own_sandbox; /* it may not be without one, whatever the config says, and shares none */
	const char
		*sandbox_reason; /* static: "main session exempted", "sandbox mode is off", ... */
	struct origin sandbox_origin; /* the key that decided sandboxed or not */

	bool network_none; /* only ever true for a sandboxed session */
	struct origin network_origin;

	bool exec_denied; /* nothing but the session's first program may be executed */
	struct origin exec_origin;

	struct denied_binary *binaries; /* owned; duplicates removed, first origin kept */
	size_t binary_count;
	struct blocked_source *blocked; /* owned; empty when not sandboxed */
	size_t blocked_count;
	struct tool_verdict *tools; /* owned: every tool known or named, in a fixed order */
	size_t tool_count;
};

void policy_free(struct policy **p);
void origin_clear(struct origin *o);

#endif
