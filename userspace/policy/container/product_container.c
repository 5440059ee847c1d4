// SPDX-License-Identifier: GPL-2.0-only
/* How would a product make the containers of a session, here and now? */
#include "policy/container/product_container.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/json5.h"
#include "policy/container/container.h"
#include "policy/container/container_create.h"
#include "policy/container/container_exec.h"
#include "util/cleanup.h"

/* Whose is the folder, or will it be once it is made? */
static char *owner_of(const char *folder)
{
	struct stat st = {.st_uid = geteuid(), .st_gid = getegid()};
	char *text;

	if (stat(folder, &st))
		st = (struct stat){.st_uid = geteuid(), .st_gid = getegid()};
	return asprintf(&text, "%u:%u", st.st_uid, st.st_gid) < 0 ? NULL : text;
}

static bool has_skills(const char *folder)
{
	autofree char *path = NULL;

	if (asprintf(&path, "%s/skills", folder) < 0) {
		path = NULL;
		return false;
	}
	return !access(path, F_OK);
}

static bool has_browser(const struct product_view *v)
{
	const struct agent_settings *agent = v->asked.settings;
	const struct setting *all = &v->config->sandbox.browser.enabled;

	if (v->dialect->flags & DIALECT_SCOPE_HAS_WORKSPACE) /* made with a secret of its own */
		return false;
	if (agent && v->sandbox.scope != SCOPE_SHARED && agent->sandbox.browser.enabled.key)
		return agent->sandbox.browser.enabled.flag;
	return all->key && all->flag;
}

int product_container_args(const struct product_view *v, struct container_args *ret,
			   struct container_args *ret_browser)
{
	autofree char *workspace = product_workspace(v->config, v->dialect, v->asked.agent);
	autofree char *user = v->host_root ? owner_of(v->host_root) : NULL;
	struct container_place place = {.workspace = workspace, .user = user};
	int r;

	if (!v->sandboxed || (v->refusals && *v->refusals))
		return 0;
	if (!workspace || !user)
		return -ENOMEM;
	place.skills = has_skills(v->host_root);
	r = container_create_args(v->config, v->asked.settings, &v->sandbox, &v->names, &place,
				  ret);
	if (!r && has_browser(v))
		r = container_browser_args(v->config, v->asked.settings, &v->sandbox, &v->names,
					   &place, ret_browser);
	return r;
}

static struct node *settings_of(const struct product_view *v)
{
	struct json j autojson = {0};
	struct node *root = NULL;
	struct err ignored;

	json_object(&j, NULL);
	container_settings_write(v->config, v->asked.settings, v->sandbox.scope, &j);
	json_object_end(&j);
	if (j.text.failed || json5_read("settings", j.text.data, j.text.len, &root, NULL, &ignored))
		return NULL;
	return root;
}

void product_exec_args(const struct product_view *v, struct container_args *ret)
{
	struct node *root autodestroy(node_free) = NULL;
	const struct node *docker, *workdir;
	struct container_exec x = {
		.container = v->names.container, .path = "<PATH>", .command = "<command>"};

	if (v->dialect->flags & DIALECT_SCOPE_HAS_WORKSPACE || !v->sandboxed ||
	    (v->refusals && *v->refusals))
		return;
	root = settings_of(v);
	if (!root) {
		ret->failed = true;
		return;
	}
	docker = node_get(root, "docker");
	workdir = node_get(docker, "workdir");
	x.workdir = workdir && workdir->type == NODE_STRING ? workdir->string.bytes : "/workspace";
	x.env = node_get(docker, "env");
	container_exec_args(&x, ret);
}
