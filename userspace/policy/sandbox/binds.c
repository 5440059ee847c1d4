// SPDX-License-Identifier: GPL-2.0-only
/* Which directories may never be mounted into a sandbox, and does the config try to? */
#include "policy/sandbox/binds.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/sandbox/product_binds.h"
#include "policy/sandbox/sandbox.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/path.h"
#include "util/utf8.h"

const char *const blocked_defaults[] = {
	"/var/run/docker.sock",
	"/run/docker.sock", /* what the first one is on a system whose /var/run is a link to /run */
	"/etc",
	"/proc",
	"/sys",
	"/dev",
	NULL,
};

/* What a bind is checked against. The parts are borrowed; `real` is what the paths lead to. */
struct blocked_view {
	const char *const *defaults;      /* NULL: not this time */
	const struct setting_list *paths; /* canonical */
	char **real;                      /* owned, as many as paths; NULL: by their text only */
	const char *home;                 /* whose product's rules count, too; NULL: no product's */
};

static void view_clear(struct blocked_view *v)
{
	for (size_t i = 0; v->real && i < v->paths->count; i++)
		free(v->real[i]);
	free(v->real);
	v->real = NULL;
}

static int view_follow(struct blocked_view *v, struct err *err)
{
	v->real = calloc(v->paths->count + 1, sizeof(*v->real));
	if (!v->real)
		return err_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < v->paths->count; i++)
		v->real[i] = path_real(v->paths->items[i].text); /* NULL: it leads nowhere */
	return 0;
}

static bool overlaps(const char *source, const char *blocked)
{
	return path_is_below(source, blocked) || path_is_below(blocked, source);
}

/* NULL: nothing blocked is touched by this canonical path. Borrowed. */
static const char *find_blocked(const struct blocked_view *view, const char *source)
{
	for (const char *const *path = view->defaults; path && *path; path++)
		if (overlaps(source, *path))
			return *path;
	for (size_t i = 0; i < view->paths->count; i++) {
		const char *path = view->paths->items[i].text;

		if (overlaps(source, path) ||
		    (view->real && view->real[i] && overlaps(source, view->real[i])))
			return path;
	}
	return NULL;
}

static int refuse(const struct setting *bind, struct err *err, const char *fix, const char *why,
		  const char *what)
{
	autobuf struct buf shown = {0}, message = {0};

	utf8_quote(&shown, bind->text, strlen(bind->text), 120);
	buf_printf(&message, "bind mount %s ", shown.data ? shown.data : "");
	buf_puts(&message, why);
	if (what)
		buf_printf(&message, " %s", what);
	err_set(err, EINVAL, "%s", message.data ? message.data : "bind mount refused");
	err_at(err, bind->pos);
	err_key(err, "%s", bind->key);
	return err_fix(err, "%s", fix);
}

static int refuse_blocked(const struct setting *bind, const char *source, const char *blocked,
			  struct err *err)
{
	autobuf struct buf fix = {0}, what = {0};

	buf_printf(&fix, "remove this entry of %s", bind->key);
	if (!strcmp(source, blocked) || path_is_below(source, blocked))
		buf_printf(&what, "%s (its source is %s)", blocked, source);
	else
		buf_printf(&what, "%s, which lies below its source %s", blocked, source);
	return refuse(bind, err, fix.data ? fix.data : "",
		      "would give a sandbox a blocked path:", what.data);
}

/* A named volume of the engine's, not a path of the host: letters, digits and _ . - */
static bool is_volume_name(const char *source)
{
	if (!isalnum((unsigned char)*source))
		return false;
	for (; *source; source++)
		if (!isalnum((unsigned char)*source) && !strchr("_.-", *source))
			return false;
	return true;
}

/* A ".." behind a symlink leads elsewhere than the text says: both ways are looked at. */
static int check_links(const struct setting *bind, const char *source, const char *plain,
		       const struct blocked_view *view, struct err *err)
{
	autofree char *real = path_real(plain), *written = path_real(source);
	const char *blocked;

	if (!real || !written)
		return refuse(bind, err, "name a path without a loop of symlinks",
			      "leads nowhere: its symlinks do not end", NULL);
	blocked = find_blocked(view, real);
	if (blocked)
		return refuse_blocked(bind, real, blocked, err);
	blocked = find_blocked(view, written);
	return blocked ? refuse_blocked(bind, written, blocked, err) : 0;
}

/*
 * The product has rules of its own, which it asks when it makes the container. Which folders are an
 * agent's own is not asked here: that depends on the session.
 */
static int check_as_product(const struct setting *bind, const char *home, struct err *err)
{
	const struct bind_rules rules = {.home = home, .external = true, .reserved = true};
	int r = product_bind_check(bind->text, &rules, err);

	if (!r)
		return 0;
	err_at(err, bind->pos);
	err_key(err, "%s", bind->key);
	return err_fix(err, "remove this entry of %s", bind->key);
}

static int check_bind(const struct setting *bind, const struct blocked_view *view, struct err *err)
{
	const char *text = bind->text + strspn(bind->text, " \t");
	autofree char *source = strndup(text, strcspn(text, ":"));
	autofree char *plain = NULL;
	const char *blocked;

	if (!source)
		return err_set(err, ENOMEM, "out of memory");
	if (*source && is_volume_name(source))
		return 0;
	if (*source != '/')
		return refuse(bind, err, "write it as \"/host/path:/container/path:ro\"",
			      "must start with an absolute path of the host", NULL);
	plain = path_canonical(source);
	if (!plain)
		return err_set(err, ENOMEM, "out of memory");
	blocked = find_blocked(view, plain);
	if (blocked)
		return refuse_blocked(bind, plain, blocked, err);
	if (view->home && check_as_product(bind, view->home, err))
		return -err->code;
	return view->real ? check_links(bind, source, plain, view, err) : 0;
}

static int check_list(const struct setting_list *binds, const struct blocked_view *view,
		      struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < binds->count && !r; i++)
		r = check_bind(&binds->items[i], view, err);
	return r;
}

static int check_sandbox(const struct sandbox_settings *s, const struct blocked_view *view,
			 struct err *err)
{
	int r = check_list(&s->binds, view, err);

	if (!r)
		r = check_list(&s->docker.binds, view, err);
	return r ? r : check_list(&s->browser.binds, view, err);
}

/* An agent's own binds against everything, everybody's against what only the agent blocks. */
static int check_agent(const struct config *c, const struct agent_settings *agent,
		       const struct blocked_view *all, struct err *err)
{
	const struct claw_settings *claw = config_find_claw_agent(c, agent->entry.name);
	struct blocked_view own autodestroy(view_clear) = {0};
	/* With scope shared an agent's binds are not mounted; they are still an error to have. */
	int r = check_sandbox(&agent->sandbox, all, err);

	if (r || !claw || !claw->blocked_sources.count)
		return r;
	own.paths = &claw->blocked_sources;
	if (all->real)
		r = view_follow(&own, err);
	if (!r)
		r = check_sandbox(&agent->sandbox, &own, err);
	return r ? r : check_sandbox(&c->sandbox, &own, err);
}

int binds_check(const struct config *c, const struct agent_settings *agent, struct err *err)
{
	struct blocked_view all = {.defaults = blocked_defaults, .paths = &c->claw.blocked_sources};
	int r = check_sandbox(&c->sandbox, &all, err);

	return r || !agent ? r : check_agent(c, agent, &all, err);
}

int bind_check(const struct config *c, const struct setting *bind, struct err *err)
{
	const struct blocked_view all = {.defaults = blocked_defaults,
					 .paths = &c->claw.blocked_sources};

	return check_bind(bind, &all, err);
}

int binds_check_all(const struct config *c, const struct dialect *d, struct err *err)
{
	struct blocked_view all autodestroy(view_clear) = {
		.defaults = blocked_defaults,
		.paths = &c->claw.blocked_sources,
		.home = d->flags & DIALECT_CHECKS_BINDS ? c->home : NULL,
	};
	const struct agent_settings *agents = c->agents.items;
	/* Where the roster is not all there is, an agent outside of it has everybody's settings. */
	bool open = !c->agents.count || !(d->flags & DIALECT_AGENTS_KNOWN);
	bool any = open && sandbox_possible(c, d, NULL);
	int r = view_follow(&all, err);

	for (size_t i = 0; i < c->agents.count && !r; i++) {
		if (!sandbox_possible(c, d, &agents[i]))
			continue;
		any = true;
		r = check_agent(c, &agents[i], &all, err);
	}
	return r || !any ? r : check_sandbox(&c->sandbox, &all, err);
}
