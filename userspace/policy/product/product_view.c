// SPDX-License-Identifier: GPL-2.0-only
/* What does a product's own `sandbox explain` say of a session? */
#include "policy/product/product_view.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/check/fix_keys.h"
#include "policy/sandbox/product_binds.h"
#include "util/buf.h"
#include "util/cleanup.h"

static void texts_free(char ***texts)
{
	for (char **t = *texts; t && *t; t++)
		free(*t);
	free(*texts);
	*texts = NULL;
}

void product_view_clear(struct product_view *v)
{
	asked_clear(&v->asked);
	session_stored_clear(&v->stored);
	free(v->workspace_root);
	free(v->host_root);
	free(v->workdir);
	for (size_t i = 0; i < v->mount_count; i++) {
		free(v->mounts[i].host);
		free(v->mounts[i].container);
	}
	free(v->mounts);
	sandbox_names_clear(&v->names);
	texts_free(&v->refusals);
	sandbox_tools_clear(&v->tools);
	texts_free(&v->elevated.global);
	texts_free(&v->elevated.agent);
	elevated_clear(&v->elevated.answer);
	fix_keys_free(&v->fix);
	*v = (struct product_view){0};
}

/* The agent's own, else everybody's; NULL: nobody says anything. */
static const struct setting *either(const struct setting *own, const struct setting *all)
{
	if (own && own->key)
		return own;
	return all->key ? all : NULL;
}

static const struct sandbox_settings *own_sandbox(const struct product_view *v)
{
	return v->asked.settings ? &v->asked.settings->sandbox : NULL;
}

/* Docker's settings of an agent do not count when everybody shares one container. */
static const struct sandbox_settings *own_docker(const struct product_view *v)
{
	return v->sandbox.scope == SCOPE_SHARED ? NULL : own_sandbox(v);
}

/* --- folders and mounts --------------------------------------------------------------------- */

static int mount_add(struct product_view *v, const char *host, const char *container, bool writable,
		     const char *source)
{
	struct mount_view *mounts, *m;

	for (size_t i = 0; i < v->mount_count; i++) /* the last one of a place is mounted there */
		if (!strcmp(v->mounts[i].container, container) &&
		    !strcmp(v->mounts[i].source, "bind")) {
			free(v->mounts[i].host);
			v->mounts[i].host = strdup(host);
			v->mounts[i].writable = writable;
			return v->mounts[i].host ? 0 : -ENOMEM;
		}
	mounts = reallocarray(v->mounts, v->mount_count + 1, sizeof(*mounts));
	if (!mounts)
		return -ENOMEM;
	v->mounts = mounts;
	m = &mounts[v->mount_count++];
	*m = (struct mount_view){.host = strdup(host),
				 .container = strdup(container),
				 .writable = writable,
				 .source = source};
	return m->host && m->container ? 0 : -ENOMEM;
}

/* host:container[:options] */
static int mount_add_bind(struct product_view *v, const char *text)
{
	size_t host = strcspn(text, ":"), container;
	autofree char *from = strndup(text, host), *to = NULL;
	const char *rest = text + host, *options;
	bool writable = true;

	if (!from)
		return -ENOMEM;
	if (!*rest)
		return mount_add(v, from, from, true, "bind");
	rest++;
	container = strcspn(rest, ":");
	to = strndup(rest, container);
	if (!to)
		return -ENOMEM;
	options = rest + container;
	while (*options) {
		size_t len = strcspn(++options, ",");

		if (len == 2 && !strncmp(options, "ro", 2))
			writable = false;
		options += len;
	}
	return mount_add(v, from, to, writable, "bind");
}

static int mount_add_binds(struct product_view *v, const struct setting_list *binds)
{
	int r = 0;

	for (size_t i = 0; i < binds->count && !r; i++)
		r = mount_add_bind(v, binds->items[i].text);
	return r;
}

static int fill_mounts(struct product_view *v, const char *workspace)
{
	const struct sandbox_settings *own = own_docker(v);
	bool read_only = v->sandbox.access == WORKSPACE_RO;
	int r;

	if (!strcmp(v->backend, "ssh"))
		return 0;
	r = mount_add(v, v->host_root, v->workdir, !read_only, "workspace");
	if (!r && read_only)
		r = mount_add(v, workspace, "/agent", false, "agent");
	if (!r)
		r = mount_add_binds(v, &v->config->sandbox.docker.binds);
	return !r && own ? mount_add_binds(v, &own->docker.binds) : r;
}

static bool is_on(const struct setting *own, const struct setting *all)
{
	const struct setting *s = either(own, all);

	return s && s->flag;
}

/* Why the container could not be made: looked at only then, so explain itself is silent. */
static int fill_refusals(struct product_view *v, const char *workspace)
{
	const struct sandbox_settings *own = own_docker(v);
	const struct docker_settings *all = &v->config->sandbox.docker,
				     *one = own ? &own->docker : NULL;
	const struct setting_list *lists[] = {&all->binds, one ? &one->binds : NULL};
	const char *const roots[] = {v->names.folder, workspace, NULL};
	const struct bind_rules rules = {
		.home = v->config->home,
		.roots = roots,
		.external = is_on(one ? &one->allow_external_sources : NULL,
				  &all->allow_external_sources),
		.reserved = is_on(one ? &one->allow_reserved_targets : NULL,
				  &all->allow_reserved_targets),
	};
	size_t n = 0;

	v->refusals =
		calloc(all->binds.count + (one ? one->binds.count : 0) + 1, sizeof(*v->refusals));
	for (size_t l = 0; v->refusals && l < ARRAY_SIZE(lists); l++)
		for (size_t i = 0; lists[l] && i < lists[l]->count; i++) {
			struct err err = {0};

			if (!product_bind_check(lists[l]->items[i].text, &rules, &err))
				continue;
			v->refusals[n] = strdup(err.message);
			if (!v->refusals[n++])
				return -ENOMEM;
		}
	return v->refusals ? 0 : -ENOMEM;
}

static int fill_folders(struct product_view *v)
{
	const struct config *c = v->config;
	const struct sandbox_settings *own = own_sandbox(v), *docker = own_docker(v);
	const struct setting *root = either(own ? &own->root : NULL, &c->sandbox.root);
	const struct setting *backend = either(own ? &own->backend : NULL, &c->sandbox.backend);
	const struct setting *workdir =
		either(docker ? &docker->docker.workdir : NULL, &c->sandbox.docker.workdir);
	autofree char *workspace = product_workspace(c, v->dialect, v->asked.agent);

	if (!workspace)
		return -ENOMEM;
	v->backend = backend ? backend->text : "docker";
	if (!root)
		v->workspace_root = product_path(c, c->state_dir, "sandboxes");
	else
		v->workspace_root = root->text[0] == '~' ? product_path(c, c->home, root->text)
							 : strdup(root->text);
	if (!v->workspace_root)
		return -ENOMEM;
	if (!v->sandboxed) {
		v->workspace_source = "direct";
		v->host_root = strdup(workspace);
		v->workdir = strdup(workspace);
		return v->host_root && v->workdir ? 0 : -ENOMEM;
	}
	v->workdir = strdup(workdir ? workdir->text : "/workspace");
	v->workspace_source = v->sandbox.access == WORKSPACE_RW ? "agent" : "sandbox";
	if (sandbox_names_make(c, v->sandbox.scope, v->asked.key, v->asked.agent, workspace,
			       &v->names))
		return -ENOMEM;
	v->host_root = strdup(v->sandbox.access == WORKSPACE_RW ? workspace : v->names.folder);
	if (!v->host_root || !v->workdir || fill_mounts(v, workspace))
		return -ENOMEM;
	return v->dialect->flags & DIALECT_SCOPE_HAS_WORKSPACE ? fill_refusals(v, workspace) : 0;
}

/* --- elevated ------------------------------------------------------------------------------- */

/* The senders of a channel, without space around them. NULL: out of memory. */
static char **senders_of(const struct entries *allow_from, const char *channel)
{
	const struct list_entry *e = entries_find(allow_from, channel, sizeof(*e));
	char **texts autodestroy(texts_free) = calloc(e ? e->list.count + 1 : 1, sizeof(*texts));
	size_t n = 0;

	for (size_t i = 0; texts && e && i < e->list.count; i++) {
		const char *text = e->list.items[i].text;
		size_t len = strlen(text);

		while (len && isspace((unsigned char)*text))
			text++, len--;
		while (len && isspace((unsigned char)text[len - 1]))
			len--;
		if (!len)
			continue;
		texts[n] = strndup(text, len);
		if (!texts[n++])
			return NULL;
	}
	return TAKE_PTR(texts);
}

static bool has_anyone(char *const *senders)
{
	for (; *senders; senders++)
		if (!strcmp(*senders, "*"))
			return true;
	return false;
}

static int add_gate(struct elevated_answer *a, const char *name, char *key)
{
	if (!key)
		return -ENOMEM;
	a->gates[a->count++] = (struct elevated_gate){.name = name, .key = key};
	return 0;
}

static bool is_off(const struct setting *enabled)
{
	return enabled->key && !enabled->flag;
}

static char *joined(const char *a, const char *b, const char *c)
{
	char *text = NULL;

	return asprintf(&text, "%s%s%s", a, b, c) < 0 ? NULL : text;
}

static int fill_senders(struct product_view *v, const struct elevated_settings *own)
{
	struct product_elevated *e = &v->elevated;
	const char *channel = v->asked.channel;
	int r = 0;

	if (!channel)
		return 0;
	e->global = senders_of(&v->config->tools.elevated.allow_from, channel);
	if (own && own->allow_from.key)
		e->agent = senders_of(&own->allow_from, channel);
	if (!e->global || (own && own->allow_from.key && !e->agent))
		return -ENOMEM;
	if (!e->global[0])
		r = add_gate(&e->answer, "allowFrom",
			     joined("tools.elevated.allowFrom.", channel, ""));
	if (!r && e->agent && !e->agent[0])
		r = add_gate(&e->answer, "allowFrom",
			     joined(v->dialect->agents_key, ".tools.elevated.allowFrom.", channel));
	e->allowed = e->answer.enabled && e->global[0] && (!e->agent || e->agent[0]);
	e->always = e->allowed && has_anyone(e->global) && (!e->agent || has_anyone(e->agent));
	return r;
}

static int fill_elevated(struct product_view *v)
{
	const struct elevated_settings *own =
		v->asked.settings ? &v->asked.settings->tools.elevated : NULL;
	struct elevated_answer *a = &v->elevated.answer;
	int r = 0;

	a->enabled = true;
	if (is_off(&v->config->tools.elevated.enabled)) {
		a->enabled = false;
		r = add_gate(a, "enabled", strdup("tools.elevated.enabled"));
	}
	if (!r && own && is_off(&own->enabled)) {
		a->enabled = false;
		r = add_gate(a, "enabled",
			     joined(v->dialect->agents_key, ".tools.elevated.enabled", ""));
	}
	return r ? r : fill_senders(v, own);
}

static int fill_fix(struct product_view *v)
{
	autofree char *channel = NULL;

	if (v->asked.channel) {
		channel = joined("tools.elevated.allowFrom.", v->asked.channel, "");
		if (!channel)
			return -ENOMEM;
	}
	return fix_keys_make(v->dialect, v->sandbox.mode, channel, &v->fix);
}

char *product_list_key(const struct product_view *v, const struct sandbox_list *l)
{
	bool own = !strcmp(l->from, "agent");
	autofree char *head =
		joined(own ? v->dialect->agents_key : "", own ? "." : "", "tools.sandbox.tools.");

	return head ? joined(head, l->key, "") : NULL;
}

/* The product answers of keys, too, that are none. */
static int find_stored(const struct config *c, const char *text, struct stored_session *ret,
		       struct err *err)
{
	struct session_key key autodestroy(session_key_clear) = {0};
	struct err ignored;

	if (session_key_parse(c, text, &key, &ignored))
		return 0;
	return session_stored_find(c, &key, ret, err);
}

int product_view_fill(const struct config *c, const char *agent, const char *session,
		      struct product_view *ret, struct err *err)
{
	struct product_view v autodestroy(product_view_clear) = {.config = c,
								 .dialect = dialect_of(c)};
	int r = asked_resolve(c, agent, session, &v.asked, err);

	if (!r)
		r = find_stored(c, v.asked.key, &v.stored, err);
	if (r)
		return r;
	v.sandbox = sandbox_resolve(c, v.dialect, v.asked.settings,
				    &(struct session_key){.main = v.asked.main}, &v.stored);
	v.sandboxed = v.sandbox.sandboxed;
	r = fill_folders(&v);
	if (!r)
		r = sandbox_tools_make(c, v.dialect, v.asked.settings, &v.tools);
	if (!r)
		r = fill_elevated(&v);
	if (!r)
		r = fill_fix(&v);
	if (r)
		return err_set(err, ENOMEM, "out of memory");
	*ret = v;
	v = (struct product_view){0};
	return 0;
}
