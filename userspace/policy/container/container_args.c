// SPDX-License-Identifier: GPL-2.0-only
/* How are the settings of a container said to `docker`? */
#include "policy/container/container_args.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "policy/container/container_hash.h"
#include "util/buf.h"
#include "util/cleanup.h"

void container_args_clear(struct container_args *a)
{
	for (size_t i = 0; i < a->count; i++)
		free(a->items[i]);
	free(a->items);
	*a = (struct container_args){0};
}

void container_args_add(struct container_args *a, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (a->count + 2 > a->cap) {
		size_t cap = a->cap ? a->cap * 2 : 64;
		char **grown = reallocarray(a->items, cap, sizeof(*grown));

		a->failed = a->failed || !grown;
		if (!grown)
			return;
		a->items = grown;
		a->cap = cap;
	}
	va_start(ap, fmt);
	n = vasprintf(&a->items[a->count], fmt, ap);
	va_end(ap);
	a->failed = a->failed || n < 0;
	if (n >= 0)
		a->items[++a->count] = NULL;
}

void container_args_add_two(struct container_args *a, const char *option, const char *value)
{
	container_args_add(a, "%s", option);
	container_args_add(a, "%s", value);
}

/* --- settings ------------------------------------------------------------------------------- */

/* As text, when there is something. NULL otherwise. Owned. */
char *container_scalar(const struct node *n)
{
	autobuf struct buf b = {0};

	if (!n || (n->type == NODE_STRING && !n->string.len))
		return NULL;
	if (n->type == NODE_STRING)
		buf_puts(&b, n->string.bytes);
	else if (n->type == NODE_NUMBER)
		number_write(&b, n->number);
	return b.len ? buf_take(&b) : NULL;
}

static void add_setting(struct container_args *a, const struct node *docker, const char *option,
			const char *key)
{
	autofree char *text = container_scalar(node_get(docker, key));

	if (text)
		container_args_add_two(a, option, text);
}

void container_args_add_list(struct container_args *a, const struct node *docker,
			     const char *option, const char *key)
{
	const struct node *list = node_get(docker, key), *item;

	if (!list || list->type != NODE_ARRAY)
		return;
	node_for_each_item (list, item)
		if (item->type == NODE_STRING)
			container_args_add_two(a, option, item->string.bytes);
}

static void add_profile(struct container_args *a, const struct node *docker, const char *kind,
			const char *key)
{
	autofree char *text = container_scalar(node_get(docker, key));

	if (text) {
		container_args_add(a, "--security-opt");
		container_args_add(a, "%s=%s", kind, text);
	}
}

static void add_ulimits(struct container_args *a, const struct node *docker)
{
	const struct node *all = node_get(docker, "ulimits");
	const struct member *m;

	if (!all || all->type != NODE_OBJECT)
		return;
	node_for_each_member (all, m) {
		autofree char *one = container_scalar(m->value);
		autofree char *soft = container_scalar(node_get(m->value, "soft"));
		autofree char *hard = container_scalar(node_get(m->value, "hard"));

		if (!one && !soft && !hard)
			continue;
		container_args_add(a, "--ulimit");
		if (one)
			container_args_add(a, "%s=%s", m->key, one);
		else
			container_args_add(a, "%s=%s%s%s", m->key, soft ? soft : "",
					   soft && hard ? ":" : "", hard ? hard : "");
	}
}

void container_args_harden(struct container_args *a, const struct node *docker)
{
	const struct node *root = node_get(docker, "readOnlyRoot");

	if (root && root->boolean)
		container_args_add(a, "--read-only");
	container_args_add_list(a, docker, "--tmpfs", "tmpfs");
	add_setting(a, docker, "--network", "network");
	add_setting(a, docker, "--user", "user");
	container_args_add_list(a, docker, "--cap-drop", "capDrop");
	container_args_add_two(a, "--security-opt", "no-new-privileges");
	add_profile(a, docker, "seccomp", "seccompProfile");
	add_profile(a, docker, "apparmor", "apparmorProfile");
	container_args_add_list(a, docker, "--dns", "dns");
	container_args_add_list(a, docker, "--add-host", "extraHosts");
	add_setting(a, docker, "--pids-limit", "pidsLimit");
	add_setting(a, docker, "--memory", "memory");
	add_setting(a, docker, "--memory-swap", "memorySwap");
	add_setting(a, docker, "--cpus", "cpus");
	add_setting(a, docker, "--gpus", "gpus");
	add_ulimits(a, docker);
}
