// SPDX-License-Identifier: GPL-2.0-only
/* What does the product of a dialect say itself of a session? For programs. */
#include <string.h>

#include <cjson/cJSON.h>

#include "config/schema.h"
#include "output/explain_product.h"
#include "policy/container/container.h"
#include "policy/product/exec_view.h"
#include "policy/container/product_container.h"
#include "policy/product/product.h"
#include "policy/product/product_view.h"
#include "policy/resolve.h"
#include "util/cleanup.h"

static void put_list(struct json_out *out, cJSON *tools, const struct sandbox_list *l,
		     const char *name)
{
	cJSON *array = put_array(out, tools, name);

	for (size_t i = 0; i < l->count; i++)
		append(out, array, cJSON_CreateString(l->items[i].text));
}

static void put_list_source(struct json_out *out, cJSON *sources, const struct product_view *v,
			    const struct sandbox_list *l, const char *name)
{
	cJSON *source = put_object(out, sources, name);
	autofree char *key = product_list_key(v, l);

	put_text(out, source, "source", l->from);
	put_text(out, source, "key", key);
	out->failed |= !key;
}

static void put_tools(struct json_out *out, cJSON *sandbox, const struct product_view *v)
{
	cJSON *tools = put_object(out, sandbox, "tools"), *sources;

	put_list(out, tools, &v->tools.allow, "allow");
	put_list(out, tools, &v->tools.deny, "deny");
	sources = put_object(out, tools, "sources");
	put_list_source(out, sources, v, &v->tools.allow, "allow");
	put_list_source(out, sources, v, &v->tools.deny, "deny");
}

static void put_folders(struct json_out *out, cJSON *sandbox, const struct product_view *v)
{
	cJSON *mounts;

	put_text(out, sandbox, "effectiveHostWorkspaceRoot", v->host_root);
	put_text(out, sandbox, "runtimeWorkdir", v->workdir);
	mounts = put_array(out, sandbox, "workspaceMounts");
	for (size_t i = 0; i < v->mount_count; i++) {
		cJSON *one = cJSON_CreateObject();

		put_text(out, one, "hostRoot", v->mounts[i].host);
		put_text(out, one, "containerRoot", v->mounts[i].container);
		put_bool(out, one, "writable", v->mounts[i].writable);
		put_text(out, one, "source", v->mounts[i].source);
		append(out, mounts, one);
	}
	put_text(out, sandbox, "workspaceSource", v->workspace_source);
}

static void put_sandbox(struct json_out *out, cJSON *root, const struct product_view *v)
{
	bool folders = v->dialect->flags & DIALECT_SCOPE_HAS_WORKSPACE;
	cJSON *s = put_object(out, root, "sandbox");

	put_text(out, s, "mode", words_sandbox_mode[v->sandbox.mode]);
	put_text(out, s, "scope", words_sandbox_scope[v->sandbox.scope]);
	if (folders)
		put_text(out, s, "backend", v->backend);
	else
		put_bool(out, s, "perSession", v->sandbox.scope == SCOPE_SESSION);
	put_text(out, s, "workspaceAccess", words_workspace_access[v->sandbox.access]);
	put_text(out, s, "workspaceRoot", v->workspace_root);
	if (folders)
		put_folders(out, s, v);
	put_bool(out, s, "sessionIsSandboxed", v->sandboxed);
	put_tools(out, s, v);
}

static void put_senders(struct json_out *out, cJSON *object, const char *name, char *const *senders)
{
	cJSON *array = senders ? put_array(out, object, name) : NULL;

	for (; senders && *senders; senders++)
		append(out, array, cJSON_CreateString(*senders));
}

static void put_elevated(struct json_out *out, cJSON *root, const struct product_view *v)
{
	const struct product_elevated *e = &v->elevated;
	cJSON *object = put_object(out, root, "elevated"), *from, *failures;

	put_bool(out, object, "enabled", e->answer.enabled);
	if (v->asked.channel)
		put_text(out, object, "channel", v->asked.channel);
	put_bool(out, object, "allowedByConfig", e->allowed);
	put_bool(out, object, "alwaysAllowedByConfig", e->always);
	from = put_object(out, object, "allowFrom");
	put_senders(out, from, "global", e->global);
	put_senders(out, from, "agent", e->agent);
	failures = put_array(out, object, "failures");
	for (size_t i = 0; i < e->answer.count; i++) {
		cJSON *one = cJSON_CreateObject();

		put_text(out, one, "gate", e->answer.gates[i].name);
		put_text(out, one, "key", e->answer.gates[i].key);
		append(out, failures, one);
	}
}

/* As the writer makes it, taken into the tree. */
static void put_settings(struct json_out *out, cJSON *container, const struct product_view *v)
{
	struct json j autojson = {0};
	cJSON *settings;

	json_object(&j, NULL);
	container_settings_write(v->config, v->asked.settings, v->sandbox.scope, &j);
	json_object_end(&j);
	settings = j.text.failed ? NULL : cJSON_Parse(j.text.data);
	put(out, container, "settings", settings);
}

static void put_args(struct json_out *out, cJSON *object, const char *name,
		     const struct container_args *a)
{
	cJSON *list;

	if (!a->count)
		return;
	list = put_array(out, object, name);
	for (size_t i = 0; i < a->count; i++)
		append(out, list, cJSON_CreateString(a->items[i]));
}

static void put_creation(struct json_out *out, cJSON *container, const struct product_view *v)
{
	struct container_args args autodestroy(container_args_clear) = {0};
	struct container_args browser autodestroy(container_args_clear) = {0};
	struct container_args command autodestroy(container_args_clear) = {0};

	if (product_container_args(v, &args, &browser))
		out->failed = true;
	put_args(out, container, "docker", &args);
	put_args(out, container, "dockerBrowser", &browser);
	product_exec_args(v, &command);
	out->failed = out->failed || command.failed;
	put_args(out, container, "dockerExec", &command);
}

void put_product_container(struct json_out *out, struct cJSON *object,
			   const struct explain_policy *e)
{
	const struct product_view *v = e->product;
	cJSON *container, *list;

	if (!v->sandboxed)
		return;
	container = put_object(out, object, "container");
	put_text(out, container, "name", v->names.container);
	put_text(out, container, "scopeKey", v->names.scope_key);
	put_text(out, container, "folder", v->names.folder);
	list = put_array(out, container, "wouldBeRefused");
	for (char *const *r = v->refusals; r && *r; r++)
		append(out, list, cJSON_CreateString(*r));
	put_settings(out, container, v);
	put_creation(out, container, v);
}

void put_product_exec(struct json_out *out, struct cJSON *object, const struct explain_policy *e)
{
	const struct product_view *v = e->product;
	struct exec_view exec autodestroy(exec_view_clear) = {0};
	cJSON *o, *list;

	if (exec_view_fill(e->config, v->asked.settings, v->sandboxed, &exec))
		return;
	o = put_object(out, object, "exec");
	put_text(out, o, "host", words_exec_host[exec.host]);
	put_bool(out, o, "unchecked", exec.unchecked);
	put_text(out, o, "security", words_exec_security[exec.rules.security]);
	put_text(out, o, "ask", words_exec_ask[exec.rules.ask]);
	put_text(out, o, "askFallback", words_exec_security[exec.rules.fallback]);
	if (exec.problem)
		put_text(out, o, "problem", exec.problem);
	if (exec.note)
		put_text(out, o, "note", exec.note);
	list = put_array(out, o, "allowlist");
	for (size_t i = 0; i < exec.count; i++) {
		cJSON *one = cJSON_CreateObject();

		put_text(out, one, "pattern", exec.entries[i].pattern);
		put_text(out, one, "note", exec.entries[i].note);
		append(out, list, one);
	}
}

void put_product(struct json_out *out, struct cJSON *root, const struct product_view *v)
{
	cJSON *fix;

	put_text(out, root, "docsUrl", v->dialect->docs_url);
	put_text(out, root, "agentId", v->asked.agent);
	put_text(out, root, "sessionKey", v->asked.key);
	put_text(out, root, "mainSessionKey", v->asked.main_key);
	put_sandbox(out, root, v);
	put_elevated(out, root, v);
	fix = put_array(out, root, "fixIt");
	for (char *const *k = v->fix; *k; k++)
		append(out, fix, cJSON_CreateString(*k));
}

/* --- ours ----------------------------------------------------------------------------------- */

static void put_verdict(struct json_out *out, cJSON *product, const struct config *c, int which)
{
	const struct dialect *d = dialect_at(which);
	struct warnings problems autowarnings = {0};
	cJSON *list;

	product_problems_of(c, which, &problems);
	put_text(out, product, "name", d->program);
	put_text(out, product, "version", d->version);
	put_bool(out, product, "accepts", !problems.count);
	list = put_array(out, product, "problems");
	for (size_t i = 0; i < problems.count; i++)
		append(out, list, cJSON_CreateString(problems.items[i].text));
	if (which == (int)c->speaks && product_consequence(c, &problems))
		put_text(out, product, "consequence", product_consequence(c, &problems));
}

void put_product_verdict(struct json_out *out, struct cJSON *object, const struct config *c)
{
	put_verdict(out, put_object(out, object, "product"), c, c->speaks);
}

void put_product_verdicts(struct json_out *out, struct cJSON *object, const struct config *c)
{
	cJSON *list = put_array(out, object, "products");

	for (int i = 0; i < DIALECT_COUNT; i++) {
		cJSON *one = NULL;

		if (!(dialect_at(i)->flags & DIALECT_PRODUCT))
			continue;
		one = cJSON_CreateObject();
		put_verdict(out, one, c, i);
		append(out, list, one);
	}
}

static void put_difference(struct json_out *out, cJSON *list, const struct policy *p, size_t first)
{
	cJSON *one = cJSON_CreateObject(), *tools;

	put_text(out, one, "session", p->session_key);
	put_text(out, one, "product", "allowed");
	put_text(out, one, "enforced", "denied");
	put_text(out, one, "key", p->tools[first].origin.key);
	tools = put_array(out, one, "tools");
	for (size_t t = first; t < p->tool_count; t++)
		if (product_is_laxer(&p->tools[t], &p->tools[first]))
			append(out, tools, cJSON_CreateString(p->tools[t].tool));
	append(out, list, one);
}

void put_product_differences(struct json_out *out, struct cJSON *object,
			     const struct explain_policy *e)
{
	cJSON *list = put_array(out, object, "differences");
	struct warnings notes autowarnings = {0};
	struct err err = {0};

	for (size_t i = 0; i < e->count; i++)
		for (size_t t = 0; t < e->policies[i]->tool_count; t++)
			if (product_is_first(e->policies[i], t))
				put_difference(out, list, e->policies[i], t);
	if (policy_check(e->config, &err) && err.code) {
		cJSON *refused = put_object(out, object, "refused");

		put_text(out, refused, "message", err.message);
		put_text(out, refused, "key", err.key);
	}
	explain_product_warn(e, &notes);
	list = put_array(out, object, "notes");
	for (size_t i = 0; i < notes.count; i++)
		append(out, list, cJSON_CreateString(notes.items[i].text));
}
