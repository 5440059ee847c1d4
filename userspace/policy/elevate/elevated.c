// SPDX-License-Identifier: GPL-2.0-only
/* May this sender have commands run outside of the sandbox? */
#include "policy/elevate/elevated.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tools/sender_match.h"
#include "util/buf.h"
#include "util/cleanup.h"

static const struct setting_list *find_list(const struct entries *allow_from, const char *provider)
{
	const struct list_entry *e = entries_find(allow_from, provider, sizeof(*e));

	return e ? &e->list : NULL;
}

static int shut(struct elevated_answer *a, const char *name, const char *fmt, const char *what)
{
	struct elevated_gate *g = &a->gates[a->count];

	if (asprintf(&g->key, "%s%s", fmt, what) < 0) {
		g->key = NULL;
		return -ENOMEM;
	}
	g->name = name;
	a->count++;
	return 0;
}

const struct setting_list *elevated_patterns(const struct config *c,
					     const struct agent_settings *agent)
{
	return agent && agent->tools.elevated.patterns.key ? &agent->tools.elevated.patterns
							   : &c->tools.elevated.patterns;
}

static bool is_off(const struct setting *enabled)
{
	return enabled->key && !enabled->flag;
}

static int ask_enabled(const struct config *c, const struct dialect *d,
		       const struct agent_settings *agent, struct elevated_answer *ret)
{
	int r = 0;

	ret->enabled = true;
	if (is_off(&c->tools.elevated.enabled)) {
		ret->enabled = false;
		r = shut(ret, "enabled", "tools.elevated.enabled", "");
	}
	if (!r && agent && is_off(&agent->tools.elevated.enabled)) {
		ret->enabled = false;
		r = shut(ret, "enabled", d->agents_key, ".tools.elevated.enabled");
	}
	return r;
}

/*
 * A config that names commands and no senders limits what is elevated rather than by whom.
 */
static bool is_for_everybody(const struct config *c, const struct dialect *d,
			     const struct agent_settings *agent)
{
	return d->flags & DIALECT_PATTERNS && !c->tools.elevated.allow_from.key &&
	       elevated_patterns(c, agent)->count;
}

static int ask_senders(const struct config *c, const struct dialect *d,
		       const struct agent_settings *agent, const char *provider,
		       const struct sender *sender, struct elevated_answer *ret)
{
	const struct entries *own = agent ? &agent->tools.elevated.allow_from : NULL;
	bool everybody = is_for_everybody(c, d, agent);
	autobuf struct buf key = {0};

	if (everybody && (!own || !own->key))
		return 0;
	if (!*provider)
		return shut(ret, "provider", "ctx.Provider", "");
	if (!everybody &&
	    !sender_list_admits(d, find_list(&c->tools.elevated.allow_from, provider), sender))
		return shut(ret, "allowFrom", "tools.elevated.allowFrom.", provider);
	if (!own || !own->key || sender_list_admits(d, find_list(own, provider), sender))
		return 0;
	buf_printf(&key, ".tools.elevated.allowFrom.%s", provider);
	return key.data ? shut(ret, "allowFrom", d->agents_key, key.data) : -ENOMEM;
}

int elevated_ask(const struct config *c, const struct agent_settings *agent, const char *provider,
		 const struct sender *sender, struct elevated_answer *ret)
{
	const struct dialect *d = dialect_of(c);
	struct elevated_answer a autodestroy(elevated_clear) = {0};
	int r = ask_enabled(c, d, agent, &a);

	if (!r && a.enabled)
		r = ask_senders(c, d, agent, provider, sender, &a);
	if (r)
		return r;
	a.allowed = !a.count;
	*ret = a;
	a = (struct elevated_answer){0};
	return 0;
}

void elevated_clear(struct elevated_answer *a)
{
	for (size_t i = 0; i < a->count; i++)
		free(a->gates[i].key);
	*a = (struct elevated_answer){0};
}
