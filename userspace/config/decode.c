// SPDX-License-Identifier: GPL-2.0-only
/* What does the tree say? It is walked beside the tables of schema.c, into a struct config. */
#include "config/config.h"

#include <errno.h>
#include <string.h>

#include "config/choice.h"
#include "config/entries.h"
#include "config/path.h"
#include "config/roster.h"
#include "config/schema.h"
#include "config/slip.h"
#include "config/value.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/fold.h"
#include "util/nearest.h"
#include "util/utf8.h"

static int decode_object(struct decode *d, const struct schema *schema, const struct node *n,
			 const struct key_path *path, void *into);

static int entry_name(struct entry *entry, const char *name, const struct node *n,
		      const struct key_path *path, struct decode *d)
{
	entry->name = strdup(name);
	entry->key = key_path_text(path);
	entry->pos = n->pos;
	return entry->name && entry->key ? 0 : err_set(d->err, ENOMEM, "out of memory");
}

static int entries_start(struct decode *d, struct entries *e, const struct node *n,
			 const struct key_path *path)
{
	if (e->key) /* agents.list and agents.entries fill one roster */
		return 0;
	e->pos = n->pos;
	e->key = key_path_text(path);
	return e->key ? 0 : err_set(d->err, ENOMEM, "out of memory");
}

static int entry_trim(struct entry *entry, struct decode *d)
{
	char *name = text_trimmed(entry->name);

	if (!name)
		return err_set(d->err, ENOMEM, "out of memory");
	free(entry->name);
	entry->name = name;
	return 0;
}

static int decode_entry(struct decode *d, const struct field *f, const struct node *n,
			const struct key_path *path, struct entries *into)
{
	char *item = entries_add(into, field_item_size(f));
	int r;

	if (!item)
		return err_set(d->err, ENOMEM, "out of memory");
	r = entry_name((struct entry *)item, path->name, n, path, d);
	if (!r && f->trimmed)
		r = entry_trim((struct entry *)item, d);
	if (r)
		return r;
	item += field_item_value(f);
	if (f->each != FIELD_OBJECT)
		return value_decode(d, f, f->each, n, path, item);
	if (n->type != NODE_OBJECT)
		return value_wrong_type(d, n, path, "an object");
	return decode_object(d, f->schema, n, path, item);
}

static int decode_entries(struct decode *d, const struct field *f, const struct node *n,
			  const struct key_path *path, void *into)
{
	const struct member *m;
	int r;

	if (n->type != NODE_OBJECT)
		return f->lenient ? 0 : value_wrong_type(d, n, path, "an object");
	r = entries_start(d, into, n, path);
	if (r)
		return r;
	node_for_each_member (n, m) {
		struct key_path at = {.up = path, .name = m->key};

		if (f->lenient && f->each == FIELD_OBJECT && m->value->type != NODE_OBJECT)
			continue;
		r = decode_entry(d, f, m->value, &at, into);
		if (r)
			return r;
	}
	if (entries_sort(into, field_item_size(f)))
		return err_set(d->err, ENOMEM, "out of memory");
	return 0;
}

static int decode_roster(struct decode *d, const struct field *f, const struct node *n,
			 const struct key_path *path, void *into)
{
	int r;

	if (n->type != NODE_ARRAY)
		return value_wrong_type(d, n, path, "a list of objects");
	r = entries_start(d, into, n, path);
	for (size_t i = 0; !r && i < n->array.count; i++) {
		struct key_path at = {.up = path, .index = i};
		struct key_path id_at = {.up = &at, .name = "id"};
		const struct node *item = n->array.items[i], *id;
		void *entry;

		if (item->type != NODE_OBJECT)
			return value_wrong_type(d, item, &at, "an object");
		id = node_get(item, "id");
		if (!id)
			return value_error(d, item->pos, &at, "add `id: \"NAME\"`",
					   "this agent has no id");
		if (id->type != NODE_STRING)
			return value_wrong_type(d, id, &id_at, "a string");
		entry = entries_add(into, f->schema->size);
		if (!entry)
			return err_set(d->err, ENOMEM, "out of memory");
		r = entry_name(entry, id->string.bytes, item, &at, d);
		if (!r)
			r = decode_object(d, f->schema, item, &at, entry);
	}
	return r;
}

static int decode_field(struct decode *d, const struct field *f, const struct node *n,
			const struct key_path *path, void *into)
{
	switch (f->type) {
	case FIELD_IGNORED:
		return 0;
	case FIELD_REFUSED:
		return value_error(d, n->pos, path, f->hint, "this key decides nothing");
	case FIELD_OBJECT:
		if (n->type != NODE_OBJECT)
			return value_wrong_type(d, n, path, "an object");
		return decode_object(d, f->schema, n, path, into);
	case FIELD_ENTRIES:
		return decode_entries(d, f, n, path, into);
	case FIELD_ROSTER:
		return decode_roster(d, f, n, path, into);
	default:
		return value_decode(d, f, f->type, n, path, into);
	}
}

/* Fills names with the keys of a schema that count for something, or with all of them. */
static size_t schema_names(const struct schema *s, bool all, const char *names[SCHEMA_NAMES_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < s->count && count < SCHEMA_NAMES_MAX; i++)
		if (all ||
		    (s->fields[i].type != FIELD_IGNORED && s->fields[i].type != FIELD_REFUSED))
			names[count++] = s->fields[i].name;
	return count;
}

static bool names_one_slip(const char *const *names, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (is_slip_of(word, names[i]))
			return true;
	return false;
}

static int decode_unknown(struct decode *d, const struct schema *s, const struct member *m,
			  const struct key_path *path)
{
	const char *names[SCHEMA_NAMES_MAX];
	size_t count = schema_names(s, false, names);
	autobuf struct buf fix = {0}, shown = {0};
	const char *nearest;

	if (s->unknown == UNKNOWN_GUARDED && !names_one_slip(names, count, m->key))
		return 0;
	utf8_quote(&shown, m->key, m->key_len, 60);
	if (s->unknown == UNKNOWN_WARNED && m->value->type == NODE_OBJECT &&
	    !names_one_slip(names, count, m->key)) {
		warnings_add(d->warnings, m->pos, "%s is not known here and decides nothing",
			     shown.data ? shown.data : "a key");
		return 0;
	}
	nearest = nearest_name(m->key, names, count);
	if (nearest)
		buf_printf(&fix, "did you mean \"%s\"? ", nearest);
	count = schema_names(s, s->unknown != UNKNOWN_GUARDED, names);
	buf_puts(&fix, "known:");
	for (size_t i = 0; i < count; i++)
		buf_printf(&fix, "%s %s", i ? "," : "", names[i]);
	return value_error(d, m->pos, path, fix.data ? fix.data : "", "unknown key %s",
			   shown.data ? shown.data : "");
}

static const struct field *schema_find(const struct schema *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (!strcmp(s->fields[i].name, name))
			return &s->fields[i];
	return NULL;
}

static bool is_foreign(const struct schema *s, const struct field *f, int dialect, const char *key)
{
	if (s->products)
		return !product_takes(s->products, dialect, key);
	return f && f->not_in & 1u << dialect;
}

/* The product says it of the object that has the key: `agents: Unrecognized key: "entries"`. */
static int note_foreign(struct decode *d, const struct schema *s, const struct field *f,
			const struct member *m, const struct key_path *object)
{
	autofree char *key = NULL;

	for (int i = DIALECT_NATIVE + 1; i < DIALECT_COUNT; i++) {
		if (!is_foreign(s, f, i, m->key))
			continue;
		if (!key)
			key = object ? key_path_text(object) : strdup("<root>");
		if (!key)
			return err_set(d->err, ENOMEM, "out of memory");
		warnings_add(&d->foreign[i], m->pos, "%s: Unrecognized key: \"%s\"", key, m->key);
	}
	return 0;
}

/* Two spellings of one key: the real one wins, and somebody should know. */
static bool is_shadowed(struct decode *d, const struct field *f, const struct node *n,
			const struct member *m)
{
	if (!f->instead || !node_get(n, f->instead))
		return false;
	warnings_add(d->warnings, m->pos, "\"%s\" is ignored beside \"%s\", which means the same",
		     f->name, f->instead);
	return true;
}

static int decode_object(struct decode *d, const struct schema *schema, const struct node *n,
			 const struct key_path *path, void *into)
{
	const struct member *m;
	int r;

	if (schema->placed) {
		struct setting_list *place = into; /* starts with key and pos, as all placed do */

		place->pos = n->pos;
		place->key = key_path_text(path);
		if (!place->key)
			return err_set(d->err, ENOMEM, "out of memory");
	}
	node_for_each_member (n, m) {
		struct key_path at = {.up = path, .name = m->key};
		const struct field *f = NULL;

		if (strlen(m->key) == m->key_len)
			f = schema_find(schema, m->key);
		r = note_foreign(d, schema, f, m, path);
		if (!r && !f)
			r = decode_unknown(d, schema, m, &at);
		if (r)
			return r;
		if (!f)
			continue;
		if (is_shadowed(d, f, n, m))
			continue;
		r = decode_field(d, f, m->value, &at, (char *)into + f->offset);
		if (r)
			return r;
	}
	return 0;
}

static const struct field roster_field = {.schema = &agent_schema, .each = FIELD_OBJECT};
static const struct field claw_roster_field = {.schema = &claw_agent_schema, .each = FIELD_OBJECT};

/* What holds between the parts of a document. */
static int decode_finish(struct decode *d, struct config *c)
{
	int r = roster_sort(d, &c->agents, &roster_field);

	if (!r)
		r = roster_sort(d, &c->claw_agents, &claw_roster_field);
	if (!r)
		r = roster_check_claw(d, c);
	if (!r && c->session.main_key.key && strcmp(c->session.main_key.text, "main"))
		warnings_add(d->warnings, c->session.main_key.pos,
			     "session.mainKey is ignored; the main session is always \"main\"");
	return r;
}

/*
 * Does our block stand in the product's own file? Not in one that only includes it: there all else
 * comes from another file.
 */
static void place_claw_block(struct config *c, const struct node *root)
{
	const struct node *block = node_get(root, "clawbpf");
	const struct member *m;
	bool included = false, beside = false;

	if (!block)
		return;
	node_for_each_member (root, m) {
		bool here = !strcmp(m->value->pos.file, block->pos.file);

		beside |= here && m->value != block;
		included |= !here;
	}
	if (beside || !included)
		c->claw_pos = block->pos;
}

int config_decode_as(const struct node *root, struct sources *s,
		     const struct dialect_choice *choice, struct config **ret, struct warnings *w,
		     struct err *err)
{
	struct config *c autodestroy(config_free) = calloc(1, sizeof(*c));
	struct decode d = {.sources = s, .warnings = w, .err = err};
	int r;

	if (!c)
		return err_set(err, ENOMEM, "out of memory");
	d.foreign = c->foreign;
	if (root->type != NODE_OBJECT)
		return value_wrong_type(&d, root, NULL, "an object");
	c->file = root->pos.file;
	place_claw_block(c, root);
	c->main_key = "main";
	c->speaks = choice->dialect;
	c->speaks_because = choice->because;
	r = decode_object(&d, &config_schema, root, NULL, c);
	if (!r)
		r = decode_finish(&d, c);
	if (!r)
		r = choice_fill_homes(c, s, err);
	if (r)
		return r;
	*ret = TAKE_PTR(c);
	return 0;
}

int config_decode(const struct node *root, struct sources *s, struct config **ret,
		  struct warnings *w, struct err *err)
{
	struct dialect_choice choice;
	int r = choice_make(NULL, root->pos.file, root, &choice, err);

	return r ? r : config_decode_as(root, s, &choice, ret, w, err);
}
