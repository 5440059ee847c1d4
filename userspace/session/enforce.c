// SPDX-License-Identifier: GPL-2.0-only
/* How does a config become what the kernel enforces, for the sessions that are there? */
#include "session/enforce.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "config/schema.h"
#include "kernel/apply.h"
#include "kernel/maps.h"
#include "kernel/sessions.h"
#include "policy/container/container_owner.h"
#include "policy/elevate/elevate.h"
#include "policy/image.h"
#include "policy/question.h"
#include "policy/resolve.h"
#include "policy/key/session_stores.h"
#include "policy/key/sessions.h"
#include "util/cleanup.h"
#include "util/seen.h"

/* What a session's key asks for beside its policy. */
enum variant { VARIANT_PLAIN, VARIANT_ELEVATED, VARIANT_BROWSER };

static const char *const variant_heads[] = {
	[VARIANT_ELEVATED] = SESSION_ELEVATED,
	[VARIANT_BROWSER] = SESSION_BROWSER,
};

struct answered {
	struct policy_question question;
	enum variant variant;
	size_t policy; /* index into image.policies */
};

/* An image in the making: each question that its sessions ask is answered once. */
struct making {
	struct image *image;
	const struct config *config;
	struct answered *items; /* owned */
	size_t count, cap;
	struct seen seen;
};

static void making_clear(struct making *m)
{
	for (size_t i = 0; i < m->count; i++)
		policy_question_clear(&m->items[i].question);
	free(m->items);
	seen_clear(&m->seen);
	image_free(&m->image);
}

static bool making_has(const struct making *m, const struct answered *a, unsigned long long hash,
		       size_t *ret_policy)
{
	size_t cursor = 0, place;

	while (seen_next(&m->seen, hash, &cursor, &place)) {
		const struct answered *other = &m->items[place];

		if (other->variant == a->variant &&
		    policy_question_equal(&other->question, &a->question)) {
			*ret_policy = other->policy;
			return true;
		}
	}
	return false;
}

/* Takes the question over when it succeeds. */
static int making_keep(struct making *m, struct answered *a, unsigned long long hash)
{
	if (m->count == m->cap) {
		size_t cap = m->cap ? 2 * m->cap : 16;
		struct answered *items = reallocarray(m->items, cap, sizeof(*items));

		if (!items)
			return -ENOMEM;
		m->items = items;
		m->cap = cap;
	}
	if (seen_add(&m->seen, hash, m->count))
		return -ENOMEM;
	m->items[m->count++] = *a;
	a->question = (struct policy_question){0};
	return 0;
}

static int answer(struct making *m, const char *key, struct answered *a, struct err *err)
{
	struct policy *policy autodestroy(policy_free) = NULL;
	int r = policy_resolve(m->config, key, &policy, err);

	if (r)
		return r;
	if (a->variant == VARIANT_ELEVATED)
		elevate_policy(policy);
	/* The browser's container is there to be on the network. */
	if (a->variant == VARIANT_BROWSER)
		policy->network_none = false;
	return image_add_policy(m->image, policy, &a->policy, err);
}

static int add_gateway(struct making *m, size_t *ret_policy, struct err *err)
{
	struct gateway gateway autodestroy(gateway_clear) = {0};
	int r = gateway_resolve(m->config, &gateway, err);

	return r ? r : image_add_gateway(m->image, &gateway, ret_policy, err);
}

static void answered_clear(struct answered *a)
{
	policy_question_clear(&a->question);
}

static int add_key(struct making *m, const char *key, size_t *ret_policy, struct err *err)
{
	struct answered a autodestroy(answered_clear) = {0};
	unsigned long long hash;
	int r;

	if (!strcmp(key, SESSION_GATEWAY))
		return add_gateway(m, ret_policy, err);
	for (size_t i = VARIANT_ELEVATED; i < ARRAY_SIZE(variant_heads); i++) {
		size_t len = strlen(variant_heads[i]);

		if (strncmp(key, variant_heads[i], len) != 0)
			continue;
		a.variant = (enum variant)i;
		key += len;
		break;
	}
	if (!strncmp(key, SESSION_RESERVED, strlen(SESSION_RESERVED)))
		return err_set(err, ENOENT, "\"%s\" has no policy", key);
	r = policy_question_make(m->config, key, &a.question, err);
	if (r)
		return r;
	hash = policy_question_hash(&a.question);
	if (making_has(m, &a, hash, ret_policy))
		return 0;
	r = answer(m, key, &a, err);
	*ret_policy = a.policy;
	if (!r && making_keep(m, &a, hash))
		return err_set(err, ENOMEM, "out of memory");
	return r;
}

static int add_expected(struct making *m, struct err *err)
{
	char **keys autodestroy(session_list_free) = NULL;
	size_t count = 0, policy;
	int r = policy_list_sessions(m->config, &keys, &count, err);

	for (size_t i = 0; !r && i < count; i++)
		r = add_key(m, keys[i], &policy, err);
	return r;
}

/*
 * Registered sessions keep their keys through every reload. One that the new config does not know
 * (its agent was removed) keeps no policy, and so may do nothing.
 */
static int add_registered(struct making *m, const struct kernel *k, struct err *err)
{
	struct session session;
	u32 id, *last = NULL;
	int r = 0;

	while (!r && session_next(k, last, &id)) {
		size_t policy;

		last = &id;
		if (session_read(k, id, &session, err))
			continue; /* removed meanwhile: the list goes on behind it */
		r = add_key(m, session.key, &policy, err);
		if (!r)
			r = image_add_session(m->image, id, policy, err);
		else if (r != -ENOMEM)
			r = 0;
	}
	return r;
}

int enforce_document(struct kernel *k, const struct document *d, struct err *err)
{
	struct making m autodestroy(making_clear) = {.config = d->config};
	struct loaded loaded = {.loaded_at = (u64)time(NULL),
				.dialect = (char *)words_dialect[d->config->speaks]};
	autofree void *snapshot = NULL;
	int r;

	r = policy_check(d->config, err);
	if (!r)
		r = image_new(&m.image, err);
	session_stores_begin(d->config);
	if (!r)
		r = add_expected(&m, err);
	if (!r)
		r = add_registered(&m, k, err);
	session_stores_end(d->config);
	if (!r)
		r = sources_snapshot(d->sources, &snapshot, &loaded.snapshot_len, err);
	if (r)
		return r;
	loaded.snapshot = snapshot;
	loaded.fingerprint = sources_fingerprint(d->sources);
	loaded.origins = m.image->origins;
	loaded.origin_count = m.image->origin_count;
	return image_apply(k, m.image, &loaded, err);
}

int enforced_document(const struct kernel *k, struct document **ret, struct loaded **ret_loaded,
		      struct err *err)
{
	struct loaded *loaded autoloaded = NULL;
	struct state state;
	int r = state_read(k, &state, err);

	if (!r)
		r = loaded_read(k, state.generation, &loaded, err);
	if (!r)
		r = document_from_snapshot_as(loaded->snapshot, loaded->snapshot_len,
					      loaded->dialect, ret, err);
	if (!r && ret_loaded)
		*ret_loaded = TAKE_PTR(loaded);
	return r;
}

int enforce_session(struct kernel *k, const struct document *d, u32 id, const char *key,
		    struct err *err)
{
	struct making m autodestroy(making_clear) = {.config = d->config};
	size_t policy = 0;
	int r = image_new(&m.image, err);

	if (!r)
		r = add_key(&m, key, &policy, err);
	if (r)
		return r;
	r = image_assign(k, id, m.image->policies[policy].id, err);
	if (r == -ENOENT || r == -ENOSPC)
		r = enforce_document(k, d,
				     err); /* the session is registered, so it is part of it */
	return r;
}
