/* SPDX-License-Identifier: GPL-2.0-only */
/* What the product of a dialect says itself of a session, and where we enforce something else. */
#ifndef CLAWBPF_OUTPUT_EXPLAIN_PRODUCT_H
#define CLAWBPF_OUTPUT_EXPLAIN_PRODUCT_H

#include "output/explain_policy.h"
#include "output/explain_text.h"
#include "output/put.h"

/* All that its `sandbox explain --json` has, in its order. */
void put_product(struct json_out *out, struct cJSON *root, const struct product_view *v);
/* "container": its name and folder, and what the product would say against making it. */
void put_product_container(struct json_out *out, struct cJSON *object,
			   const struct explain_policy *e);
/* "exec": where commands run, by which rules, and what its allowlist really allows. */
void put_product_exec(struct json_out *out, struct cJSON *object, const struct explain_policy *e);
/* "product": does it accept the config, and what does it say against it? */
void put_product_verdict(struct json_out *out, struct cJSON *object, const struct config *c);
/* "products": the same of every product there is, for a dialect that is none's. */
void put_product_verdicts(struct json_out *out, struct cJSON *object, const struct config *c);
/*
 * "differences": where what is enforced is stricter than what the product would do, "refused": why
 * we would not load the config at all, "notes": what the product does that its words do not tell.
 */
void put_product_differences(struct json_out *out, struct cJSON *object,
			     const struct explain_policy *e);

/* Where it is less safe than it looks: in general, and of the session that is asked about. */
void explain_product_warn(const struct explain_policy *e, struct warnings *ret);

/* The same as text: its own `sandbox explain`, line by line. */
void explain_product_print(const struct explain_policy *e, FILE *out);
/* The dialect, the verdict, the differences. */
void explain_product_notes(const struct explain_policy *e, const struct text_out *out);
/* In a dialect that is no product's: which one it is, and what the products say of the file. */
void explain_product_verdicts(const struct explain_policy *e, const struct text_out *out);

#endif
