// SPDX-License-Identifier: GPL-2.0-only
/* How does a config become what the kernel enforces, for the sessions that are there? */
#include "session/enforce.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "config/schema.h"
#include "kernel/apply.h"
#include "kernel/maps.h"
#include "policy/container/container_owner.h"
#include "policy/elevate/elevate.h"
#include "policy/image.h"
#include "policy/resolve.h"
#include "policy/key/sessions.h"
#include "util/cleanup.h"

static int image_add_key(struct image *image, const struct config *c, const char *key,
			 size_t *ret_policy, struct err *err)
{
	struct policy *policy autodestroy(policy_free) = NULL;
	bool elevated = !strncmp(key, SESSION_ELEVATED, strlen(SESSION_ELEVATED));
	bool browser = !strncmp(key, SESSION_BROWSER, strlen(SESSION_BROWSER));
	int r;

	if (!strcmp(key, SESSION_GATEWAY)) {
		struct gateway gateway autodestroy(gateway_clear) = {0};

		r = gateway_resolve(c, &gateway, err);
		return r ? r : image_add_gateway(image, &gateway, ret_policy, err);
	}
	if (elevated)
		key += strlen(SESSION_ELEVATED);
	if (browser)
		key += strlen(SESSION_BROWSER);
	if (!strncmp(key, SESSION_RESERVED, strlen(SESSION_RESERVED)))
		return err_set(err, ENOENT, "\"%s\" has no policy", key);
	r = policy_resolve(c, key, &policy, err);
	if (r)
		return r;
	if (elevated)
		elevate_policy(policy);
	/* The browser's container is there to be on the network. */
	if (browser)
		policy->network_none = false;
	return image_add_policy(image, policy, ret_policy, err);
}

static int image_add_expected(struct image *image, const struct config *c, struct err *err)
{
	char **keys autodestroy(session_list_free) = NULL;
	size_t count = 0, policy;
	int r = policy_list_sessions(c, &keys, &count, err);

	for (size_t i = 0; !r && i < count; i++)
		r = image_add_key(image, c, keys[i], &policy, err);
	return r;
}

/*
 * Registered sessions keep their keys through every reload. One that the new config does not know
 * (its agent was removed) keeps no policy, and so may do nothing.
 */
static int image_add_registered(struct image *image, const struct kernel *k, const struct config *c,
				struct err *err)
{
	struct session session;
	u32 id, *last = NULL;
	int r = 0;

	while (!r && session_next(k, last, &id)) {
		size_t policy;

		last = &id;
		if (session_read(k, id, &session, err))
			continue; /* removed meanwhile: the list goes on behind it */
		r = image_add_key(image, c, session.key, &policy, err);
		if (!r)
			r = image_add_session(image, id, policy, err);
		else if (r != -ENOMEM)
			r = 0;
	}
	return r;
}

int enforce_document(struct kernel *k, const struct document *d, struct err *err)
{
	struct image *image autodestroy(image_free) = NULL;
	struct loaded loaded = {.loaded_at = (u64)time(NULL),
				.dialect = (char *)words_dialect[d->config->speaks]};
	autofree void *snapshot = NULL;
	int r;

	r = policy_check(d->config, err);
	if (!r)
		r = image_new(&image, err);
	if (!r)
		r = image_add_expected(image, d->config, err);
	if (!r)
		r = image_add_registered(image, k, d->config, err);
	if (!r)
		r = sources_snapshot(d->sources, &snapshot, &loaded.snapshot_len, err);
	if (r)
		return r;
	loaded.snapshot = snapshot;
	loaded.fingerprint = sources_fingerprint(d->sources);
	loaded.origins = image->origins;
	loaded.origin_count = image->origin_count;
	return image_apply(k, image, &loaded, err);
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

int enforce_session(struct kernel *k, u32 id, const char *key, struct err *err)
{
	struct document *d autodocument = NULL;
	struct image *image autodestroy(image_free) = NULL;
	size_t policy = 0;
	int r;

	r = enforced_document(k, &d, NULL, err);
	if (!r)
		r = image_new(&image, err);
	if (!r)
		r = image_add_key(image, d->config, key, &policy, err);
	if (r)
		return r;
	r = image_assign(k, id, image->policies[policy].id, err);
	if (r == -ENOENT || r == -ENOSPC)
		r = enforce_document(k, d,
				     err); /* the session is registered, so it is part of it */
	return r;
}
