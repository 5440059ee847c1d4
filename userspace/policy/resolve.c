// SPDX-License-Identifier: GPL-2.0-only
/* What may this session do, after every layer of the config was applied? */
#include "policy/resolve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/schema.h"
#include "policy/sandbox/binds.h"
#include "policy/denied.h"
#include "policy/product/product.h"
#include "policy/sandbox/sandbox.h"
#include "policy/key/session_spawn.h"
#include "policy/tools/tools.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/nearest.h"
#include "util/utf8.h"

static int out_of_memory(struct err *err)
{
	return err_set(err, ENOMEM, "out of memory");
}

static int no_such_agent(const struct config *c, const char *id, struct err *err)
{
	const struct agent_settings *agents = c->agents.items;
	autofree const char **names = calloc(c->agents.count + 1, sizeof(*names));
	autobuf struct buf fix = {0}, shown = {0};
	const char *nearest;

	if (!names)
		return out_of_memory(err);
	for (size_t i = 0; i < c->agents.count; i++)
		names[i] = agents[i].entry.name;
	nearest = nearest_name(id, names, c->agents.count);
	if (nearest)
		buf_printf(&fix, "did you mean \"%s\"? ", nearest);
	buf_puts(&fix, "agents:");
	for (size_t i = 0; i < c->agents.count && i < 20; i++)
		buf_printf(&fix, "%s %s", i ? "," : "", names[i]);
	if (c->agents.count > 20)
		buf_puts(&fix, ", ...");
	utf8_quote(&shown, id, strlen(id), 64);
	err_set(err, ENOENT, "there is no agent %s in %s", shown.data ? shown.data : "",
		c->agents.key);
	return err_fix(err, "%s", fix.data ? fix.data : "");
}

static int find_agent(const struct config *c, const struct dialect *d, const char *id,
		      const struct agent_settings **ret, struct err *err)
{
	*ret = config_find_agent(c, id);
	if (!*ret && c->agents.count && (d->flags & DIALECT_AGENTS_KNOWN))
		return no_such_agent(c, id, err);
	return 0;
}

static int fill_identity(struct policy *p, const struct config *c, const struct session_key *key,
			 const struct stored_session *stored, struct err *err)
{
	p->session_key = strdup(key->text);
	p->agent = strdup(key->agent);
	p->scope_key = sandbox_scope_key(c, p->scope, key, stored);
	return p->session_key && p->agent && p->scope_key ? 0 : out_of_memory(err);
}

static int fill_mode(struct policy *p, const struct config *c, struct err *err)
{
	const struct claw_settings *own = config_find_claw_agent(c, p->agent);
	const struct setting *mode = own && own->mode.key ? &own->mode : &c->claw.mode;
	struct source s = source_of_default("clawbpf.mode", "default");

	p->enforce = true;
	if (mode->key) {
		p->enforce = mode->word == CLAW_ENFORCE;
		s = source_of_setting(mode, "clawbpf.mode");
	}
	return origin_copy(&p->mode_origin, &s) ? out_of_memory(err) : 0;
}

static int fill_sandbox(struct policy *p, const struct sandbox *s, struct err *err)
{
	p->mode = s->mode;
	p->scope = s->scope;
	p->access = s->access;
	p->sandboxed = s->sandboxed;
	p->own_sandbox = s->required;
	p->sandbox_reason = s->reason;
	p->network_none = s->sandboxed && !strcasecmp(s->network, "none");
	if (origin_copy(&p->sandbox_origin, &s->mode_source) ||
	    origin_copy(&p->network_origin, &s->network_source))
		return out_of_memory(err);
	return 0;
}

static int fill_tools(struct policy *p, const struct tool_layers *layers, struct err *err)
{
	char **names autodestroy(tool_names_free) = tool_layers_names(layers);
	size_t count = 0;

	while (names && names[count])
		count++;
	p->tools = calloc(count + 1, sizeof(*p->tools));
	if (!names || !p->tools)
		return out_of_memory(err);
	for (size_t i = 0; i < count; i++) {
		struct tool_answer a = tool_layers_ask(layers, names[i]);
		struct tool_verdict *v = &p->tools[p->tool_count++];

		v->tool = TAKE_PTR(names[i]);
		v->allowed = a.allowed;
		v->by_name = a.by_name;
		v->product_allows = a.allowed || tool_layers_product_allows(layers, v->tool);
		v->layer = a.source.layer;
		if (origin_copy(&v->origin, &a.source)) {
			while (++i < count) /* the rest is not reached by tool_names_free */
				free(names[i]);
			return out_of_memory(err);
		}
	}
	return 0;
}

/* For tools, one program takes a key without an agent for one of "main", whoever is the default. */
static const struct agent_settings *tools_agent(const struct config *c, const struct dialect *d,
						const struct session_key *key,
						const struct agent_settings *agent)
{
	return key->bare && d->flags & DIALECT_LOOSE_KEYS ? config_find_agent(c, "main") : agent;
}

/* A store that cannot be believed is no way out of a group's policy. */
static void find_spawner(struct tool_context *ctx, struct session_key *ret)
{
	const struct session_key *k = ctx->session;
	struct err ignored;

	if (k->kind != SESSION_SUBAGENT || k->grouped)
		return;
	ctx->any_group = session_spawner_find(ctx->config, k, ctx->stored, ret, &ignored);
	if (ret->grouped)
		ctx->spawner = ret;
}

static int resolve(struct policy *p, const struct config *c, const struct dialect *d,
		   const struct session_key *key, const struct stored_session *stored,
		   const char *provider, struct err *err)
{
	struct tool_layers layers autodestroy(tool_layers_clear) = {0};
	struct session_key spawner autodestroy(session_key_clear) = {0};
	const struct agent_settings *agent = NULL;
	struct tool_context ctx;
	struct sandbox sandbox;
	int r;

	r = find_agent(c, d, key->agent, &agent, err);
	if (r)
		return r;
	sandbox = sandbox_resolve(c, d, agent, key, stored);
	ctx = (struct tool_context){
		.config = c,
		.dialect = d,
		.agent = tools_agent(c, d, key, agent),
		.owner = agent,
		.session = key,
		.sandboxed = sandbox.sandboxed,
		.sandbox = &sandbox,
		.stored = stored,
		.spawned = session_is_spawned(c, key, stored),
		.spawn_depth = session_spawn_depth(c, key, stored),
		.provider = provider,
	};
	find_spawner(&ctx, &spawner);
	r = fill_sandbox(p, &sandbox, err);
	if (!r)
		r = fill_identity(p, c, key, stored, err);
	if (!r)
		r = fill_mode(p, c, err);
	/* A product's explain answers before it looks; policy_check has looked at all of them. */
	if (!r && p->sandboxed && !(d->flags & DIALECT_PRODUCT))
		r = binds_check(c, agent, err);
	if (!r)
		r = tool_layers_build(&ctx, &layers, err);
	if (!r)
		r = fill_tools(p, &layers, err);
	if (!r)
		r = denied_fill(p, c, err);
	return r;
}

int policy_resolve_for(const struct config *c, const char *session_key, const char *provider,
		       struct policy **ret, struct err *err)
{
	struct policy *p autodestroy(policy_free) = calloc(1, sizeof(*p));
	struct session_key key autodestroy(session_key_clear) = {0};
	struct stored_session stored autodestroy(session_stored_clear) = {0};
	int r;

	if (!p)
		return out_of_memory(err);
	r = session_key_parse(c, session_key, &key, err);
	if (!r)
		r = session_stored_find(c, &key, &stored, err);
	if (!r)
		r = resolve(p, c, dialect_of(c), &key, &stored, provider, err);
	if (r)
		return r;
	*ret = TAKE_PTR(p);
	return 0;
}

int policy_resolve(const struct config *c, const char *session_key, struct policy **ret,
		   struct err *err)
{
	return policy_resolve_for(c, session_key, NULL, ret, err);
}

int policy_check(const struct config *c, struct err *err)
{
	int r = binds_check_all(c, dialect_of(c), err);

	return r ? product_note_bind(c, err) : 0;
}
