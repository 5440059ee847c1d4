// SPDX-License-Identifier: GPL-2.0-only
/*
 * With which settings does a product make the containers of an agent? Its own value, else
 * everybody's, else the built-in one; binds are joined, and env and ulimits merged by their names.
 */
#include "policy/container/container.h"

#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"

enum row_kind {
	ROW_TEXT,
	ROW_BOOL,
	ROW_NUMBER,
	ROW_SCALAR,
	ROW_LIST,
	ROW_JOINED,
	ROW_JOINED_KEPT, /* the same, and there when it is empty */
	ROW_ENTRIES,
	ROW_STRINGS,
	ROW_LINES
};

struct row {
	const char *name;
	enum row_kind kind;
	size_t offset;               /* in struct sandbox_settings */
	const char *builtin;         /* as JSON; NULL: not there, or the dialect has it */
	unsigned int needs, without; /* flags of the dialect */
};

#define AT(member) offsetof(struct sandbox_settings, member)
#define KEYED      DIALECT_SCOPE_HAS_WORKSPACE /* the newer one */

/* clang-format off: a table is read by its columns */
static const struct row docker_rows[] = {
	{"image", ROW_TEXT, AT(docker.image), NULL, 0, 0},
	{"containerPrefix", ROW_TEXT, AT(docker.container_prefix), NULL, 0, 0},
	{"workdir", ROW_TEXT, AT(docker.workdir), "\"/workspace\"", 0, 0},
	{"readOnlyRoot", ROW_BOOL, AT(docker.read_only_root), "true", 0, 0},
	{"tmpfs", ROW_LIST, AT(docker.tmpfs), "[\"/tmp\", \"/var/tmp\", \"/run\"]", 0, 0},
	{"network", ROW_TEXT, AT(docker.network), "\"none\"", 0, 0},
	{"user", ROW_TEXT, AT(docker.user), NULL, 0, 0},
	{"capDrop", ROW_LIST, AT(docker.cap_drop), "[\"ALL\"]", 0, 0},
	{"env", ROW_STRINGS, AT(docker.env), "{\"LANG\": \"C.UTF-8\"}", 0, 0},
	{"pidsLimit", ROW_NUMBER, AT(docker.pids_limit), NULL, 0, 0},
	{"memory", ROW_SCALAR, AT(docker.memory), NULL, 0, 0},
	{"memorySwap", ROW_SCALAR, AT(docker.memory_swap), NULL, 0, 0},
	{"cpus", ROW_NUMBER, AT(docker.cpus), NULL, 0, 0},
	{"gpus", ROW_TEXT, AT(docker.gpus), NULL, KEYED, 0},
	{"ulimits", ROW_ENTRIES, AT(docker.ulimits), NULL, 0, 0},
	{"seccompProfile", ROW_TEXT, AT(docker.seccomp_profile), NULL, 0, 0},
	{"apparmorProfile", ROW_TEXT, AT(docker.apparmor_profile), NULL, 0, 0},
	{"dns", ROW_LIST, AT(docker.dns), NULL, 0, 0},
	{"extraHosts", ROW_LIST, AT(docker.extra_hosts), NULL, 0, 0},
	{"binds", ROW_JOINED, AT(docker.binds), NULL, 0, 0},
	{"dangerouslyAllowReservedContainerTargets", ROW_BOOL, AT(docker.allow_reserved_targets),
	 NULL, KEYED, 0},
	{"dangerouslyAllowExternalBindSources", ROW_BOOL, AT(docker.allow_external_sources), NULL,
	 KEYED, 0},
	{"dangerouslyAllowContainerNamespaceJoin", ROW_BOOL, AT(docker.allow_namespace_join), NULL,
	 KEYED, 0},
	{"setupCommand", ROW_LINES, AT(docker.setup_command), NULL, 0, 0},
};

static const struct row browser_rows[] = {
	{"enabled", ROW_BOOL, AT(browser.enabled), "false", 0, 0},
	{"image", ROW_TEXT, AT(browser.image), "\"clawdbot-sandbox-browser:bookworm-slim\"", 0,
	 KEYED},
	{"image", ROW_TEXT, AT(browser.image), "\"openclaw-sandbox-browser:bookworm-slim\"", KEYED,
	 0},
	{"containerPrefix", ROW_TEXT, AT(browser.container_prefix), "\"clawdbot-sbx-browser-\"", 0,
	 KEYED},
	{"containerPrefix", ROW_TEXT, AT(browser.container_prefix), "\"openclaw-sbx-browser-\"",
	 KEYED, 0},
	{"network", ROW_TEXT, AT(browser.network), "\"openclaw-sandbox-browser\"", KEYED, 0},
	{"cdpPort", ROW_NUMBER, AT(browser.cdp_port), "9222", 0, 0},
	{"vncPort", ROW_NUMBER, AT(browser.vnc_port), "5900", 0, 0},
	{"noVncPort", ROW_NUMBER, AT(browser.no_vnc_port), "6080", 0, 0},
	{"headless", ROW_BOOL, AT(browser.headless), "false", 0, 0},
	{"enableNoVnc", ROW_BOOL, AT(browser.no_vnc), "true", 0, KEYED},
	{"noVncEnabled", ROW_BOOL, AT(browser.no_vnc), "true", KEYED, 0},
	{"allowHostControl", ROW_BOOL, AT(browser.host_control), "false", 0, 0},
	{"autoStart", ROW_BOOL, AT(browser.auto_start), "true", 0, 0},
	{"autoStartTimeoutMs", ROW_NUMBER, AT(browser.auto_start_timeout), "12000", 0, 0},
	{"binds", ROW_JOINED_KEPT, AT(browser.binds), NULL, KEYED, 0},
};

static const struct row prune_rows[] = {
	{"idleHours", ROW_NUMBER, AT(prune_idle_hours), "24", 0, 0},
	{"maxAgeDays", ROW_NUMBER, AT(prune_max_age_days), "7", 0, 0},
};
/* clang-format on */

/* One row's values at both levels. own NULL: it does not count. */
struct pair {
	const struct sandbox_settings *own, *all;
};

static const void *at(const struct sandbox_settings *s, const struct row *row)
{
	return s ? (const char *)s + row->offset : NULL;
}

static const struct setting *setting_of(const struct pair *p, const struct row *row)
{
	const struct setting *own = at(p->own, row), *all = at(p->all, row);

	if (own && own->key)
		return own;
	return all->key ? all : NULL;
}

/* A number stays one; anything else is text. */
static void write_scalar(struct json *j, const char *name, const char *text)
{
	char *end;

	strtod(text, &end);
	if (end != text && !*end)
		json_raw(j, name, text);
	else
		json_text(j, name, text);
}

static void write_setting(struct json *j, const struct row *row, const struct setting *s)
{
	if (row->kind == ROW_BOOL)
		json_bool(j, row->name, s->flag);
	else if (row->kind == ROW_TEXT)
		json_text(j, row->name, s->text);
	else
		write_scalar(j, row->name, s->text);
}

static void write_items(struct json *j, const struct setting_list *l)
{
	for (size_t i = 0; l && i < l->count; i++)
		json_text(j, NULL, l->items[i].text);
}

/* false: nobody has such a list. */
static bool write_list(struct json *j, const struct pair *p, const struct row *row)
{
	const struct setting_list *own = at(p->own, row), *all = at(p->all, row);
	bool mine = own && own->key;

	if (!mine && !all->key)
		return false;
	if (row->kind == ROW_JOINED && !all->count && (!mine || !own->count))
		return false;
	json_array(j, row->name);
	if (row->kind == ROW_JOINED || row->kind == ROW_JOINED_KEPT || !mine)
		write_items(j, all);
	if (mine)
		write_items(j, own);
	json_array_end(j);
	return true;
}

/* Several commands are one text, a line each. */
static bool write_lines(struct json *j, const struct pair *p, const struct row *row)
{
	const struct setting_list *own = at(p->own, row), *all = at(p->all, row);
	const struct setting_list *l = own && own->key ? own : all;
	autobuf struct buf text = {0};

	if (!l->key)
		return false;
	buf_puts(&text, "");
	for (size_t i = 0; i < l->count; i++)
		buf_printf(&text, "%s%s", i ? "\n" : "", l->items[i].text);
	json_text(j, row->name, text.data);
	return true;
}

/* A limit that was written as {soft, hard} stays so. */
static void write_entry(struct json *j, const struct row *row, const struct setting_entry *e)
{
	const char *text = e->setting.text, *colon = strchr(text, ':');
	autofree char *soft = strndup(text, colon ? (size_t)(colon - text) : strlen(text));

	if (row->kind == ROW_STRINGS) {
		json_text(j, e->entry.name, text);
		return;
	}
	if (!e->setting.word || !soft) {
		write_scalar(j, e->entry.name, text);
		return;
	}
	json_object(j, e->entry.name);
	if (e->setting.word & 1)
		json_raw(j, "soft", soft);
	if (e->setting.word & 2)
		json_raw(j, "hard", colon ? colon + 1 : soft);
	json_object_end(j);
}

static bool write_entries(struct json *j, const struct pair *p, const struct row *row)
{
	const struct entries *own = at(p->own, row), *all = at(p->all, row);
	const struct setting_entry *items = all->items;
	bool mine = own && own->key;

	if (!mine && !all->key)
		return false;
	json_object(j, row->name);
	for (size_t i = 0; i < all->count; i++)
		if (!mine || !entries_find(own, items[i].entry.name, sizeof(*items)))
			write_entry(j, row, &items[i]);
	/* The built-in one is everybody's: only theirs take its place. */
	if (row->kind == ROW_STRINGS && !all->key && !entries_find(own, "LANG", sizeof(*items)))
		json_text(j, "LANG", "C.UTF-8");
	items = mine ? own->items : NULL;
	for (size_t i = 0; mine && i < own->count; i++)
		write_entry(j, row, &items[i]);
	json_object_end(j);
	return true;
}

static bool write_row(struct json *j, const struct pair *p, const struct row *row)
{
	const struct setting *s;

	if (row->kind == ROW_LIST || row->kind == ROW_JOINED || row->kind == ROW_JOINED_KEPT)
		return write_list(j, p, row);
	if (row->kind == ROW_ENTRIES || row->kind == ROW_STRINGS)
		return write_entries(j, p, row);
	if (row->kind == ROW_LINES)
		return write_lines(j, p, row);
	s = setting_of(p, row);
	if (s)
		write_setting(j, row, s);
	return s;
}

static void write_rows(struct json *j, const struct dialect *d, const struct pair *p,
		       const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];

		if ((d->flags & row->needs) != row->needs || d->flags & row->without ||
		    write_row(j, p, row))
			continue;
		if (row->builtin)
			json_raw(j, row->name, row->builtin);
		else if (row->offset == AT(docker.image))
			json_text(j, row->name, d->image);
		else if (row->offset == AT(docker.container_prefix))
			json_text(j, row->name, d->container_prefix);
	}
}

void container_settings_write(const struct config *c, const struct agent_settings *agent,
			      enum sandbox_scope scope, struct json *j)
{
	const struct dialect *d = dialect_of(c);
	const struct pair p = {
		.own = agent && scope != SCOPE_SHARED ? &agent->sandbox : NULL,
		.all = &c->sandbox,
	};

	json_object(j, "docker");
	write_rows(j, d, &p, docker_rows, ARRAY_SIZE(docker_rows));
	json_object_end(j);
	json_object(j, "browser");
	write_rows(j, d, &p, browser_rows, ARRAY_SIZE(browser_rows));
	json_object_end(j);
	json_object(j, "prune");
	write_rows(j, d, &p, prune_rows, ARRAY_SIZE(prune_rows));
	json_object_end(j);
}
