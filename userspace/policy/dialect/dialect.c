// SPDX-License-Identifier: GPL-2.0-only
/* Which tables does a config want to be read by? */
#include "policy/dialect/dialect.h"

#include <stddef.h>
#include <string.h>

#include "config/schema.h"
#include "util/cleanup.h"

static const struct dialect *const dialects[] = {
	[DIALECT_NATIVE] = &dialect_native,
	[DIALECT_CLAWDBOT] = &dialect_clawdbot,
	[DIALECT_OPENCLAW] = &dialect_openclaw,
};

const struct dialect *dialect_of(const struct config *c)
{
	return dialects[c->speaks];
}

const struct dialect *dialect_at(int index)
{
	return dialects[index];
}

const struct tool_set *tool_set_find(const struct tool_set *sets, const char *name)
{
	for (; sets && sets->name; sets++)
		if (!strcmp(sets->name, name))
			return sets;
	return NULL;
}

static bool has(const char *const *tools, const char *name)
{
	for (const char *const *t = tools; t && *t; t++)
		if (!strcmp(*t, name))
			return true;
	return false;
}

bool tool_is_registered(const struct dialect *d, const char *name)
{
	return has(d->tools, name) && !has(d->tools_on_demand, name);
}

bool tool_is_known(const struct dialect *d, const char *name)
{
	return has(d->tools, name);
}

_Static_assert(ARRAY_SIZE(dialects) == DIALECT_COUNT, "words_dialect has this order");
