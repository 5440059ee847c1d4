// SPDX-License-Identifier: GPL-2.0-only
/* Which directories may never be mounted into a sandbox, and does the config try to? */
#include "policy/binds.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/sandbox.h"
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

/* What a bind is checked against: what is blocked, as written and as it resolves. */
struct blocked_view {
	const struct claw_settings *all, *own; /* own may be NULL */
};

static bool overlaps(const char *source, const char *blocked)
{
	return path_is_below(source, blocked) || path_is_below(blocked, source);
}

/* NULL: nothing blocked is touched by this canonical path. Borrowed. */
static const char *find_blocked(const struct blocked_view *view, const char *source)
{
	const struct claw_settings *const blocks[] = {view->all, view->own};

	for (size_t i = 0; blocked_defaults[i]; i++)
		if (overlaps(source, blocked_defaults[i]))
			return blocked_defaults[i];
	for (size_t b = 0; b < ARRAY_SIZE(blocks); b++)
		for (size_t i = 0; blocks[b] && i < blocks[b]->blocked_sources.count; i++) {
			const char *path = blocks[b]->blocked_sources.items[i].text;
			autofree char *real = path_real(path);

			if (overlaps(source, path) || (real && overlaps(source, real)))
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

static int check_bind(const struct setting *bind, const struct blocked_view *view, struct err *err)
{
	const char *text = bind->text + strspn(bind->text, " \t");
	autofree char *source = strndup(text, strcspn(text, ":"));
	autofree char *plain = NULL, *real = NULL, *written = NULL;
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
	/* A ".." behind a symlink leads elsewhere than the text says: both ways are looked at. */
	real = path_real(plain);
	written = path_real(source);
	if (!real || !written)
		return refuse(bind, err, "name a path without a loop of symlinks",
			      "leads nowhere: its symlinks do not end", NULL);
	blocked = find_blocked(view, real);
	if (blocked)
		return refuse_blocked(bind, real, blocked, err);
	blocked = find_blocked(view, written);
	return blocked ? refuse_blocked(bind, written, blocked, err) : 0;
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

int binds_check(const struct config *c, const struct dialect *d, const struct agent_settings *agent,
		struct err *err)
{
	struct blocked_view view = {.all = &c->claw};
	int r;

	if (!sandbox_possible(c, d, agent))
		return 0;
	if (agent)
		view.own = config_find_claw_agent(c, agent->entry.name);
	r = check_sandbox(&c->sandbox, &view, err);
	/* With scope shared an agent's binds are not mounted; they are still an error to have. */
	if (!r && agent)
		r = check_sandbox(&agent->sandbox, &view, err);
	return r;
}
