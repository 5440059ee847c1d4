// SPDX-License-Identifier: GPL-2.0-only
/* Agents: which id is each known by, and which one is it? */
#include "config/roster.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

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

struct order_key {
	const char *name;
	size_t index;
};

static int order_compare(const void *a, const void *b)
{
	const struct order_key *x = a, *y = b;
	int r = strcmp(x->name, y->name);

	return r ? r : (x->index > y->index) - (x->index < y->index);
}

static struct entry *entry_at(const struct entries *e, size_t size, size_t i)
{
	return (struct entry *)((char *)e->items + i * size);
}

static int roster_order(struct decode *d, struct entries *e, size_t size, size_t **ret_order)
{
	autofree struct order_key *keys = calloc(e->count + 1, sizeof(*keys));
	autofree size_t *order = calloc(e->count + 1, sizeof(*order));

	if (!keys || !order)
		return err_set(d->err, ENOMEM, "out of memory");
	for (size_t i = 0; i < e->count; i++) {
		struct entry *entry = entry_at(e, size, i);
		char *id = agent_id_normalize(entry->name, strlen(entry->name));

		if (!id)
			return err_set(d->err, ENOMEM, "out of memory");
		free(entry->name);
		entry->name = id;
		keys[i] = (struct order_key){.name = id, .index = i};
	}
	qsort(keys, e->count, sizeof(*keys), order_compare);
	for (size_t i = 0; i < e->count; i++)
		order[i] = keys[i].index;
	*ret_order = TAKE_PTR(order);
	return 0;
}

/* Drops all but the first of entries with the same name, and keeps the order right. */
static void roster_drop_doubles(struct decode *d, struct entries *e, const struct field *f,
				size_t *order)
{
	size_t size = field_item_size(f), kept = 0, sorted = 0;
	autofree size_t *moved = calloc(e->count + 1, sizeof(*moved));
	autofree bool *twice = calloc(e->count + 1, sizeof(*twice));

	if (!moved || !twice)
		return; /* the first one is found all the same: equal names sort by index */
	for (size_t i = 1; i < e->count; i++) {
		struct entry *one = entry_at(e, size, order[i - 1]);
		struct entry *two = entry_at(e, size, order[i]);

		if (strcmp(one->name, two->name))
			continue;
		twice[order[i]] = true;
		warnings_add(d->warnings, two->pos, "agent \"%s\" is there already: %s is ignored",
			     two->name, two->key);
	}
	for (size_t i = 0; i < e->count; i++)
		if (!twice[order[i]])
			order[sorted++] = order[i];
	for (size_t i = 0; i < e->count; i++) {
		moved[i] = kept;
		if (twice[i])
			field_item_free(f, entry_at(e, size, i));
		else
			memmove(entry_at(e, size, kept++), entry_at(e, size, i), size);
	}
	for (size_t i = 0; i < sorted; i++)
		order[i] = moved[order[i]];
	e->count = kept;
}

int roster_sort(struct decode *d, struct entries *e, const struct field *f, size_t **ret_order)
{
	int r = roster_order(d, e, field_item_size(f), ret_order);

	if (!r)
		roster_drop_doubles(d, e, f, *ret_order);
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

static const void *ordered_find(const struct entries *e, const size_t *order, size_t size,
				const char *name)
{
	size_t low = 0, high = e->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct entry *entry = entry_at(e, size, order[middle]);
		int r = strcmp(name, entry->name);

		if (!r)
			return entry;
		if (r < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct agent_settings *config_find_agent(const struct config *c, const char *id)
{
	return ordered_find(&c->agents, c->agent_order, sizeof(struct agent_settings), id);
}

const struct claw_settings *config_find_claw_agent(const struct config *c, const char *id)
{
	return ordered_find(&c->claw_agents, c->claw_agent_order, sizeof(struct claw_settings), id);
}

const void *entries_find(const struct entries *e, const char *name, size_t size)
{
	for (size_t i = 0; i < e->count; i++)
		if (!strcmp(entry_at(e, size, i)->name, name))
			return entry_at(e, size, i);
	return NULL;
}
