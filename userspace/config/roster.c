// SPDX-License-Identifier: GPL-2.0-only
/* Agents: which id is each known by, and which one is it? */
#include "config/roster.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "config/entries.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/nearest.h"
#include "util/utf8.h"

#define AGENT_ID_MAX 64

static bool is_id_byte(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* An id that is well formed but for its case keeps its dashes, at the end too. */
static bool is_well_formed(const char *id, size_t len)
{
	if (!len || len > AGENT_ID_MAX || !isalnum((unsigned char)*id))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_id_byte((unsigned char)tolower((unsigned char)id[i])))
			return false;
	return true;
}

char *agent_id_normalize(const char *text, size_t len)
{
	autofree char *id = NULL;
	char *start, *end;
	bool well_formed;

	while (len && isspace((unsigned char)*text))
		text++, len--;
	while (len && isspace((unsigned char)text[len - 1]))
		len--;
	well_formed = is_well_formed(text, len);
	id = malloc(len + 1);
	if (!id)
		return NULL;
	end = id;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)tolower((unsigned char)text[i]);

		if (is_id_byte(c))
			*end++ = (char)c;
		else if (!i || is_id_byte((unsigned char)tolower((unsigned char)text[i - 1])))
			*end++ = '-'; /* one for a whole run of other characters */
	}
	start = id;
	while (!well_formed && start < end && *start == '-')
		start++;
	while (!well_formed && end > start && end[-1] == '-')
		end--;
	if (end - start > AGENT_ID_MAX)
		end = start + AGENT_ID_MAX;
	return end > start ? strndup(start, (size_t)(end - start)) : strdup("main");
}

static int roster_normalize(struct decode *d, struct entries *e, size_t size)
{
	for (size_t i = 0; i < e->count; i++) {
		struct entry *entry = entries_at(e, size, i);
		char *id = agent_id_normalize(entry->name, strlen(entry->name));

		if (!id)
			return err_set(d->err, ENOMEM, "out of memory");
		free(entry->name);
		entry->name = id;
	}
	return 0;
}

/* Drops all but the first of entries with the same name. The order is to be made anew. */
static int roster_drop_doubles(struct decode *d, struct entries *e, const struct field *f)
{
	size_t size = field_item_size(f), kept = 0;
	autofree bool *twice = calloc(e->count + 1, sizeof(*twice));

	if (!twice)
		return err_set(d->err, ENOMEM, "out of memory");
	for (size_t i = 1; i < e->count; i++) {
		struct entry *one = entries_at(e, size, e->order[i - 1]);
		struct entry *two = entries_at(e, size, e->order[i]);

		if (strcmp(one->name, two->name))
			continue;
		twice[e->order[i]] = true;
		warnings_add(d->warnings, two->pos, "agent \"%s\" is there already: %s is ignored",
			     two->name, two->key);
		if (f->schema == &agent_schema)
			warnings_add(&d->foreign[DIALECT_OPENCLAW], two->pos,
				     "%s: the agent id \"%s\" is there already", two->key,
				     two->name);
	}
	for (size_t i = 0; i < e->count; i++) {
		if (twice[i])
			field_item_free(f, entries_at(e, size, i));
		else
			memmove(entries_at(e, size, kept++), entries_at(e, size, i), size);
	}
	e->count = kept;
	return 0;
}

int roster_sort(struct decode *d, struct entries *e, const struct field *f)
{
	size_t size = field_item_size(f);
	int r;

	if (!e->key)
		return 0;
	r = roster_normalize(d, e, size);
	if (!r && entries_sort(e, size))
		r = err_set(d->err, ENOMEM, "out of memory");
	if (!r)
		r = roster_drop_doubles(d, e, f);
	if (!r && entries_sort(e, size))
		r = err_set(d->err, ENOMEM, "out of memory");
	return r;
}

static int unknown_agent(struct decode *d, const struct config *c, const struct entry *entry)
{
	const struct agent_settings *agents = c->agents.items;
	autofree const char **names = calloc(c->agents.count + 1, sizeof(*names));
	autobuf struct buf fix = {0}, shown = {0};
	const char *nearest;

	if (!names)
		return err_set(d->err, ENOMEM, "out of memory");
	for (size_t i = 0; i < c->agents.count; i++)
		names[i] = agents[i].entry.name;
	utf8_quote(&shown, entry->name, strlen(entry->name), 60);
	nearest = nearest_name(entry->name, names, c->agents.count);
	if (nearest)
		buf_printf(&fix, "did you mean \"%s\"? ", nearest);
	buf_puts(&fix, "agents:");
	for (size_t i = 0; i < c->agents.count && i < 20; i++)
		buf_printf(&fix, "%s %s", i ? "," : "", names[i]);
	err_set(d->err, EINVAL, "there is no agent %s in %s", shown.data ? shown.data : "",
		c->agents.key);
	err_at(d->err, entry->pos);
	err_key(d->err, "%s", entry->key);
	return err_fix(d->err, "%s", fix.data ? fix.data : "");
}

int roster_check_claw(struct decode *d, const struct config *c)
{
	const struct claw_settings *claw = c->claw_agents.items;

	for (size_t i = 0; c->agents.count && i < c->claw_agents.count; i++)
		if (!config_find_agent(c, claw[i].entry.name))
			return unknown_agent(d, c, &claw[i].entry);
	return 0;
}
