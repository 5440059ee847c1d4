/* SPDX-License-Identifier: GPL-2.0-only */
/* What explain asks the kernel. */
#ifndef CLAWBPF_CMD_EXPLAIN_FACTS_H
#define CLAWBPF_CMD_EXPLAIN_FACTS_H

#include "config/document.h"
#include "kernel/kernel.h"
#include "output/explain_kernel.h"
#include "policy/policy_list.h"

/* Fills what the maps say of these policies, which come from the document. */
int explain_facts_read(const struct kernel *k, const struct document *d,
		       const struct policy_list *policies, struct kernel_facts *ret,
		       struct err *err);
/* Adds the policies of the sessions that are there now. */
int explain_add_running(const struct kernel *k, const struct config *c, struct policy_list *list,
			struct err *err);
/* Keeps those of one agent; with none left, those of its main session. */
int explain_only_agent(struct policy_list *list, const struct config *c, const char *agent,
		       struct err *err);

#endif
