// SPDX-License-Identifier: GPL-2.0-only
/* What does a session's sandbox have, when clawbpf itself makes it? */
#include "policy/sandbox/box.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/sandbox/binds.h"
#include "policy/sandbox/box_settings.h"
#include "policy/container/names.h"
#include "policy/sandbox/product_binds.h"
#include "policy/resolve.h"
#include "policy/sandbox/sandbox.h"
#include "util/cleanup.h"
#include "util/path.h"

static int out_of_memory(struct err *err)
{
	return err_set(err, ENOMEM, "out of memory");
}

static int refuse(const struct setting *s, const char *fix, struct err *err)
{
	err_at(err, s->pos);
	err_key(err, "%s", s->key);
	return err_fix(err, "%s", fix), -err->code;
}

/* --- what is mounted ---------------------------------------------------------------------------
 */

static int mount_add(struct box *b, const char *host, const char *container, bool writable,
		     const char *source, const struct setting *from)
{
	struct box_mount *items, m = {.host = path_canonical(host),
				      .container = path_canonical(container),
				      .writable = writable,
				      .source = source,
				      .pos = from ? &from->pos : NULL,
				      .key = from ? from->key : NULL};

	items = reallocarray(b->mounts, b->mount_count + 1, sizeof(*items));
	if (items)
		b->mounts = items;
	if (!items || !m.host || !m.container) {
		free(m.host);
		free(m.container);
		return -ENOMEM;
	}
	items[b->mount_count++] = m;
	return 0;
}

/* The kernel's own file systems are the sandbox's, and nothing covers its root. */
static bool is_reserved(const char *container, const struct box *b, bool allowed)
{
	static const char *const always[] = {"/proc", "/sys", "/dev"};

	for (size_t i = 0; i < ARRAY_SIZE(always); i++)
		if (path_is_below(container, always[i]))
			return true;
	if (!strcmp(container, "/"))
		return true;
	return !allowed &&
	       (path_is_below(container, b->workdir) || path_is_below(container, "/workspace") ||
		path_is_below(container, "/agent"));
}

static int bind_wrong(const struct setting *s, const char *why, const char *fix, struct err *err)
{
	err_set(err, EINVAL, "bind mount \"%.200s\" %s", s->text, why);
	return refuse(s, fix, err);
}

/* host:container[:options]; writable unless an option is "ro". */
static int bind_add(struct box *b, const struct setting *s, bool reserved_allowed, struct err *err)
{
	autofree char *copy = strdup(s->text), *container = NULL;
	char *rest = copy, *host, *target, *option;
	bool writable = true;

	if (!copy)
		return out_of_memory(err);
	host = strsep(&rest, ":");
	target = strsep(&rest, ":");
	if (host[0] != '/')
		return bind_wrong(s, "names a volume of a container engine",
				  "write it as \"/host/path:/container/path:ro\"", err);
	if (!target || target[0] != '/')
		return bind_wrong(s, "does not say where in the sandbox",
				  "write it as \"/host/path:/container/path:ro\"", err);
	while ((option = strsep(&rest, ",")))
		if (!strcmp(option, "ro"))
			writable = false;
	container = path_canonical(target);
	if (!container)
		return out_of_memory(err);
	if (is_reserved(container, b, reserved_allowed))
		return bind_wrong(s, "covers what the sandbox has there itself",
				  "choose another place in the sandbox", err);
	return mount_add(b, host, container, writable, "bind", s) ? out_of_memory(err) : 0;
}

/* What the newer product would not make a container with, in its own words. */
static int product_refuses_bind(const struct box *b, const struct config *c,
				const struct setting *s, bool external, bool reserved,
				struct err *err)
{
	const char *const roots[] = {b->folder, b->workspace, NULL};
	const struct bind_rules rules = {
		.home = c->home, .roots = roots, .external = external, .reserved = reserved};
	int r;

	if (!(dialect_of(c)->flags & DIALECT_SCOPE_HAS_WORKSPACE))
		return 0;
	r = product_bind_check(s->text, &rules, err);
	return r == -EINVAL ? refuse(s, "remove this entry", err) : r;
}

static int binds_add(struct box *b, const struct config *c, const struct docker_pair *d,
		     const struct setting_list *list, struct err *err)
{
	const struct setting *reserved = DOCKER(d, allow_reserved_targets);
	const struct setting *external = DOCKER(d, allow_external_sources);
	int r = 0;

	for (size_t i = 0; !r && i < list->count; i++) {
		r = product_refuses_bind(b, c, &list->items[i], external && external->flag,
					 reserved && reserved->flag, err);
		if (!r)
			r = bind_add(b, &list->items[i], reserved && reserved->flag, err);
	}
	return r;
}

static int fill_mounts(struct box *b, const struct config *c, const struct docker_pair *d,
		       const struct sandbox_settings *own, struct err *err)
{
	bool rw = b->access == WORKSPACE_RW;
	int r = mount_add(b, rw ? b->workspace : b->folder, b->workdir, true,
			  rw ? "agent" : "sandbox", NULL);

	if (!r && b->access == WORKSPACE_RO)
		r = mount_add(b, b->workspace, "/agent", false, "agent", NULL);
	if (r)
		return out_of_memory(err);
	r = binds_add(b, c, d, &c->sandbox.binds, err);
	if (!r)
		r = binds_add(b, c, d, &c->sandbox.docker.binds, err);
	if (!r && own)
		r = binds_add(b, c, d, &own->binds, err);
	if (!r && own)
		r = binds_add(b, c, d, &own->docker.binds, err);
	/* Through the symlinks of this machine, too: said here, before the kernel has to. */
	return r || b->mount_count < 2 ? r : policy_check(c, err);
}

/* --- the rest ----------------------------------------------------------------------------------
 */

static int fill_folders(struct box *b, const struct config *c, const struct policy *p,
			const struct docker_pair *d, struct err *err)
{
	const struct setting *workdir = DOCKER(d, workdir);
	struct sandbox_names names autodestroy(sandbox_names_clear) = {0};

	b->workspace = product_workspace(c, dialect_of(c), p->agent);
	b->workdir = path_canonical(workdir ? workdir->text : "/workspace");
	if (!b->workspace)
		return out_of_memory(err);
	if (!b->workdir || is_reserved(b->workdir, b, true)) {
		err_set(err, EINVAL, "\"%.100s\" is no place for a working directory",
			workdir ? workdir->text : "");
		return workdir ? refuse(workdir, "choose one like \"/workspace\"", err) : -EINVAL;
	}
	/* A sandbox of its own is named like a session's, by its scope key. */
	if (sandbox_names_make(c, p->own_sandbox ? SCOPE_SESSION : p->scope,
			       p->own_sandbox ? p->scope_key : p->session_key, p->agent,
			       b->workspace, &names))
		return out_of_memory(err);
	b->folder = TAKE_PTR(names.folder);
	return 0;
}

static bool is_root(const char *user)
{
	return !strncmp(user, "root", 4) ? !user[4] || user[4] == ':'
					 : user[0] == '0' && (!user[1] || user[1] == ':');
}

static int check_possible(const struct policy *p, const struct docker_pair *d, struct err *err)
{
	const struct setting *network = DOCKER(d, network), *user = DOCKER(d, user);

	if (!p->network_none) {
		err_set(err, EINVAL,
			"the built-in sandbox has no network, and \"%.60s\" asks for one",
			network ? network->text : "docker.network");
		if (network)
			return refuse(network,
				      "set it to \"none\", or run the session in a "
				      "container of Docker's",
				      err);
		return -EINVAL;
	}
	if (user && is_root(user->text)) {
		err_set(err, EINVAL, "nothing runs as root in the built-in sandbox");
		return refuse(user, "name another user, or remove the key", err);
	}
	return 0;
}

static void fill_timeout(struct box *b, const struct config *c, const struct dialect *d,
			 const struct agent_settings *agent)
{
	const struct setting *own = agent ? &agent->tools.exec.timeout : NULL;
	const struct setting *s = own && own->key ? own : &c->tools.exec.timeout;

	b->timeout = (unsigned int)d->timeout_seconds;
	b->timeout_source = source_of_default("tools.exec.timeoutSec", "default");
	if (!s->key)
		return;
	b->timeout = s->number < 1e9 ? (unsigned int)s->number : 0;
	b->timeout_source = source_of_setting(s, "tools.exec");
}

int box_resolve(const struct config *c, const struct policy *p, struct box **ret, struct err *err)
{
	struct box *b autobox = calloc(1, sizeof(*b));
	const struct agent_settings *agent = config_find_agent(c, p->agent);
	const struct sandbox_settings *own =
		agent && p->scope != SCOPE_SHARED ? &agent->sandbox : NULL;
	struct docker_pair d = {.own = own ? &own->docker : NULL, .all = &c->sandbox.docker};
	const struct setting *user = DOCKER(&d, user), *root = DOCKER(&d, read_only_root);
	int r;

	if (!b)
		return out_of_memory(err);
	b->access = p->access;
	b->user = user ? user->text : NULL;
	b->read_only_root = !root || root->flag;
	fill_timeout(b, c, dialect_of(c), agent);
	r = check_possible(p, &d, err);
	if (!r)
		r = fill_folders(b, c, p, &d, err);
	if (!r)
		r = fill_mounts(b, c, &d, own, err);
	if (!r)
		r = box_fill_limits(b, &d, err);
	if (!r)
		r = box_fill_tmpfs(b, &d, err);
	if (!r)
		r = box_fill_env(b, &d, err);
	if (r)
		return r;
	*ret = TAKE_PTR(b);
	return 0;
}

void box_free(struct box **p)
{
	struct box *b = *p;

	if (!b)
		return;
	for (size_t i = 0; i < b->mount_count; i++) {
		free(b->mounts[i].host);
		free(b->mounts[i].container);
	}
	for (size_t i = 0; i < b->tmpfs_count; i++)
		free(b->tmpfs[i].path);
	for (char **e = b->env; e && *e; e++)
		free(*e);
	free(b->mounts);
	free(b->tmpfs);
	free(b->env);
	free(b->limits);
	free(b->folder);
	free(b->workspace);
	free(b->workdir);
	free(b);
	*p = NULL;
}
