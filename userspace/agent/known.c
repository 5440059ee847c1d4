// SPDX-License-Identifier: GPL-2.0-only
/* Which containers were told of, and about which is somebody asked? */
#include "agent/known.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct known *known_find(struct known_list *l, const char *id)
{
	for (size_t i = 0; i < l->count; i++) {
		if (!strcmp(l->items[i].id, id))
			return &l->items[i];
	}
	return NULL;
}

void known_add(struct known_list *l, const char *id, size_t engine, unsigned int round, bool fresh)
{
	struct known *k = known_find(l, id), *items;

	if (!k) {
		items = reallocarray(l->items, l->count + 1, sizeof(*items));
		if (!items)
			return;
		l->items = items;
		k = &items[l->count++];
		memcpy(k->id, id, sizeof(k->id));
	}
	k->engine = (unsigned char)engine;
	k->round = round;
	k->fresh = fresh;
}

void known_drop(struct known_list *l, struct known *k)
{
	*k = l->items[--l->count];
}

long long asked_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ll + t.tv_nsec / 1000000;
}

struct asked *asked_find(struct asked_list *l, const char *id)
{
	for (size_t i = 0; i < l->count; i++) {
		if (!strcmp(l->items[i].id, id))
			return &l->items[i];
	}
	return NULL;
}

static bool has_room(const struct asked_list *l, unsigned int owner)
{
	size_t own = 0, users = 0;

	for (size_t i = 0; i < l->count; i++) {
		own += l->items[i].owner == owner;
		users += l->items[i].owner != 0;
	}
	return owner ? own < ASKED_OF_USER && users < ASKED_OF_USERS : l->count < ASKED_MAX;
}

struct asked *asked_wait(struct asked_list *l, const char *id, unsigned int owner)
{
	struct asked *a = asked_find(l, id);

	if (!a && has_room(l, owner)) {
		a = &l->items[l->count++];
		*a = (struct asked){
			.owner = owner, .since_ms = asked_now(), .last_ms = LLONG_MIN / 2};
		memcpy(a->id, id, sizeof(a->id));
	}
	if (a)
		a->waits = true;
	return a;
}

void asked_sweep(struct asked_list *l)
{
	for (size_t i = l->count; i-- > 0;) {
		if (l->items[i].waits)
			l->items[i].waits = false;
		else
			l->items[i] = l->items[--l->count];
	}
}

void asked_remove(struct asked_list *l, const char *id)
{
	for (size_t i = 0; i < l->count; i++) {
		if (strcmp(l->items[i].id, id) != 0)
			continue;
		l->items[i] = l->items[--l->count];
		return;
	}
}
