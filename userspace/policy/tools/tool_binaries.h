/* SPDX-License-Identifier: GPL-2.0-only */
/* Which programs does a denied tool stand for? */
#ifndef CLAWBPF_POLICY_TOOL_BINARIES_H
#define CLAWBPF_POLICY_TOOL_BINARIES_H

struct tool_binaries {
	const char *tool;
	const char *const *names; /* NULL-ended */
	const char *why;          /* one line, for people */
};

/* NULL: no program does what the tool does; only the agent's own code enforces its denial. */
const struct tool_binaries *tool_binaries_find(const char *tool);

#endif
