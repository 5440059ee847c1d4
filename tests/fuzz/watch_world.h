/* SPDX-License-Identifier: GPL-2.0-only */
/* For fuzz_watch.c: engines, cgroups and what of them the kernel knows, as a table. */
#ifndef CLAWBPF_TESTS_WATCH_WORLD_H
#define CLAWBPF_TESTS_WATCH_WORLD_H

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/engine.h"
#include "agent/gateways.h"
#include "agent/known.h"
#include "agent/owners.h"
#include "agent/watch.h"
#include "kernel/containers.h"
#include "kernel/maps.h"
#include "util/cleanup.h"

#define IDS  80 /* more than there are places for those of users */
#define USER 1000u

static const char *const sockets[] = {"/run/docker.sock", "/run/podman/podman.sock",
				      "/run/user/1000/podman.sock", NULL};
#define ENGINES (ARRAY_SIZE(sockets) - 1)

struct engine {
	size_t number;
};

struct timer {
	void (*due)(void *arg);
	void *arg;
	bool set;
};

static struct {
	struct engine engines[ENGINES];
	size_t engine_count;
	const struct engine_listener *listener;
	struct timer settle;
	struct {
		bool there, waits, joined, known;
		unsigned int owner, no; /* bit n: engine n said that it has no such container */
		u32 session;            /* that the kernel knows */
	} ids[IDS];
	int teller; /* the engine that is telling; -1: none */
	bool open;  /* between owners_begin and owners_end */
} world;

static char *id_text(size_t i)
{
	static char text[4][65];
	static size_t next;

	next = (next + 1) % ARRAY_SIZE(text);
	snprintf(text[next], sizeof(text[next]), "%064zx", i);
	return text[next];
}

static size_t id_number(const char *id)
{
	size_t i = strtoul(id + 48, NULL, 16);

	assert(i < IDS && !strcmp(id, id_text(i)));
	return i;
}

/* --- the kernel, cgroups and engines ------------------------------------------------------------
 */

int http_new(struct loop *loop, struct http **ret, struct err *err)
{
	(void)loop, (void)ret, (void)err;
	return 0;
}

void http_free(struct http **http)
{
	(void)http;
}

int loop_timer_new(struct loop *loop, void (*due)(void *arg), void *arg, struct timer **ret,
		   struct err *err)
{
	(void)loop, (void)err;
	world.settle = (struct timer){.due = due, .arg = arg};
	*ret = &world.settle;
	return 0;
}

void loop_timer_set(struct timer *timer, long ms)
{
	timer->set = ms >= 0;
}

void loop_timer_free(struct timer **timer)
{
	*timer = NULL;
}

int engine_new(struct loop *loop, struct http *http, const char *socket,
	       const struct engine_listener *listener, struct engine **ret, struct err *err)
{
	(void)loop, (void)http, (void)socket, (void)err;
	world.listener = listener;
	*ret = &world.engines[world.engine_count];
	(*ret)->number = world.engine_count++;
	return 0;
}

void engine_free(struct engine **e)
{
	*e = NULL;
}

const char *engine_socket(const struct engine *e)
{
	return sockets[e->number];
}

unsigned int engine_user(const struct engine *e)
{
	return e->number == 2 ? USER : 0;
}

int engine_ask(struct engine *e, const char *id, struct err *err)
{
	assert(e->number < ENGINES && id_number(id) < IDS);
	return id_number(id) % 7 ? 0 : err_set(err, EAGAIN, "busy");
}

void engine_list(struct engine *e)
{
	assert(e->number < ENGINES);
}

int container_cgroups_find(struct container_cgroups *ret, struct err *err)
{
	(void)err;
	ret->items = calloc(IDS, sizeof(*ret->items));
	assert(ret->items);
	for (size_t i = 0; i < IDS; i++) {
		if (!world.ids[i].there)
			continue;
		ret->items[ret->count] =
			(struct container_cgroup){.cgroup = i + 1, .owner = world.ids[i].owner};
		memcpy(ret->items[ret->count++].id, id_text(i), 65);
	}
	return 0;
}

void container_cgroups_free(struct container_cgroups *all)
{
	free(all->items);
	*all = (struct container_cgroups){0};
}

unsigned int container_cgroup_owner(const struct container_cgroup *c)
{
	return c->owner;
}

bool container_cgroup_of_user(const struct container_cgroup *c, unsigned int user)
{
	return c->owner == user;
}

bool container_is_users(const char *id, unsigned int user)
{
	size_t i = id_number(id);

	return world.ids[i].there && world.ids[i].owner == user;
}

bool container_waits(const struct kernel *k, u64 cgroup)
{
	(void)k;
	return world.ids[cgroup - 1].waits;
}

bool cgroup_entry_find(const struct kernel *k, u64 cgroup, struct cgroup_entry *ret)
{
	(void)k;
	*ret = (struct cgroup_entry){0};
	return world.ids[cgroup - 1].joined || world.ids[cgroup - 1].waits;
}

int containers_continue(struct kernel *k, size_t *ret_left, struct err *err)
{
	(void)k, (void)err;
	*ret_left = 0;
	return 0;
}

int containers_unwatch(struct kernel *k, struct err *err)
{
	(void)k, (void)err;
	return 0;
}

bool container_find(const struct kernel *k, const char *id, u32 *ret_session)
{
	size_t i = id_number(id);

	(void)k;
	if (world.ids[i].known)
		*ret_session = world.ids[i].session;
	return world.ids[i].known;
}

bool container_next(const struct kernel *k, const char *id, char *ret)
{
	size_t i = id ? id_number(id) + 1 : 0;

	(void)k;
	while (i < IDS && !world.ids[i].known)
		i++;
	if (i < IDS)
		memcpy(ret, id_text(i), CONTAINER_ID_LEN + 1);
	return i < IDS;
}

int container_remove(struct kernel *k, const char *id, struct err *err)
{
	(void)k, (void)err;
	assert(world.open);
	world.ids[id_number(id)].known = false;
	return 0;
}

int container_watch(struct kernel *k, u32 bits, struct err *err)
{
	(void)k, (void)bits, (void)err;
	return 0;
}

int gateways_look(struct owners *o, struct err *err)
{
	(void)o, (void)err;
	return 0;
}

#endif
