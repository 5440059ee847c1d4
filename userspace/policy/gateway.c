// SPDX-License-Identifier: GPL-2.0-only
/* Is what an agent's gateway runs on the host against its config? */
#include "policy/gateway.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/schema.h"
#include "policy/resolve.h"
#include "policy/key/session_key.h"
#include "util/cleanup.h"

#define WHOLE_PATH "/usr/libexec/clawbpf/clawbpf"

/* `env` is what a script's "#!/usr/bin/env node" begins with; what it starts is looked at itself.
 * `clawbpf` is where it is called, and what that executes. */
const char *const gateway_needs[] = {
	"node",     "nodejs",   "bun",     "deno",    "env",     "docker",   "podman",
	"openclaw", "clawdbot", "moltbot", "moldbot", "clawbpf", WHOLE_PATH, NULL,
};

const char *gateway_mode_word(enum gateway_mode mode)
{
	return words_gateway[mode];
}

/* What holds for the sessions of this agent that are not its main one. */
static int promise_of(const struct config *c, const char *agent, struct gateway *g, struct err *err)
{
	struct policy *p autodestroy(policy_free) = NULL;
	autofree char *key = NULL;
	int r;

	if (asprintf(&key, "agent:%s:sandbox", agent) < 0)
		return err_set(err, ENOMEM, "out of memory");
	r = policy_resolve(c, key, &p, err);
	if (r || (g->promise.key && p->mode >= g->promised))
		return r;
	/* The laxest agent is what all can be held to. */
	origin_clear(&g->promise);
	g->promise = p->sandbox_origin;
	p->sandbox_origin = (struct origin){0};
	g->promised = p->mode;
	if (!p->enforce)
		g->mode = GATEWAY_REPORT;
	return 0;
}

static void mode_choose(const struct config *c, struct gateway *g)
{
	if (c->gateway.key && (enum gateway_mode)c->gateway.word < g->mode)
		g->mode = (enum gateway_mode)c->gateway.word;
	else if (!c->gateway.key && g->promised != SANDBOX_ALL && g->mode > GATEWAY_REPORT)
		g->mode = GATEWAY_REPORT;
	if (g->promised == SANDBOX_OFF)
		g->mode = GATEWAY_OFF;
}

int gateway_resolve(const struct config *c, struct gateway *ret, struct err *err)
{
	struct gateway g autodestroy(gateway_clear) = {
		.mode = GATEWAY_ENFORCE,
		.promised = SANDBOX_ALL,
		.programs = c->gateway_programs.items,
		.program_count = c->gateway_programs.count,
	};
	const struct agent_settings *agents = c->agents.items;
	int r = c->agents.count ? 0 : promise_of(c, agent_default_id(c), &g, err);

	for (size_t i = 0; !r && i < c->agents.count; i++)
		r = promise_of(c, agents[i].entry.name, &g, err);
	if (r)
		return r;
	mode_choose(c, &g);
	*ret = g;
	g = (struct gateway){0};
	return 0;
}

void gateway_clear(struct gateway *g)
{
	origin_clear(&g->promise);
	*g = (struct gateway){0};
}
