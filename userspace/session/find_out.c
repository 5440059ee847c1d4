// SPDX-License-Identifier: GPL-2.0-only
/* What does a run have to know of a session that was not run before under this policy? */
#include "session/find_out.h"

#include <errno.h>
#include <stdlib.h>

#include "kernel/apply.h"
#include "kernel/sessions.h"
#include "policy/key/session_store.h"
#include "policy/resolve.h"
#include "session/enforce.h"
#include "session/plan.h"
#include "session/registry.h"
#include "util/cleanup.h"

struct found {
	struct document *document;
};

static int box_find_out(const struct config *c, const char *session, struct box **ret,
			struct err *err)
{
	struct policy *policy autodestroy(policy_free) = NULL;
	int r = policy_resolve(c, session, &policy, err);

	return r ? r : box_resolve(c, policy, ret, err);
}

/* Then it is to be found out each time. */
static bool may_change(const struct config *c, const char *session)
{
	struct session_key key autodestroy(session_key_clear) = {0};
	struct err ignored;

	return session_key_parse(c, session, &key, &ignored) || session_stored_changes(c, &key);
}

void found_free(struct found **f)
{
	if (!*f)
		return;
	document_free(&(*f)->document);
	free(*f);
	*f = NULL;
}

/* The document goes along with the box, which borrows from it. */
static int found_new(const struct kernel *k, struct found **ret, struct err *err)
{
	*ret = calloc(1, sizeof(**ret));
	return *ret ? enforced_document(k, &(*ret)->document, NULL, err)
		    : err_set(err, ENOMEM, "out of memory");
}

int session_find_out(const struct run_request *request, struct kernel **k, u32 *ret_session,
		     struct box **ret_box, struct found **ret, struct err *err)
{
	const struct document *d = NULL;
	struct policy_head head = {0};
	struct session session;
	int r;

	kernel_free(k);
	r = kernel_open(k, err);
	if (!r)
		r = found_new(*k, ret, err);
	if (!r) {
		d = (*ret)->document;
		r = registry_add_by(*k, d, request->session, ret_session, NULL, err);
	}
	if (!r)
		r = image_head(*k, *ret_session, &head, err);
	if (!r && run_is_boxed(request, &head))
		r = box_find_out(d->config, request->session, ret_box, err);
	if (!r)
		r = session_read(*k, *ret_session, &session, err);
	if (!r && (*ret_box || !(head.flags & POLICY_SANDBOXED)) &&
	    !may_change(d->config, session.key))
		plan_write(*k, request->session,
			   &(struct plan){.key = session.key,
					  .agent = session.agent,
					  .session = *ret_session,
					  .policy = head.policy,
					  .box = *ret_box});
	if (!*ret_box)
		found_free(ret);
	return r;
}
