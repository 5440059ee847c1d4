// SPDX-License-Identifier: GPL-2.0-only
/* What does a config decide for its sessions? For programs. */
#include <errno.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "config/schema.h"
#include "config/choice.h"
#include "output/explain_policy.h"
#include "output/explain_product.h"
#include "output/put.h"
#include "policy/check/findings.h"
#include "policy/resolve.h"
#include "policy/view.h"
#include "util/cleanup.h"

static void put_place(struct json_out *out, cJSON *object, const char *key, struct pos pos)
{
	put_text(out, object, "key", key);
	if (!pos.line) {
		put_text(out, object, "file", NULL);
		return;
	}
	put_text(out, object, "file", pos.file);
	put(out, object, "line", cJSON_CreateNumber(pos.line));
	put(out, object, "column", cJSON_CreateNumber(pos.column));
}

static void put_origin(struct json_out *out, cJSON *object, const struct origin *o)
{
	cJSON *origin = put_object(out, object, "origin");

	put_place(out, origin, o->key, o->pos);
	put_text(out, origin, "text", o->text);
}

static void put_source(struct json_out *out, cJSON *object, const char *name,
		       const struct source *s)
{
	cJSON *source = put_object(out, object, name);

	put_place(out, source, s->key, s->pos);
}

static void put_settings(struct json_out *out, cJSON *object, const char *name,
			 const struct setting_list *l)
{
	cJSON *array = put_array(out, object, name);

	for (size_t i = 0; l && i < l->count; i++)
		append(out, array, cJSON_CreateString(l->items[i].text));
}

static void put_sandbox_list(struct json_out *out, cJSON *tools, cJSON *sources, const char *name,
			     const struct list_view *lists, size_t count)
{
	cJSON *array = put_array(out, tools, name), *source = put_object(out, sources, name);

	for (size_t l = 0; l < count; l++) {
		for (size_t i = 0; lists[l].list && i < lists[l].list->count; i++)
			append(out, array, cJSON_CreateString(lists[l].list->items[i].text));
		for (const char *const *t = lists[l].defaults; t && *t; t++)
			append(out, array, cJSON_CreateString(*t));
	}
	put_text(out, source, "source", lists[count - 1].from);
	put_text(out, source, "key", lists[count - 1].key);
}

static void put_sandbox(struct json_out *out, cJSON *session, const struct policy *p,
			const struct session_view *v)
{
	cJSON *s = put_object(out, session, "sandbox"), *tools, *sources;

	put_text(out, s, "mode", words_sandbox_mode[p->mode]);
	put_text(out, s, "scope", words_sandbox_scope[p->scope]);
	put_text(out, s, "workspaceAccess", words_workspace_access[p->access]);
	put_text(out, s, "workspaceRoot", v->workspace_root);
	put_text(out, s, "network", v->sandbox.network);
	put_bool(out, s, "sessionIsSandboxed", p->sandboxed);
	put_text(out, s, "reason", p->sandbox_reason);
	put_text(out, s, "scopeKey", p->scope_key);
	put_origin(out, s, &p->sandbox_origin);
	tools = put_object(out, s, "tools");
	sources = cJSON_CreateObject();
	put_sandbox_list(out, tools, sources, "allow", &v->sandbox_allow, 1);
	put_sandbox_list(out, tools, sources, "deny", v->sandbox_deny, v->sandbox_deny_count);
	put(out, tools, "sources", sources);
}

static void put_senders(struct json_out *out, cJSON *object, const char *name,
			const struct entries *e)
{
	const struct list_entry *items = e->items;
	cJSON *senders;

	if (!e->key)
		return;
	senders = put_object(out, object, name);
	for (size_t i = 0; i < e->count; i++)
		put_settings(out, senders, items[i].entry.name, &items[i].list);
}

static void put_elevated(struct json_out *out, cJSON *session, const struct policy *p,
			 const struct session_view *v)
{
	const struct elevated_view *e = &v->elevated;
	cJSON *elevated = put_object(out, session, "elevated"), *from, *failures;

	put_bool(out, elevated, "enabled", e->enabled);
	put_source(out, elevated, "enabledSource", &e->enabled_source);
	put_settings(out, elevated, "patterns", e->patterns);
	put_bool(out, elevated, "requireApproval", e->approval);
	put_source(out, elevated, "requireApprovalSource", &e->approval_source);
	if (e->channel)
		put_text(out, elevated, "channel", e->channel);
	put_bool(out, elevated, "allowedByConfig", !e->gate_count && !p->exec_denied);
	from = put_object(out, elevated, "allowFrom");
	put_senders(out, from, "global", e->allow_from);
	put_senders(out, from, "agent", e->agent_allow_from);
	failures = put_array(out, elevated, "failures");
	for (size_t i = 0; i < e->gate_count; i++) {
		cJSON *gate = cJSON_CreateObject();

		put_text(out, gate, "gate", e->gates[i].name);
		put_text(out, gate, "key", e->gates[i].key);
		append(out, failures, gate);
	}
}

static void put_tools(struct json_out *out, cJSON *session, const struct config *c,
		      const struct policy *p, const struct session_view *v)
{
	cJSON *tools = put_object(out, session, "tools"), *denied, *effective, *trail;
	size_t count;
	autofree const struct setting_list **denies = view_denies(c, v, &count);

	out->failed |= !denies;
	put_text(out, tools, "profile", v->profile ? v->profile->text : NULL);
	denied = put_array(out, tools, "denied");
	for (size_t l = 0; l < count; l++)
		for (size_t i = 0; i < denies[l]->count; i++)
			append(out, denied, cJSON_CreateString(denies[l]->items[i].text));
	effective = put_array(out, tools, "effective");
	trail = put_array(out, tools, "trail");
	for (size_t i = 0; i < p->tool_count; i++) {
		cJSON *one = cJSON_CreateObject();

		if (p->tools[i].allowed)
			append(out, effective, cJSON_CreateString(p->tools[i].tool));
		put_text(out, one, "tool", p->tools[i].tool);
		put_bool(out, one, "allowed", p->tools[i].allowed);
		if (v->dialect->flags & DIALECT_PRODUCT)
			put_bool(out, one, "productAllows", p->tools[i].product_allows);
		put_bool(out, one, "deniedByName", p->tools[i].by_name);
		put_text(out, one, "layer", p->tools[i].layer);
		put_origin(out, one, &p->tools[i].origin);
		append(out, trail, one);
	}
}

static const char *const binary_kinds[] = {
	[BINARY_NAME] = "name",
	[BINARY_PATH] = "path",
	[BINARY_SHA256] = "sha256",
};

static void put_refused(struct json_out *out, cJSON *session, const struct policy *p)
{
	cJSON *refused = put_object(out, session, "refused"), *array, *one;

	put_text(out, refused, "mode", p->enforce ? "enforce" : "audit");
	one = put_object(out, refused, "exec");
	put_bool(out, one, "denied", p->exec_denied);
	if (p->exec_denied)
		put_origin(out, one, &p->exec_origin);
	one = put_object(out, refused, "network");
	put_bool(out, one, "denied", p->network_none);
	if (p->network_none)
		put_origin(out, one, &p->network_origin);
	array = put_array(out, refused, "binaries");
	for (size_t i = 0; i < p->binary_count; i++) {
		one = cJSON_CreateObject();
		put_text(out, one, "kind", binary_kinds[p->binaries[i].kind]);
		put_text(out, one, "value", p->binaries[i].value);
		put_text(out, one, "tool", p->binaries[i].tool);
		put_origin(out, one, &p->binaries[i].origin);
		append(out, array, one);
	}
	array = put_array(out, refused, "bindSources");
	for (size_t i = 0; i < p->blocked_count; i++) {
		one = cJSON_CreateObject();
		put_text(out, one, "path", p->blocked[i].path);
		put_origin(out, one, &p->blocked[i].origin);
		append(out, array, one);
	}
}

static int add_session(struct json_out *out, cJSON *sessions, const struct config *c,
		       const struct policy *p, struct err *err)
{
	struct session_view v autodestroy(session_view_clear) = {0};
	char **keys autodestroy(view_fix_keys_free) = NULL;
	cJSON *session = cJSON_CreateObject(), *fixes;
	int r = session_view_fill(c, p, &v, err);

	append(out, sessions, session); /* owned by sessions from here on */
	if (r || out->failed)
		return r;
	put_text(out, session, "agentId", p->agent);
	put_text(out, session, "sessionKey", p->session_key);
	put_text(out, session, "mainSessionKey", v.main_key);
	put_text(out, session, "kind", session_kind_name(v.key.kind));
	put_sandbox(out, session, p, &v);
	put_elevated(out, session, p, &v);
	put_tools(out, session, c, p, &v);
	put_refused(out, session, p);
	if (view_fix_keys(&v, &keys))
		out->failed = true;
	fixes = put_array(out, session, "fixIt");
	for (char **k = keys; k && *k; k++)
		append(out, fixes, cJSON_CreateString(*k));
	return 0;
}

static void add_warnings(struct json_out *out, cJSON *root, const char *name,
			 const struct warnings *w)
{
	cJSON *array = put_array(out, root, name);

	for (size_t i = 0; i < w->count; i++) {
		cJSON *one = cJSON_CreateObject();

		put_text(out, one, "message", w->items[i].text);
		put_text(out, one, "file", w->items[i].pos.file);
		put(out, one, "line", cJSON_CreateNumber(w->items[i].pos.line));
		put(out, one, "column", cJSON_CreateNumber(w->items[i].pos.column));
		append(out, array, one);
	}
}

static void add_findings(struct json_out *out, cJSON *root, const struct config *c)
{
	struct warnings w autowarnings = {0};

	policy_findings(c, &w);
	add_warnings(out, root, "findings", &w);
}

/* What clawbpf has to say: in the dialect of a product below what that product says. */
static int add_ours(struct json_out *out, cJSON *root, const struct explain_policy *e,
		    struct err *err)
{
	cJSON *sessions;
	int r = 0;

	put_text(out, root, "dialect", dialect_of(e->config)->name);
	put_text(out, root, "config", e->config->file);
	put_text(out, root, "dialectFrom", dialect_reason_name(e->config->speaks_because));
	if (!(dialect_of(e->config)->flags & DIALECT_PRODUCT)) {
		put_product_verdicts(out, root, e->config);
	} else {
		put_product_verdict(out, root, e->config);
		put_product_differences(out, root, e);
		if (e->product) {
			put_product_container(out, root, e);
			put_product_exec(out, root, e);
		}
	}
	sessions = put_array(out, root, "sessions");
	for (size_t i = 0; i < e->count && !r; i++)
		r = add_session(out, sessions, e->config, e->policies[i], err);
	if (!r)
		add_findings(out, root, e->config);
	if (!r && e->warnings)
		add_warnings(out, root, "warnings", e->warnings);
	return r;
}

int explain_policy_json(const struct explain_policy *e, struct cJSON **ret, struct err *err)
{
	struct json_out out = {0};
	cJSON *root = cJSON_CreateObject(), *ours = root;
	int r;

	if (e->product) {
		put_product(&out, root, e->product);
		ours = put_object(&out, root, "clawbpf");
	}
	r = add_ours(&out, ours, e, err);
	if (!r && out.failed)
		r = err_set(err, ENOMEM, "out of memory");
	if (r) {
		cJSON_Delete(root);
		return r;
	}
	*ret = root;
	return 0;
}
