// SPDX-License-Identifier: GPL-2.0-only
/* Which keys would change something for a session? */
#include "policy/check/fix_keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/cleanup.h"

void fix_keys_free(char ***keys)
{
	for (char **k = *keys; k && *k; k++)
		free(*k);
	free(*keys);
	*keys = NULL;
}

static const struct {
	const char *suffix;
	bool any_agent;    /* follows the dialect's name for any agent */
	bool sandbox_only; /* helps only where the mode may sandbox */
	bool also_only;    /* where lists have an alsoAllow beside them */
} rows[] = {
	{"agents.defaults.sandbox.mode=off", false, true, false},
	{"sandbox.mode=off", true, true, false},
	{"tools.sandbox.tools.allow", false, false, false},
	{"tools.sandbox.tools.alsoAllow", false, false, true},
	{"tools.sandbox.tools.deny", false, false, false},
	{"tools.sandbox.tools.allow", true, false, false},
	{"tools.sandbox.tools.alsoAllow", true, false, true},
	{"tools.sandbox.tools.deny", true, false, false},
	{"tools.elevated.enabled", false, false, false},
};

int fix_keys_make(const struct dialect *d, enum sandbox_mode mode, const char *channel_key,
		  char ***ret)
{
	char **keys autodestroy(fix_keys_free) = calloc(ARRAY_SIZE(rows) + 2, sizeof(*keys));
	size_t n = 0;

	if (!keys)
		return -ENOMEM;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autobuf struct buf b = {0};

		if ((rows[i].sandbox_only && mode == SANDBOX_OFF) ||
		    (rows[i].also_only && !(d->flags & DIALECT_ALSO_ALLOW)))
			continue;
		if (rows[i].any_agent)
			buf_printf(&b, "%s.", d->agents_key);
		buf_puts(&b, rows[i].suffix);
		keys[n] = buf_take(&b);
		if (!keys[n++])
			return -ENOMEM;
	}
	if (channel_key) {
		keys[n] = strdup(channel_key);
		if (!keys[n])
			return -ENOMEM;
	}
	*ret = TAKE_PTR(keys);
	return 0;
}
