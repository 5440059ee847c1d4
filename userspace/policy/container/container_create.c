// SPDX-License-Identifier: GPL-2.0-only
/*
 * With which arguments does a product have `docker` make the container of a sandbox?
 *
 * They are written from the same tree of settings as the hash that stands among them, so that both
 * say the same.
 */
#include "policy/container/container_create.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/json5.h"
#include "policy/container/container.h"
#include "policy/container/container_hash.h"
#include "util/cleanup.h"
#include "util/json.h"

/* What openclaw's labels say of the form of its mounts and arguments. */
#define MOUNT_FORMAT "4"
#define CREATE_EPOCH "2026-08-25-container-env-file"

struct creation {
	const struct config *config;
	const struct dialect *dialect;
	const struct sandbox *sandbox;
	const struct sandbox_names *names;
	const struct container_place *place;
	struct node *root; /* owned: "docker", "browser", and what else is hashed */
	const struct node *docker;
	struct container_args args, mounts; /* owned */
};

static bool is_newer(const struct creation *k)
{
	return k->dialect->flags & DIALECT_SCOPE_HAS_WORKSPACE;
}

static void creation_clear(struct creation *k)
{
	node_free(&k->root);
	container_args_clear(&k->args);
	container_args_clear(&k->mounts);
}

/* --- labels and mounts ---------------------------------------------------------------------- */

static void add_label(struct creation *k, const char *name, const char *value)
{
	container_args_add(&k->args, "--label");
	container_args_add(&k->args, "%s.%s=%s", k->dialect->program, name, value);
}

static void add_labels(struct creation *k)
{
	add_label(k, "sandbox", "1");
	add_label(k, "sessionKey", k->names->scope_key);
	add_label(k, "createdAtMs", "<ms>");
}

static const char *workdir_of(const struct creation *k)
{
	const struct node *n = node_get(k->docker, "workdir");

	return n && n->type == NODE_STRING ? n->string.bytes : "/workspace";
}

/* The folder that is mounted where commands start. */
static const char *host_folder(const struct creation *k)
{
	return k->sandbox->access == WORKSPACE_RW ? k->place->workspace : k->names->folder;
}

/* The place inside of "host:container:options". */
static bool same_target(const char *a, const char *b)
{
	size_t n;

	a += strcspn(a, ":");
	b += strcspn(b, ":");
	n = *a ? strcspn(a + 1, ":") : 0;
	return *a && *b && n == strcspn(b + 1, ":") && !memcmp(a + 1, b + 1, n);
}

static bool is_taken(const struct container_args *mounts, const char *bind)
{
	for (size_t i = 1; i < mounts->count; i++) /* the workspace's own place is checked before */
		if (same_target(mounts->items[i], bind))
			return true;
	return false;
}

/* The newer program mounts one thing at a place: the last bind, and none over its own. */
static void add_binds(struct creation *k)
{
	const struct node *binds = node_get(k->docker, "binds");
	size_t count = binds && binds->type == NODE_ARRAY ? binds->array.count : 0;

	for (size_t i = 0; i < count; i++) {
		const char *bind = binds->array.items[i]->string.bytes;
		bool hidden = is_taken(&k->mounts, bind);

		for (size_t later = i + 1; later < count; later++)
			hidden = hidden ||
				 same_target(bind, binds->array.items[later]->string.bytes);
		if (!hidden)
			container_args_add(&k->mounts, "%s", bind);
	}
}

/* What is mounted, as `-v` has it. */
static void fill_mounts(struct creation *k)
{
	bool newer = is_newer(k), read_only = k->sandbox->access == WORKSPACE_RO;
	const char *workdir = workdir_of(k), *share = newer ? ",z" : "";

	container_args_add(&k->mounts, "%s:%s%s", host_folder(k), workdir,
			   !newer      ? ""
			   : read_only ? ":ro,z"
				       : ":z");
	if (read_only)
		container_args_add(&k->mounts, "%s:/agent:ro%s", k->place->workspace, share);
	else if (newer && k->place->skills)
		container_args_add(&k->mounts, "%s/skills:%s/skills:ro%s", host_folder(k), workdir,
				   share);
	if (newer)
		add_binds(k);
}

static void add_mounts(struct creation *k)
{
	for (size_t i = 0; i < k->mounts.count; i++)
		container_args_add_two(&k->args, "-v", k->mounts.items[i]);
}

/* --- the tree that is hashed ---------------------------------------------------------------- */

static int set_text(struct node *object, const char *key, const char *text)
{
	struct node *value autodestroy(node_free) =
		node_string(text, strlen(text), (struct pos){0});

	return value ? node_object_add(object, key, strlen(key), (struct pos){0}, &value) : -ENOMEM;
}

static int set_node(struct node *object, const char *key, struct node *taken)
{
	struct node *value autodestroy(node_free) = taken;

	return value ? node_object_add(object, key, strlen(key), (struct pos){0}, &value) : -ENOMEM;
}

static struct node *list_of(const struct container_args *texts)
{
	struct node *list autodestroy(node_free) = node_new(NODE_ARRAY, (struct pos){0});

	for (size_t i = 0; list && i < texts->count; i++) {
		struct node *one autodestroy(node_free) =
			node_string(texts->items[i], strlen(texts->items[i]), (struct pos){0});

		if (!one || node_array_add(list, &one))
			return NULL;
	}
	return TAKE_PTR(list);
}

static char *hash_of(const struct creation *k)
{
	static const char *const access[] = {"none", "ro", "rw"};
	struct node *root autodestroy(node_free) = node_new(NODE_OBJECT, (struct pos){0});
	struct node *four autodestroy(node_free) = node_new(NODE_NUMBER, (struct pos){0});
	int r = root && four ? 0 : -ENOMEM;

	if (!r)
		r = set_node(root, "docker", node_copy(k->docker));
	if (!r)
		r = set_text(root, "workspaceAccess", access[k->sandbox->access]);
	if (!r)
		r = set_text(root, "workspaceDir", host_folder(k));
	if (!r)
		r = set_text(root, "agentWorkspaceDir", k->place->workspace);
	if (!r && is_newer(k)) {
		four->number = 4;
		r = set_node(root, "mountFormatVersion", TAKE_PTR(four));
		if (!r)
			r = set_text(root, "createArgsEpoch", CREATE_EPOCH);
		if (!r)
			r = set_node(root, "managedMounts", list_of(&k->mounts));
	}
	return r ? NULL : container_hash(k->dialect, root);
}

/* --- all of it ------------------------------------------------------------------------------ */

static int read_settings(struct creation *k, const struct agent_settings *agent)
{
	struct json j autojson = {0};
	struct err ignored;
	struct node *docker;

	json_object(&j, NULL);
	container_settings_write(k->config, agent, k->sandbox->scope, &j);
	json_object_end(&j);
	if (j.text.failed ||
	    json5_read("settings", j.text.data, j.text.len, &k->root, NULL, &ignored))
		return -ENOMEM;
	docker = node_get(k->root, "docker");
	k->docker = docker;
	if (is_newer(k) && !node_get(docker, "user") && k->place->user)
		return set_text(docker, "user", k->place->user);
	return 0;
}

static int finish(struct creation *k, struct container_args *ret)
{
	if (k->args.failed || k->mounts.failed)
		return -ENOMEM;
	*ret = k->args;
	k->args = (struct container_args){0};
	return 0;
}

int container_create_args(const struct config *c, const struct agent_settings *agent,
			  const struct sandbox *s, const struct sandbox_names *n,
			  const struct container_place *place, struct container_args *ret)
{
	struct creation k autodestroy(creation_clear) = {
		.config = c, .dialect = dialect_of(c), .sandbox = s, .names = n, .place = place};
	autofree char *hash = NULL, *image = NULL;
	int r = read_settings(&k, agent);

	if (r)
		return r;
	fill_mounts(&k);
	hash = hash_of(&k);
	image = container_scalar(node_get(k.docker, "image"));
	container_args_add(&k.args, "create");
	container_args_add_two(&k.args, "--name", n->container);
	if (is_newer(&k))
		container_args_add(&k.args, "--init");
	add_labels(&k);
	if (is_newer(&k)) {
		add_label(&k, "mountFormatVersion", MOUNT_FORMAT);
		add_label(&k, "createArgsEpoch", CREATE_EPOCH);
	}
	add_label(&k, "configHash", hash ? hash : "");
	container_args_harden(&k.args, k.docker);
	if (!is_newer(&k))
		container_args_add_list(&k.args, k.docker, "-v", "binds");
	container_args_add_two(&k.args, "--workdir", workdir_of(&k));
	add_mounts(&k);
	if (is_newer(&k))
		container_args_add_two(&k.args, "--env-file", "<envfile>");
	container_args_add(&k.args, "%s", image ? image : "");
	container_args_add_two(&k.args, "sleep", "infinity");
	k.args.failed = k.args.failed || !hash;
	return finish(&k, ret);
}

static bool browser_flag(const struct creation *k, const char *key)
{
	const struct node *n = node_get(node_get(k->root, "browser"), key);

	return n && n->type == NODE_BOOL && n->boolean;
}

static char *browser_text(const struct creation *k, const char *key)
{
	return container_scalar(node_get(node_get(k->root, "browser"), key));
}

static void add_port(struct creation *k, const char *key)
{
	autofree char *port = browser_text(k, key);

	container_args_add(&k->args, "-p");
	container_args_add(&k->args, "127.0.0.1::%s", port ? port : "");
}

static void add_browser_env(struct creation *k)
{
	static const struct {
		const char *name, *key;
	} ports[] = {{"CDP", "cdpPort"}, {"VNC", "vncPort"}, {"NOVNC", "noVncPort"}};

	container_args_add(&k->args, "-e");
	container_args_add(&k->args, "CLAWDBOT_BROWSER_HEADLESS=%d", browser_flag(k, "headless"));
	container_args_add(&k->args, "-e");
	container_args_add(&k->args, "CLAWDBOT_BROWSER_ENABLE_NOVNC=%d",
			   browser_flag(k, "enableNoVnc"));
	for (size_t i = 0; i < ARRAY_SIZE(ports); i++) {
		autofree char *port = browser_text(k, ports[i].key);

		container_args_add(&k->args, "-e");
		container_args_add(&k->args, "CLAWDBOT_BROWSER_%s_PORT=%s", ports[i].name,
				   port ? port : "");
	}
}

int container_browser_args(const struct config *c, const struct agent_settings *agent,
			   const struct sandbox *s, const struct sandbox_names *n,
			   const struct container_place *place, struct container_args *ret)
{
	struct creation k autodestroy(creation_clear) = {
		.config = c, .dialect = dialect_of(c), .sandbox = s, .names = n, .place = place};
	autofree char *prefix = NULL, *slug = NULL, *name = NULL, *image = NULL;
	int r = read_settings(&k, agent);

	if (r)
		return r;
	prefix = browser_text(&k, "containerPrefix");
	image = browser_text(&k, "image");
	slug = s->scope == SCOPE_SHARED ? strdup("shared")
					: scope_key_slug(k.dialect, n->scope_key);
	name = prefix && slug ? container_name_make(k.dialect, prefix, slug) : NULL;
	if (!name || !image)
		return -ENOMEM;
	fill_mounts(&k);
	container_args_add(&k.args, "create");
	container_args_add_two(&k.args, "--name", name);
	add_labels(&k);
	add_label(&k, "sandboxBrowser", "1");
	container_args_harden(&k.args, k.docker);
	container_args_add_list(&k.args, k.docker, "-v", "binds");
	add_mounts(&k);
	add_port(&k, "cdpPort");
	if (browser_flag(&k, "enableNoVnc") && !browser_flag(&k, "headless"))
		add_port(&k, "noVncPort");
	add_browser_env(&k);
	container_args_add(&k.args, "%s", image);
	return finish(&k, ret);
}
