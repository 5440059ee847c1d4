/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seam between policy and kernel: what the maps are to hold, as plain data. Left of it nothing
 * knows libbpf, right of it nothing knows JSON. What a rule names is still text here: which file on
 * this machine it means is found when the image is applied.
 */
#ifndef CLAWBPF_POLICY_IMAGE_H
#define CLAWBPF_POLICY_IMAGE_H

#include "abi/policy.h"
#include "policy/gateway.h"
#include "policy/policy.h"
#include "util/seen.h"

struct image_rule {
	enum rule_kind kind;
	u32 origin; /* index into image.origins */
	char *text; /* owned: a name, an absolute path, or 64 hex digits */
};

struct image_policy {
	u64 id;    /* fingerprint of all that follows: equal policies are stored once */
	u32 flags; /* enum policy_flags */
	u32 origin_exec, origin_network, origin_sandbox,
		origin_binary;    /* RULE_NONE: no such rule */
	struct image_rule *rules; /* owned */
	size_t rule_count;
};

struct image_session {
	u32 id;        /* of the `sessions` map */
	size_t policy; /* index into image.policies */
};

struct image {
	struct origin *origins; /* owned */
	u64 *origin_ids;        /* owned: the same for the same origin in every image */
	size_t origin_count;
	struct image_policy *policies; /* owned */
	size_t policy_count;
	size_t rule_count;              /* of all policies: RULES_MAX at most */
	struct image_session *sessions; /* owned */
	size_t session_count;
	struct seen seen_origins, seen_policies; /* by what they say */
};

/* The session of the self-test: it is in every image, and what it does is nobody's business. */
#define SESSION_SELF_TEST 0u

/* An image that holds the self-test's session and nothing else. -ENOMEM. */
int image_new(struct image **ret, struct err *err);
void image_free(struct image **image);
/*
 * Adds a policy, unless an equal one is there already. *ret_index: its place. -E2BIG: there would
 * be more rules than the kernel is given.
 */
int image_add_policy(struct image *image, const struct policy *p, size_t *ret_index,
		     struct err *err);
/* The same for what an agent's gateway may start on the host. */
int image_add_gateway(struct image *image, const struct gateway *g, size_t *ret_index,
		      struct err *err);
int image_add_session(struct image *image, u32 id, size_t policy, struct err *err);

#endif
