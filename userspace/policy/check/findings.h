/* SPDX-License-Identifier: GPL-2.0-only */
/* Entries of a config that do nothing, or that contradict each other. */
#ifndef CLAWBPF_POLICY_FINDINGS_H
#define CLAWBPF_POLICY_FINDINGS_H

#include "config/config.h"
#include "util/warnings.h"

/*
 * Adds a warning for each: a deny or allow that matches no tool, an allow that a deny hides or a
 * profile leaves out, an entry that another one has said already, an empty allow list, a bind that
 * would be refused, an agent whose id no session key has, a second default agent, settings of an
 * agent that scope shared ignores, patterns of a command that can never run, sandbox tool lists
 * where nothing is sandboxed, toolBinaries of a tool that nobody denies.
 */
void policy_findings(const struct config *c, struct warnings *w);

#endif
