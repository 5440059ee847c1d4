/* SPDX-License-Identifier: GPL-2.0-only */
/* What a checked config says, and what of it the kernel would be told. */
#ifndef CLAWBPF_OUTPUT_CHECK_H
#define CLAWBPF_OUTPUT_CHECK_H

#include "config/document.h"
#include "output/explain_policy.h"

struct check_report {
	const struct document *document;
	struct explain_policy explain;
	size_t policies; /* different ones */
	size_t rules;    /* of all of them together */
};

int check_print(const struct check_report *c, FILE *out, bool color, struct err *err);
/* The object of explain_policy_json, with "ok", "kernel" and "warnings". */
int check_print_json(const struct check_report *c, FILE *out, struct err *err);

/* One line each: "clawbpf: warning: FILE:LINE:COLUMN: TEXT". */
void warnings_print(const struct warnings *w, FILE *out);

#endif
