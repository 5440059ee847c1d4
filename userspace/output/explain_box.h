/* SPDX-License-Identifier: GPL-2.0-only */
/* The sandbox that `clawbpf run` makes for a session: its real settings. */
#ifndef CLAWBPF_OUTPUT_EXPLAIN_BOX_H
#define CLAWBPF_OUTPUT_EXPLAIN_BOX_H

#include "config/config.h"
#include "output/explain_text.h"
#include "policy/policy.h"

struct cJSON;

/* Nothing for a session that is not sandboxed; why, where there could be no such sandbox. */
void explain_box_print(const struct config *c, const struct policy *p, struct text_out *out);
/* Adds "sandbox" to the session's object. */
void explain_box_json(const struct config *c, const struct policy *p, struct cJSON *session);

#endif
