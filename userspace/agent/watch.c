// SPDX-License-Identifier: GPL-2.0-only
/* Whose is each container, and does the kernel know? */
#include "agent/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/engine.h"
#include "agent/facts.h"
#include "agent/gateways.h"
#include "agent/known.h"
#include "agent/owners.h"
#include "kernel/containers.h"
#include "kernel/maps.h"
#include "util/cleanup.h"

#define ENGINES_MAX 8

#define AGAIN_MS   50    /* while somebody is stopped who may go on */
#define WAIT_MS    1000  /* between two questions about one container */
#define GIVE_UP_MS 30000 /* then whose it is cannot be told */

struct watch {
	FILE *out;
	struct http *http;
	struct engine *engines[ENGINES_MAX];
	size_t engine_count;
	bool listed[ENGINES_MAX];
	unsigned int round[ENGINES_MAX];
	struct engine_listener listener;
	struct timer *settle;
	struct owners owners;
	bool loaded, listing;
	struct known_list known;
	struct asked_list asked;
};

static void complain(struct watch *w, const struct err *err)
{
	char text[1024];

	if (!err->code || err->code == ENOENT)
		return;
	err_format(err, text, sizeof(text));
	fprintf(w->out, "clawbpf: %s\n", text);
	fflush(w->out);
}

static size_t engine_index(const struct watch *w, const struct engine *e)
{
	size_t i = 0;

	while (i + 1 < w->engine_count && w->engines[i] != e)
		i++;
	return i;
}

/* --- which containers there are --------------------------------------------------------------- */

static void known_remove(struct watch *w, struct known *k)
{
	struct err err = {0};

	container_remove(w->owners.kernel, k->id, &err);
	complain(w, &err);
	known_drop(&w->known, k);
}

/* What the engine did not tell of any more is gone. */
static void known_sweep(struct watch *w, size_t engine)
{
	char id[65], last[65];
	bool all = true, more;
	struct err ignored;

	for (size_t i = w->known.count; i-- > 0;) {
		struct known *k = &w->known.items[i];

		if (k->engine != engine || k->round == w->round[engine])
			continue;
		if (k->fresh)
			k->fresh = false;
		else
			known_remove(w, k);
	}
	for (size_t i = 0; i < w->engine_count; i++)
		all &= w->listed[i];
	/* And what was there before this agent began. */
	more = all && container_next(w->owners.kernel, NULL, id);
	while (more) {
		memcpy(last, id, sizeof(last));
		more = container_next(w->owners.kernel, last, id);
		if (!known_find(&w->known, last))
			container_remove(w->owners.kernel, last, &ignored);
	}
}

/* --- who waits -------------------------------------------------------------------------------- */

/* The file does not know it. 1: an answer may still come. */
static int ask(struct watch *w, const struct container_cgroup *c, struct err *err)
{
	struct asked *a = asked_wait(&w->asked, c->id, container_cgroup_owner(c));
	long long now = asked_now();
	struct err ignored;

	if (!a)
		return 1;
	for (size_t i = 0; i < w->engine_count; i++) {
		unsigned int user = engine_user(w->engines[i]);

		if (user && !container_cgroup_of_user(c, user))
			a->no |= 1u << i;
	}
	if (a->no + 1 == 1u << w->engine_count)
		return owners_settle_foreign(&w->owners, c, err);
	if (now - a->since_ms > GIVE_UP_MS)
		return owners_settle_unknown(&w->owners, c, err);
	if (now - a->last_ms < WAIT_MS)
		return 1;
	a->last_ms = now;
	for (size_t i = 0; i < w->engine_count; i++) {
		if (!(a->no & 1u << i))
			engine_ask(w->engines[i], c->id, &ignored);
	}
	return 1;
}

/* 1: nobody can tell yet. */
static int settle_one(struct watch *w, const struct container_cgroup *c, struct err *err)
{
	struct container_facts f autodestroy(container_facts_clear) = {0};
	u32 session;
	int r;

	if (container_find(w->owners.kernel, c->id, &session))
		return owners_settle(&w->owners, c, session, err);
	/* Docker writes it down before it starts it: this asks nobody who may be waiting for us. */
	if (facts_of_file(c->id, &f))
		return ask(w, c, err);
	r = owners_learn(&w->owners, &f, &session, err);
	if (!r && w->engine_count)
		known_add(&w->known, c->id, 0, w->round[0], true);
	return r ? r : owners_settle(&w->owners, c, session, err);
}

/* Each cgroup of a container: whoever waits is told, whoever is in none of his session's joins. */
static void settle_all(struct watch *w)
{
	struct container_cgroups all autodestroy(container_cgroups_free) = {0};
	size_t left = 0, waiting = 0;
	struct err err = {0};
	int r = container_cgroups_find(&all, &err);

	for (size_t i = 0; !r && i < all.count; i++) {
		bool waits = container_waits(w->owners.kernel, all.items[i].cgroup);
		struct cgroup_entry entry;
		u32 session;
		int one = 0;

		if (!waits && (cgroup_entry_find(w->owners.kernel, all.items[i].cgroup, &entry) ||
			       !container_find(w->owners.kernel, all.items[i].id, &session) ||
			       session == CONTAINER_FOREIGN))
			continue;
		one = settle_one(w, &all.items[i], &err);
		waiting += one != 0;
		if (one <= 0)
			asked_remove(&w->asked, all.items[i].id);
		if (one < 0)
			complain(w, &err);
	}
	if (!r)
		asked_sweep(&w->asked); /* the cgroups of the others are gone */
	complain(w, &err);
	err = (struct err){0};
	if (containers_continue(w->owners.kernel, &left, &err))
		complain(w, &err);
	/* An answer comes by itself, and has this looked at again. */
	loop_timer_set(w->settle, left ? AGAIN_MS : r || waiting ? WAIT_MS : -1);
}

static void settle_due(void *arg)
{
	struct watch *w = arg;
	struct err err = {0};

	if (!w->loaded)
		return;
	if (owners_begin(&w->owners, &err)) {
		complain(w, &err);
		loop_timer_set(w->settle, WAIT_MS);
		return;
	}
	settle_all(w);
	owners_end(&w->owners);
}

void watch_call(struct watch *w, const struct call *c)
{
	(void)c; /* one look answers all that have come by now */
	loop_timer_set(w->settle, 0);
}

/* --- what engines tell ------------------------------------------------------------------------ */

static void learn(struct watch *w, size_t engine, const struct container_facts *f)
{
	struct known *known = known_find(&w->known, f->id);
	unsigned int user = engine_user(w->engines[engine]);
	struct err err = {0};
	u32 session;

	if (f->gone && known && (!user || known->engine == engine))
		known_remove(w, known);
	/* A user's own engine may say what it likes, of what is the user's own. What another has
	 * made and not started is in no cgroup but one that the user may have given its name. */
	if (f->gone ||
	    (user && ((known && known->engine != engine) || !container_is_users(f->id, user))))
		return;
	known_add(&w->known, f->id, engine, w->round[engine], !w->listing);
	owners_learn(&w->owners, f, &session, &err);
	complain(w, &err);
	if (w->asked.count)
		loop_timer_set(w->settle, 0);
}

static void on_container(void *arg, struct engine *e, const struct container_facts *f)
{
	struct watch *w = arg;
	struct err err = {0};

	if (w->listing) {
		learn(w, engine_index(w, e), f);
		return;
	}
	if (!w->loaded)
		return;
	if (owners_begin(&w->owners, &err)) {
		complain(w, &err);
		return;
	}
	learn(w, engine_index(w, e), f);
	owners_end(&w->owners);
}

static void on_list(void *arg, struct engine *e, enum engine_list what)
{
	size_t engine = engine_index(arg, e);
	struct watch *w = arg;
	struct err err = {0};

	if (what == LIST_BEGIN) {
		w->listing = w->loaded && !owners_begin(&w->owners, &err);
		w->round[engine]++;
		complain(w, &err);
		return;
	}
	if (!w->listing)
		return;
	w->listing = false;
	if (what == LIST_END) {
		w->listed[engine] = true;
		known_sweep(w, engine);
	}
	settle_all(w);
	owners_end(&w->owners);
}

static void on_state(void *arg, struct engine *e, bool up, const char *why)
{
	struct watch *w = arg;

	if (up)
		fprintf(w->out, "engine %s: watching\n", engine_socket(e));
	else
		fprintf(w->out, "engine %s: not there (%s), trying again\n", engine_socket(e), why);
	fflush(w->out);
}

static void on_answer(void *arg, struct engine *e, const char *id, const struct container_facts *f)
{
	struct watch *w = arg;
	struct asked *a = asked_find(&w->asked, id);

	if (f)
		on_container(arg, e, f);
	else if (a)
		a->no |= 1u << engine_index(w, e);
	loop_timer_set(w->settle, 0);
}

/* --- begin and end ---------------------------------------------------------------------------- */

/* Whose containers have to wait. */
static u32 watch_bits(const struct watch *w)
{
	u32 bits = WATCH_DOCKER;

	for (size_t i = 0; i < w->engine_count; i++) {
		if (strstr(engine_socket(w->engines[i]), "podman"))
			bits |= WATCH_PODMAN;
	}
	return bits;
}

static void look(struct watch *w)
{
	struct err err = {0};

	if (!owners_begin(&w->owners, &err)) {
		gateways_look(&w->owners, &err);
		owners_end(&w->owners);
	}
	complain(w, &err);
}

void watch_loaded(struct watch *w, bool yes)
{
	struct err err = {0};

	w->loaded = yes;
	owners_forget(&w->owners);
	if (yes)
		look(w);
	if (!yes || !w->engine_count || owners_begin(&w->owners, &err)) {
		complain(w, &err);
		return;
	}
	if (!container_watch(w->owners.kernel, watch_bits(w), &err))
		settle_all(w);
	complain(w, &err);
	owners_end(&w->owners);
	for (size_t i = 0; i < w->engine_count; i++)
		engine_list(w->engines[i]);
}

void watch_tick(struct watch *w)
{
	if (w->loaded)
		look(w);
	if (w->engine_count)
		settle_due(w); /* a call may have been lost */
}

void watch_end(struct watch *w)
{
	struct err err = {0};

	if (!w->loaded || !w->engine_count || owners_begin(&w->owners, &err)) {
		complain(w, &err);
		return;
	}
	containers_unwatch(w->owners.kernel, &err);
	complain(w, &err);
	owners_end(&w->owners);
}

int watch_new(struct loop *loop, const char *const *sockets, FILE *out, struct watch **ret,
	      struct err *err)
{
	struct watch *w autodestroy(watch_free) = calloc(1, sizeof(*w));
	int r;

	if (!w)
		return err_set(err, ENOMEM, "out of memory");
	w->out = w->owners.out = out;
	w->listener = (struct engine_listener){w, on_container, on_list, on_state, on_answer};
	r = loop_timer_new(loop, settle_due, w, &w->settle, err);
	if (!r && *sockets)
		r = http_new(loop, &w->http, err);
	for (; !r && *sockets && w->engine_count < ENGINES_MAX; sockets++) {
		r = engine_new(loop, w->http, *sockets, &w->listener, &w->engines[w->engine_count],
			       err);
		w->engine_count += !r;
	}
	if (!r)
		*ret = TAKE_PTR(w);
	return r;
}

void watch_free(struct watch **p)
{
	struct watch *w = *p;

	if (!w)
		return;
	for (size_t i = 0; i < w->engine_count; i++)
		engine_free(&w->engines[i]);
	http_free(&w->http);
	loop_timer_free(&w->settle);
	owners_end(&w->owners);
	owners_forget(&w->owners);
	free(w->known.items);
	free(w);
	*p = NULL;
}
