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

static int box_find_out(const struct run_request *request, const struct kernel *k,
			struct box **ret_box, struct found **ret, struct err *err)
{
	struct policy *policy autodestroy(policy_free) = NULL;
	struct document *d autodocument = NULL;
	int r = enforced_document(k, &d, NULL, err);

	if (!r)
		r = policy_resolve(d->config, request->session, &policy, err);
	if (!r)
		r = box_resolve(d->config, policy, ret_box, err);
	if (r)
		return r;
	*ret = calloc(1, sizeof(**ret));
	if (!*ret)
		return err_set(err, ENOMEM, "out of memory");
	(*ret)->document = TAKE_PTR(d);
	return 0;
}

/* Then it is to be found out each time. */
static bool may_change(const struct kernel *k, const char *key)
{
	struct session_key parsed autodestroy(session_key_clear) = {0};
	struct document *d autodocument = NULL;
	struct err ignored;

	return enforced_document(k, &d, NULL, &ignored) ||
	       session_key_parse(d->config, key, &parsed, &ignored) ||
	       session_stored_changes(d->config, &parsed);
}

void found_free(struct found **f)
{
	if (!*f)
		return;
	document_free(&(*f)->document);
	free(*f);
	*f = NULL;
}

int session_find_out(const struct run_request *request, struct kernel **k, u32 *ret_session,
		     struct box **ret_box, struct found **ret, struct err *err)
{
	struct policy_head head = {0};
	struct session session;
	int r;

	kernel_free(k);
	r = kernel_open(k, err);
	if (!r)
		r = registry_add(*k, request->session, ret_session, NULL, err);
	if (!r)
		r = image_head(*k, *ret_session, &head, err);
	if (!r && run_is_boxed(request, &head))
		r = box_find_out(request, *k, ret_box, ret, err);
	if (!r)
		r = session_read(*k, *ret_session, &session, err);
	if (!r && (*ret_box || !(head.flags & POLICY_SANDBOXED)) && !may_change(*k, session.key))
		plan_write(*k, request->session,
			   &(struct plan){.key = session.key,
					  .agent = session.agent,
					  .session = *ret_session,
					  .policy = head.policy,
					  .box = *ret_box});
	return r;
}
