// SPDX-License-Identifier: GPL-2.0-only
/* What does a product's gateway make of a session: whose is it, and is it sandboxed? */
#include "policy/key/runtime.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/sandbox/sandbox.h"
#include "util/cleanup.h"
#include "util/fold.h"

void runtime_clear(struct runtime *r)
{
	free(r->agent);
	free(r->key);
	free(r->main_key);
	*r = (struct runtime){0};
}

int runtime_resolve(const struct config *c, const char *key, struct runtime *ret, struct err *err)
{
	struct session_key k autodestroy(session_key_clear) = {0};
	struct runtime run autodestroy(runtime_clear) = {.key = text_trimmed(key)};
	struct stored_session stored autodestroy(session_stored_clear) = {0};
	struct sandbox s;
	int r = 0;

	if (run.key && *run.key)
		r = session_key_parse(c, run.key, &k, err);
	if (run.key && *run.key && !r)
		r = session_stored_find(c, &k, &stored, err);
	if (r)
		return r;
	run.agent = strdup(k.agent ? k.agent : agent_default_id(c));
	run.main_key = run.agent ? main_session_key(c, run.agent) : NULL;
	if (!run.key || !run.main_key)
		return err_set(err, ENOMEM, "out of memory");
	s = sandbox_resolve(c, dialect_of(c), config_find_agent(c, run.agent), &k, &stored);
	run.mode = s.mode;
	run.main = k.main;
	run.sandboxed = *run.key && s.sandboxed;
	*ret = run;
	run = (struct runtime){0};
	return 0;
}
