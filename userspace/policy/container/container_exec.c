// SPDX-License-Identifier: GPL-2.0-only
/*
 * With which arguments does a product have a command started, in a container and outside?
 *
 * The container itself gets no environment: each command gets it anew. A login shell sets PATH
 * back, so that PATH is said once more in front of the command.
 */
#include "policy/container/container_exec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/cleanup.h"
#include "util/fold.h"

/* --- in a container ------------------------------------------------------------------------- */

static const char *text_of(const struct node *env, const char *name)
{
	const struct node *n = env ? node_get(env, name) : NULL;

	return n && n->type == NODE_STRING ? n->string.bytes : NULL;
}

/* The last word on a variable: the call's, else the settings', else what stands before both. */
static const char *value_of(const struct container_exec *x, const char *name, const char *first)
{
	const char *value = text_of(x->call_env, name);

	if (!value)
		value = text_of(x->env, name);
	return value ? value : first;
}

static void add_variable(struct container_args *a, const char *name, const char *value)
{
	container_args_add(a, "-e");
	container_args_add(a, "%s=%s", name, value);
}

static bool is_first(const char *name)
{
	return !strcmp(name, "PATH") || !strcmp(name, "HOME");
}

/* Each variable once, where it is named first. */
static void add_environment(struct container_args *a, const struct container_exec *x)
{
	const char *path = value_of(x, "PATH", x->path), *home = value_of(x, "HOME", x->workdir);
	const struct member *m;

	if (path)
		add_variable(a, "PATH", path);
	if (home)
		add_variable(a, "HOME", home);
	if (x->env && x->env->type == NODE_OBJECT)
		node_for_each_member (x->env, m)
			if (!is_first(m->key) && text_of(x->env, m->key))
				add_variable(a, m->key, value_of(x, m->key, ""));
	if (x->call_env && x->call_env->type == NODE_OBJECT)
		node_for_each_member (x->call_env, m)
			if (!is_first(m->key) && !text_of(x->env, m->key) &&
			    text_of(x->call_env, m->key))
				add_variable(a, m->key, text_of(x->call_env, m->key));
}

void container_exec_args(const struct container_exec *x, struct container_args *ret)
{
	const char *path = value_of(x, "PATH", x->path);

	container_args_add_two(ret, "exec", "-i");
	if (x->tty)
		container_args_add(ret, "-t");
	if (x->workdir && *x->workdir)
		container_args_add_two(ret, "-w", x->workdir);
	add_environment(ret, x);
	container_args_add(ret, "%s", x->container);
	container_args_add_two(ret, "sh", "-lc");
	if (path && *path)
		container_args_add(ret, "export PATH=\"%s:$PATH\"; %s", path, x->command);
	else
		container_args_add(ret, "%s", x->command);
}

/* --- on the host ---------------------------------------------------------------------------- */

/* The first program of that name on the path. NULL: none. Owned. */
static char *find_program(const char *path, const char *name)
{
	for (const char *p = path; p && *p;) {
		size_t len = strcspn(p, ":");
		autofree char *at = NULL;

		if (asprintf(&at, "%.*s/%s", (int)len, p, name) < 0) {
			at = NULL;
			return NULL;
		}
		if (len && !access(at, X_OK))
			return TAKE_PTR(at);
		p += len + (p[len] == ':');
	}
	return NULL;
}

/* One shell does not understand what the programs write; another one is taken for it. */
static char *instead_of_fish(const char *shell, const char *path)
{
	static const char *const others[] = {"bash", "sh"};
	const char *slash = strrchr(shell, '/');
	char *found = NULL;

	if (strcmp(slash ? slash + 1 : shell, "fish") != 0)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(others) && !found; i++)
		found = find_program(path, others[i]);
	return found;
}

void host_shell_args(const char *shell, const char *path, struct container_args *ret)
{
	autofree char *named = text_trimmed(shell ? shell : "");
	autofree char *other = named ? instead_of_fish(named, path) : NULL;

	ret->failed = ret->failed || !named;
	container_args_add_two(ret, other ? other : named && *named ? named : "sh", "-c");
}
