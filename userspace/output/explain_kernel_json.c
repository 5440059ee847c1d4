// SPDX-License-Identifier: GPL-2.0-only
/* What does the kernel enforce? For programs. */
#include <errno.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "output/explain_box.h"
#include "output/explain_kernel.h"
#include "util/cleanup.h"

static const char *const access_words[] = {
	[KERNEL_READ] = "read",
	[KERNEL_NOT_LOADED] = "not-loaded",
	[KERNEL_NOT_ALLOWED] = "not-allowed",
};

static void add_hooks(cJSON *kernel, const struct kernel_facts *k)
{
	cJSON *hooks = cJSON_AddArrayToObject(kernel, "hooks");

	for (size_t i = 0; hooks && i < k->hook_count; i++) {
		const struct hook_facts *f = &k->hooks[i];
		cJSON *hook = cJSON_CreateObject();

		cJSON_AddItemToArray(hooks, hook);
		cJSON_AddStringToObject(hook, "hook", f->hook);
		cJSON_AddBoolToObject(hook, "attached", f->attached);
		if (!f->counted)
			continue;
		cJSON_AddNumberToObject(hook, "asked", (double)f->stats.asked);
		cJSON_AddNumberToObject(hook, "refused", (double)f->stats.refused);
		cJSON_AddNumberToObject(hook, "reported", (double)f->stats.reported);
	}
}

/* Who holds a denied tool back: "kernel" with the binaries, or "agent". */
static void add_tools(cJSON *session, const struct policy *p)
{
	cJSON *tools = cJSON_AddArrayToObject(session, "deniedTools");

	for (size_t i = 0; tools && i < p->tool_count; i++) {
		bool exec = !strcmp(p->tools[i].tool, "exec") && p->exec_denied;
		cJSON *tool, *binaries;

		if (p->tools[i].allowed)
			continue;
		tool = cJSON_CreateObject();
		cJSON_AddItemToArray(tools, tool);
		cJSON_AddStringToObject(tool, "tool", p->tools[i].tool);
		binaries = cJSON_CreateArray();
		for (size_t j = 0; j < p->binary_count; j++) {
			if (p->binaries[j].tool && !strcmp(p->binaries[j].tool, p->tools[i].tool))
				cJSON_AddItemToArray(binaries,
						     cJSON_CreateString(p->binaries[j].value));
		}
		cJSON_AddStringToObject(tool, "enforcedBy",
					exec || cJSON_GetArraySize(binaries) ? "kernel" : "agent");
		cJSON_AddItemToObject(tool, "binaries", binaries);
	}
}

static void add_session(cJSON *sessions, const struct session_facts *s, const struct config *c,
			const struct policy *p)
{
	cJSON *session = cJSON_CreateObject();

	cJSON_AddItemToArray(sessions, session);
	cJSON_AddStringToObject(session, "session", p->session_key);
	cJSON_AddStringToObject(session, "mode", p->enforce ? "enforce" : "audit");
	if (s) {
		cJSON *rules = cJSON_AddObjectToObject(session, "rules");

		cJSON_AddBoolToObject(session, "inMaps", s->known);
		cJSON_AddBoolToObject(session, "running", s->registered);
		cJSON_AddBoolToObject(session, "otherPolicy", s->differs);
		cJSON_AddNumberToObject(rules, "files", s->files);
		cJSON_AddNumberToObject(rules, "names", s->names);
		cJSON_AddNumberToObject(rules, "paths", s->paths);
		cJSON_AddNumberToObject(rules, "contents", s->contents);
		cJSON_AddNumberToObject(rules, "bindSources", s->binds);
		cJSON_AddNumberToObject(session, "execs", (double)s->execs);
		cJSON_AddNumberToObject(session, "refusals", (double)s->refusals);
		cJSON_AddNumberToObject(session, "reports", (double)s->reports);
	}
	add_tools(session, p);
	explain_box_json(c, p, session);
}

static void add_always(cJSON *kernel, const struct always_facts *a)
{
	cJSON *list = cJSON_AddArrayToObject(kernel, "approvedForAlways");

	for (size_t i = 0; i < a->count; i++)
		cJSON_AddItemToArray(list, cJSON_CreateString(a->lines[i]));
	if (a->problem)
		cJSON_AddStringToObject(kernel, "approvedForAlwaysProblem", a->problem);
}

static void add_place(cJSON *kernel, const struct place_facts *p)
{
	cJSON *place = cJSON_AddObjectToObject(kernel, "gateway");

	cJSON_AddStringToObject(place, "mode", p->mode);
	if (p->promise)
		cJSON_AddStringToObject(place, "promise", p->promise);
	cJSON_AddBoolToObject(place, "known", p->watched);
	place = cJSON_AddObjectToObject(kernel, "execs");
	cJSON_AddNumberToObject(place, "sandboxed", (double)p->sandboxed);
	cJSON_AddNumberToObject(place, "hostByRule", (double)p->by_rule);
	cJSON_AddNumberToObject(place, "hostRefused", (double)p->refused);
	cJSON_AddNumberToObject(place, "hostReported", (double)p->reported);
	cJSON_AddNumberToObject(place, "elevated", (double)p->elevated);
}

static int add_kernel(cJSON *root, const struct kernel_facts *k, const struct explain_policy *e)
{
	cJSON *kernel = cJSON_AddObjectToObject(root, "kernel"), *list;

	cJSON_AddStringToObject(kernel, "access", access_words[k->access]);
	cJSON_AddBoolToObject(kernel, "loaded", k->access == KERNEL_READ);
	if (k->access == KERNEL_READ) {
		cJSON_AddStringToObject(kernel, "config", k->config);
		cJSON_AddBoolToObject(kernel, "explainsLoaded", !k->other);
		cJSON_AddBoolToObject(kernel, "fileUnchanged", !k->changed);
		cJSON_AddNumberToObject(kernel, "generation", (double)k->generation);
		cJSON_AddNumberToObject(kernel, "loadedAt", (double)k->loaded_at);
		cJSON_AddNumberToObject(kernel, "rules", (double)k->rules);
		cJSON_AddNumberToObject(kernel, "policies", (double)k->policies);
		add_hooks(kernel, k);
		add_place(kernel, &k->place);
		add_always(kernel, &k->always);
		list = cJSON_AddArrayToObject(kernel, "notCovered");
		for (size_t i = 0; k->gaps && k->gaps[i]; i++)
			cJSON_AddItemToArray(list, cJSON_CreateString(k->gaps[i]));
	}
	list = cJSON_AddArrayToObject(kernel, "sessions");
	for (size_t i = 0; list && i < e->count; i++)
		add_session(list, k->sessions ? &k->sessions[i] : NULL, e->config, e->policies[i]);
	return list ? 0 : -ENOMEM;
}

int explain_print_json(const struct explain_policy *e, const struct kernel_facts *k, FILE *out,
		       struct err *err)
{
	autofree char *text = NULL;
	cJSON *root = NULL;
	int r = explain_policy_json(e, &root, err);

	if (r)
		return r;
	if (!add_kernel(root, k, e))
		text = cJSON_Print(root);
	cJSON_Delete(root);
	if (!text)
		return err_set(err, ENOMEM, "out of memory");
	fprintf(out, "%s\n", text);
	return 0;
}
