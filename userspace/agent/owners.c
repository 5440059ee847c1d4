// SPDX-License-Identifier: GPL-2.0-only
/* How does the kernel get to know whose a container is? */
#include "agent/owners.h"

#include <errno.h>
#include <string.h>

#include "kernel/containers.h"
#include "kernel/lock.h"
#include "kernel/maps.h"
#include "session/enforce.h"
#include "session/registry.h"
#include "util/cleanup.h"
#include "util/escape.h"

void owners_forget(struct owners *o)
{
	document_free(&o->document);
	o->generation = 0;
}

void owners_end(struct owners *o)
{
	kernel_free(&o->kernel);
	if (o->lock > 0)
		close(o->lock);
	o->lock = 0;
}

int owners_begin(struct owners *o, struct err *err)
{
	struct state state;
	int r = lock_take(LOCK_CHANGE, &o->lock, err);

	if (!r)
		r = kernel_open(&o->kernel, err);
	if (!r)
		r = state_read(o->kernel, &state, err);
	if (!r && (!o->document || state.generation != o->generation)) {
		owners_forget(o);
		r = enforced_document(o->kernel, &o->document, NULL, err);
		o->generation = state.generation;
	}
	if (r)
		owners_end(o);
	return r;
}

/* Names are chosen by whoever may make containers: none of them forges a line. */
static void tell(struct owners *o, const struct container_facts *f, const char *what,
		 const char *of)
{
	struct buf name autobuf = {0}, more autobuf = {0};

	escape_message(&name, f->name ? f->name : "?", f->name ? strlen(f->name) : 1);
	escape_message(&more, of ? of : "", of ? strlen(of) : 0);
	if (name.failed || more.failed)
		return;
	fprintf(o->out, "container %s (%.12s) %s%s\n", name.data, f->id, what,
		more.data ? more.data : "");
	fflush(o->out);
}

static int session_of(struct owners *o, const struct container_facts *f, u32 *ret_session,
		      char **ret_key, struct err *err)
{
	enum container_owner owner;
	autofree char *key = NULL;
	char text[1024];
	int r = container_owner_find(o->document->config, f, &owner, &key, err);
	bool browser = key && !strncmp(key, SESSION_BROWSER, strlen(SESSION_BROWSER));

	*ret_session = CONTAINER_FOREIGN;
	if (r || owner == OWNER_NOBODY)
		return r;
	if (owner == OWNER_SESSION) {
		r = (browser ? registry_add_browser : registry_add_by)(o->kernel, o->document, key,
								       ret_session, ret_key, err);
		if (!r)
			return 0;
		err_format(err, text, sizeof(text));
		fprintf(o->out, "%s\n", text);
		*err = (struct err){0};
	}
	return registry_add_unknown(o->kernel, f->name ? f->name : f->id, ret_session, err);
}

int owners_learn(struct owners *o, const struct container_facts *f, u32 *ret_session,
		 struct err *err)
{
	autofree char *key = NULL;
	u32 before = CONTAINER_FOREIGN;
	bool known = container_find(o->kernel, f->id, &before);
	int r = session_of(o, f, ret_session, &key, err);

	if (r || (known && before == *ret_session))
		return r;
	if (*ret_session == CONTAINER_FOREIGN)
		return container_write(o->kernel, f->id, CONTAINER_FOREIGN, err);
	r = container_assign(o->kernel, *ret_session, f->id, err);
	if (key)
		tell(o, f, "is in session ", key);
	else if (f->torn)
		tell(o, f, "may do nothing: its labels name several sessions, one is ", f->scope);
	else
		tell(o, f, "may do nothing: the config has no session for it, ",
		     f->scope ? f->scope : "it has no label with a session");
	return r;
}

int owners_settle(struct owners *o, const struct container_cgroup *c, u32 session, struct err *err)
{
	bool late = false;
	int r;

	if (session == CONTAINER_FOREIGN)
		return container_release(o->kernel, c, err);
	r = container_join(o->kernel, session, c, &late, err);
	if (!r && late) {
		fprintf(o->out,
			"container %.12s was running without a policy, and has one from now on\n",
			c->id);
		fflush(o->out);
	}
	return r;
}

int owners_settle_foreign(struct owners *o, const struct container_cgroup *c, struct err *err)
{
	int r = container_write(o->kernel, c->id, CONTAINER_FOREIGN, err);
	unsigned int user;

	if (container_cgroup_user(c, &user) && user != o->told_user) {
		fprintf(o->out,
			"container %.12s is of an engine of user %u's that is not looked after: "
			"name its socket by --engine, if an agent uses it\n",
			c->id, user);
		fflush(o->out);
		o->told_user = user;
	}
	return r ? r : owners_settle(o, c, CONTAINER_FOREIGN, err);
}

int owners_settle_unknown(struct owners *o, const struct container_cgroup *c, struct err *err)
{
	u32 session;
	int r = registry_add_unknown(o->kernel, c->id, &session, err);

	if (!r)
		r = owners_settle(o, c, session, err);
	if (!r)
		fprintf(o->out, "container %.12s may do nothing: no engine says whose it is\n",
			c->id);
	return r;
}
