// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is there an order in which engines tell, answer, come and go, and containers with them, in which
 * the agent crashes, believes a user's engine of what is not that user's, or takes a container for
 * nobody's that some engine may still have? The input is what happens, two bytes a step; engines,
 * kernel and cgroups are made of a table here.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "watch_world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* --- who decides: nothing is asked of it that is not true ---------------------------------------
 */

int owners_begin(struct owners *o, struct err *err)
{
	(void)o, (void)err;
	assert(!world.open);
	world.open = true;
	return 0;
}

void owners_end(struct owners *o)
{
	(void)o;
	world.open = false;
}

void owners_forget(struct owners *o)
{
	(void)o;
}

int owners_learn(struct owners *o, const struct container_facts *f, u32 *ret_session,
		 struct err *err)
{
	size_t i = id_number(f->id);

	(void)o, (void)err;
	assert(world.open && !f->gone);
	if (world.teller == 2)
		assert(world.ids[i].there && world.ids[i].owner == USER);
	*ret_session = f->scope ? 1 + (u32)i : CONTAINER_FOREIGN;
	world.ids[i].known = true;
	world.ids[i].session = *ret_session;
	return 0;
}

static void settle(const struct container_cgroup *c, u32 session)
{
	size_t i = id_number(c->id);

	assert(world.open && world.ids[i].there);
	world.ids[i].waits = false;
	world.ids[i].joined = session != CONTAINER_FOREIGN;
}

int owners_settle(struct owners *o, const struct container_cgroup *c, u32 session, struct err *err)
{
	size_t i = id_number(c->id);

	(void)o, (void)err;
	assert(world.ids[i].known && world.ids[i].session == session);
	settle(c, session);
	return 0;
}

int owners_settle_foreign(struct owners *o, const struct container_cgroup *c, struct err *err)
{
	size_t i = id_number(c->id);

	(void)o, (void)err;
	for (size_t e = 0; e < ENGINES; e++)
		assert(world.ids[i].no & 1u << e ||
		       (engine_user(&world.engines[e]) && world.ids[i].owner != USER));
	world.ids[i].known = true;
	world.ids[i].session = CONTAINER_FOREIGN;
	settle(c, CONTAINER_FOREIGN);
	return 0;
}

int owners_settle_unknown(struct owners *o, const struct container_cgroup *c, struct err *err)
{
	(void)o, (void)err;
	settle(c, 1);
	return 0;
}

/* --- what happens -------------------------------------------------------------------------------
 */

enum step { MAKE, MAKE_MANY, REMOVE, TELL, LIST, ANSWER, NONE, DUE, LOADED, TICK, STATE, STEPS };

static void cgroup_make(size_t i, unsigned int owner)
{
	if (world.ids[i].there)
		return;
	world.ids[i].there = world.ids[i].waits = true;
	world.ids[i].joined = false;
	world.ids[i].no = 0; /* what was said of another of this name does not count */
	world.ids[i].owner = owner;
}

static struct container_facts facts(size_t i, bool gone)
{
	return (struct container_facts){.id = id_text(i),
					.name = (char *)"a",
					.scope = i % 3 ? (char *)"agent:main:main" : NULL,
					.gone = gone};
}

static void tell(struct engine *e, size_t i, bool gone)
{
	struct container_facts f = facts(i, gone);

	world.teller = (int)e->number;
	world.listener->container(world.listener->arg, e, &f);
	world.teller = -1;
}

static void list(struct engine *e, size_t from, size_t count, bool broken)
{
	const struct engine_listener *l = world.listener;

	l->list(l->arg, e, LIST_BEGIN);
	for (size_t i = from; i < from + count && i < IDS; i++)
		tell(e, i, false);
	l->list(l->arg, e, broken ? LIST_BROKEN : LIST_END);
}

static void make_many(size_t from, unsigned int owner)
{
	for (size_t i = from; i < IDS; i++)
		cgroup_make(i, owner);
}

static void step(struct watch *w, uint8_t what, uint8_t which)
{
	struct engine *e = &world.engines[what / STEPS % ENGINES];
	const struct engine_listener *l = world.listener;
	struct container_facts f = facts(which, false);

	switch (what % STEPS) {
	case MAKE:
		cgroup_make(which, (unsigned int)e->number * USER);
		break;
	case MAKE_MANY:
		make_many(which, (unsigned int)e->number * USER);
		break;
	case REMOVE:
		world.ids[which].there = world.ids[which].waits = false;
		break;
	case TELL:
		tell(e, which, what / STEPS > 16);
		break;
	case LIST:
		list(e, which, what / STEPS, which & 1);
		break;
	case ANSWER:
		world.teller = (int)e->number;
		l->answer(l->arg, e, f.id, &f);
		world.teller = -1;
		break;
	case NONE:
		world.ids[which].no |= 1u << e->number;
		l->answer(l->arg, e, f.id, NULL);
		break;
	case DUE:
		if (world.settle.set)
			world.settle.due(world.settle.arg);
		break;
	case LOADED:
		watch_loaded(w, which % 4);
		break;
	case TICK:
		watch_tick(w);
		break;
	default:
		l->state(l->arg, e, which & 1, "why");
	}
	assert(!world.open);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FILE *out;
	struct watch *w = NULL;
	struct err err = {0};

	memset(&world, 0, sizeof(world));
	world.teller = -1;
	if (!out)
		out = fopen("/dev/null", "we");
	assert(out && !watch_new(NULL, sockets, out, &w, &err));
	watch_loaded(w, true);
	for (; size >= 2; size -= 2, data += 2)
		step(w, data[0], data[1] % IDS);
	watch_end(w);
	watch_free(&w);
	return 0;
}
