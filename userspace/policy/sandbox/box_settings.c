// SPDX-License-Identifier: GPL-2.0-only
/* How much may a sandbox have of memory, processors, processes, and what is in its environment? */
#include "policy/sandbox/box_settings.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>

#include "util/cleanup.h"
#include "util/path.h"

const struct setting *docker_setting(const struct docker_pair *d, size_t offset)
{
	const struct setting *own = d->own ? (const void *)((const char *)d->own + offset) : NULL;
	const struct setting *all = (const void *)((const char *)d->all + offset);

	if (own && own->key)
		return own;
	return all->key ? all : NULL;
}

static int wrong(const struct setting *s, const char *what, struct err *err)
{
	err_set(err, EINVAL, "\"%.100s\" is no %s", s->text, what);
	err_at(err, s->pos);
	return err_key(err, "%s", s->key), -EINVAL;
}

/* --- sizes -------------------------------------------------------------------------------------
 */

bool size_parse(const char *text, unsigned long long *ret)
{
	static const char units[] = "bkmgt";
	const char *unit;
	double number;
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	number = strtod(text, &end);
	if (strspn(text, "0123456789.") < (size_t)(end - text))
		return false; /* hexadecimal, or with an exponent */
	if (*end) {
		unit = strchr(units, tolower((unsigned char)*end));
		if (!unit || !*unit)
			return false;
		number = ldexp(number, 10 * (int)(unit - units));
		end++;
		if (unit != units && (!strcasecmp(end, "b") || !strcasecmp(end, "ib")))
			end += strlen(end);
	}
	if (*end || !isfinite(number) || number < 0 || number >= 9e18)
		return false;
	*ret = (unsigned long long)number;
	return true;
}

static int fill_memory(struct box *b, const struct docker_pair *d, struct err *err)
{
	const struct setting *memory = DOCKER(d, memory), *swap = DOCKER(d, memory_swap);
	unsigned long long both;

	if (memory && (!size_parse(memory->text, &b->memory) || !b->memory))
		return wrong(memory, "size: write \"512m\" or \"2g\"", err);
	b->swap = b->memory;
	if (!swap)
		return 0;
	if (!strcmp(swap->text, "-1")) {
		b->swap_unlimited = true;
		return 0;
	}
	if (!size_parse(swap->text, &both) || both < b->memory)
		return wrong(swap, "size of memory and swap together", err);
	b->swap = both - b->memory;
	return 0;
}

/* --- what setrlimit(2) knows -------------------------------------------------------------------
 */

static const struct {
	const char *name;
	int resource;
} rlimits[] = {
	{"as", RLIMIT_AS},           {"core", RLIMIT_CORE},
	{"cpu", RLIMIT_CPU},         {"data", RLIMIT_DATA},
	{"fsize", RLIMIT_FSIZE},     {"locks", RLIMIT_LOCKS},
	{"memlock", RLIMIT_MEMLOCK}, {"msgqueue", RLIMIT_MSGQUEUE},
	{"nice", RLIMIT_NICE},       {"nofile", RLIMIT_NOFILE},
	{"nproc", RLIMIT_NPROC},     {"rss", RLIMIT_RSS},
	{"rtprio", RLIMIT_RTPRIO},   {"sigpending", RLIMIT_SIGPENDING},
	{"stack", RLIMIT_STACK},
};

/* "1024" or "1024:2048"; -1: unlimited. */
static int limit_add(struct box *b, const struct setting_entry *e, struct err *err)
{
	struct box_limit limit = {.resource = -1}, *items;
	const char *text = e->setting.text;
	char *end;

	for (size_t i = 0; i < ARRAY_SIZE(rlimits); i++)
		if (!strcmp(rlimits[i].name, e->entry.name))
			limit.resource = rlimits[i].resource;
	if (limit.resource < 0) {
		err_set(err, EINVAL, "there is no limit \"%.60s\"", e->entry.name);
		err_at(err, e->entry.pos);
		return err_key(err, "%s", e->entry.key), -EINVAL;
	}
	limit.soft = limit.hard = (unsigned long long)strtoll(text, &end, 10);
	if (*end == ':')
		limit.hard = (unsigned long long)strtoll(end + 1, &end, 10);
	if (!*text || *end)
		return wrong(&e->setting, "limit: write 1024 or \"1024:2048\"", err);
	items = reallocarray(b->limits, b->limit_count + 1, sizeof(*items));
	if (!items)
		return err_set(err, ENOMEM, "out of memory");
	b->limits = items;
	items[b->limit_count++] = limit;
	return 0;
}

/* Both levels count: an agent's own entry replaces everybody's of that name. */
typedef int (*entry_fn)(struct box *b, const struct setting_entry *e, struct err *err);

static int each_entry(struct box *b, const struct entries *own, const struct entries *all,
		      entry_fn fn, struct err *err)
{
	const struct setting_entry *items = all->items;
	int r = 0;

	for (size_t i = 0; !r && i < all->count; i++)
		if (!own || !own->key || !entries_find(own, items[i].entry.name, sizeof(*items)))
			r = fn(b, &items[i], err);
	items = own ? own->items : NULL;
	for (size_t i = 0; !r && items && i < own->count; i++)
		r = fn(b, &items[i], err);
	return r;
}

int box_fill_limits(struct box *b, const struct docker_pair *d, struct err *err)
{
	const struct setting *cpus = DOCKER(d, cpus), *pids = DOCKER(d, pids_limit);

	b->cpus = cpus ? cpus->number : 0;
	b->pids = pids ? (unsigned long long)pids->number : 0;
	return fill_memory(b, d, err)
		       ?: each_entry(b, d->own ? &d->own->ulimits : NULL, &d->all->ulimits,
				     limit_add, err);
}

/* --- temporary file systems --------------------------------------------------------------------
 */

/* "/tmp" or "/tmp:size=64m,mode=1777": of the options only the size means something here. */
static int tmpfs_add(struct box *b, const struct setting *s, struct err *err)
{
	size_t len = strcspn(s->text, ":");
	autofree char *path = strndup(s->text, len), *size = NULL;
	const char *option = strstr(s->text + len, "size=");
	struct box_tmpfs t = {0}, *items;

	if (!path)
		return err_set(err, ENOMEM, "out of memory");
	if (option) {
		size = strndup(option + 5, strcspn(option + 5, ","));
		if (!size || !size_parse(size, &t.size))
			return wrong(s, "tmpfs: write \"/tmp\" or \"/tmp:size=64m\"", err);
	}
	t.path = path_canonical(path);
	if (!t.path || !strcmp(t.path, "/")) {
		free(t.path);
		return wrong(s, "absolute path below /", err);
	}
	items = reallocarray(b->tmpfs, b->tmpfs_count + 1, sizeof(*items));
	if (!items) {
		free(t.path);
		return err_set(err, ENOMEM, "out of memory");
	}
	b->tmpfs = items;
	items[b->tmpfs_count++] = t;
	return 0;
}

int box_fill_tmpfs(struct box *b, const struct docker_pair *d, struct err *err)
{
	static struct setting defaults[] = {
		{.text = (char *)"/tmp"}, {.text = (char *)"/var/tmp"}, {.text = (char *)"/run"}};
	const struct setting_list *list =
		d->own && d->own->tmpfs.key ? &d->own->tmpfs : &d->all->tmpfs;
	const struct setting *items = list->key ? list->items : defaults;
	size_t count = list->key ? list->count : ARRAY_SIZE(defaults);
	int r = 0;

	for (size_t i = 0; !r && i < count; i++)
		r = tmpfs_add(b, &items[i], err);
	return r;
}

/* --- environment -------------------------------------------------------------------------------
 */

static int env_put(struct box *b, const char *name, const char *value)
{
	size_t count = 0;
	char **items, *text = NULL;

	while (b->env && b->env[count])
		count++;
	items = reallocarray(b->env, count + 2, sizeof(*items));
	if (!items || asprintf(&text, "%s=%s", name, value) < 0) {
		b->env = items ? items : b->env;
		if (items)
			items[count] = NULL;
		return -ENOMEM;
	}
	b->env = items;
	items[count] = text;
	items[count + 1] = NULL;
	return 0;
}

static int env_add(struct box *b, const struct setting_entry *e, struct err *err)
{
	if (strchr(e->entry.name, '=') || !*e->entry.name)
		return wrong(&e->setting, "variable: its name is empty or has a \"=\"", err);
	return env_put(b, e->entry.name, e->setting.text) ? err_set(err, ENOMEM, "out of memory")
							  : 0;
}

static bool env_says(const struct box *b, const char *name)
{
	size_t len = strlen(name);

	for (char **e = b->env; e && *e; e++)
		if (!strncmp(*e, name, len) && (*e)[len] == '=')
			return true;
	return false;
}

int box_fill_env(struct box *b, const struct docker_pair *d, struct err *err)
{
	const struct entries *own = d->own ? &d->own->env : NULL;
	bool said = d->all->env.key || (own && own->key);
	int r = each_entry(b, own, &d->all->env, env_add, err);

	if (r)
		return r;
	if (!said && env_put(b, "LANG", "C.UTF-8"))
		return err_set(err, ENOMEM, "out of memory");
	if ((!env_says(b, "PATH") && env_put(b, "PATH", BOX_PATH)) ||
	    (!env_says(b, "HOME") && env_put(b, "HOME", b->workdir)))
		return err_set(err, ENOMEM, "out of memory");
	return 0;
}
