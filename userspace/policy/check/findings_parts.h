/* SPDX-License-Identifier: GPL-2.0-only */
/* Parts of policy_findings: each looks at one kind of entry of one level. */
#ifndef CLAWBPF_POLICY_FINDINGS_PARTS_H
#define CLAWBPF_POLICY_FINDINGS_PARTS_H

#include "policy/dialect/dialect.h"
#include "policy/tools/patterns.h"
#include "util/buf.h"

struct findings {
	const struct config *config;
	const struct dialect *dialect;
	struct warnings *warnings;
};

/* The text in quotes, cut when it is long. Owned by b, never NULL. */
const char *finding_quote(struct buf *b, const char *text);

/* Entries that an earlier one of their list, or everybody's list (NULL: there is none), has said.
 */
void find_shadowed(const struct findings *f, const struct setting_list *l,
		   const struct setting_list *everybody);
/* Entries that an allow list cannot bring back, since the profile leaves them out. */
void find_left_out(const struct findings *f, const struct setting_list *allow,
		   const struct setting *profile);
/* Patterns of commands that can never match, or never run. */
void find_idle_patterns(const struct findings *f, const struct setting_list *patterns);
/* Binds that would be refused where nothing is sandboxed yet, or that do not say what they mean. */
void find_odd_binds(const struct findings *f, const struct sandbox_settings *s, bool possible);
/* Agents that no session key leads to as they are written. */
void find_absent_binaries(const struct findings *f, const struct claw_settings *claw);
void find_unreached_agents(const struct findings *f);

#endif
