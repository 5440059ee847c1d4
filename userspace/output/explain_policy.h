/* SPDX-License-Identifier: GPL-2.0-only */
/* What a config decides for its sessions, for people and for programs. The kernel is not asked. */
#ifndef CLAWBPF_OUTPUT_EXPLAIN_POLICY_H
#define CLAWBPF_OUTPUT_EXPLAIN_POLICY_H

#include <stdbool.h>
#include <stdio.h>

#include "config/config.h"
#include "policy/policy.h"

struct cJSON;
struct product_view;

struct explain_policy {
	const struct config *config;
	const struct policy *const *policies; /* sessions of one agent stand together */
	size_t count;
	const struct product_view *product; /* first what the dialect's product says; NULL: no */
	const struct warnings *warnings;    /* of the reader, for JSON; NULL: they are not told */
	bool detail; /* for each session: every tool with the layer that decided, and what is
			refused */
};

/* -ENOMEM, -EINVAL (a policy that is not of this config), with err set. */
int explain_policy_print(const struct explain_policy *e, FILE *out, bool color, struct err *err);

/*
 * {dialect, config, sessions: [...], findings: [...], warnings: [...]}; always with every detail.
 * With `product` these are in "clawbpf", behind what the product says. The caller frees it with
 * cJSON_Delete and may add to it.
 */
int explain_policy_json(const struct explain_policy *e, struct cJSON **ret, struct err *err);

#endif
