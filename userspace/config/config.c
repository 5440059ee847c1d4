// SPDX-License-Identifier: GPL-2.0-only
/* Freeing a config document, by the same tables that filled it. */
#include "config/config.h"

#include <stdlib.h>

#include "config/schema.h"
#include "config/value.h"

static void object_free(const struct schema *schema, void *object);

void field_item_free(const struct field *f, void *at)
{
	struct entry *entry = at;
	char *item = at;

	free(entry->name);
	free(entry->key);
	item += field_item_value(f);
	if (f->schema)
		object_free(f->schema, item);
	else if (f->each == FIELD_LIST || f->each == FIELD_SENDERS)
		setting_list_clear((struct setting_list *)item);
	else
		setting_clear((struct setting *)item);
}

static void entries_free(const struct field *f, struct entries *e)
{
	for (size_t i = 0; i < e->count; i++)
		field_item_free(f, (char *)e->items + i * field_item_size(f));
	free(e->items);
	free(e->order);
	free(e->folded);
	free(e->key);
	*e = (struct entries){0};
}

static void field_free(const struct field *f, void *at)
{
	switch (f->type) {
	case FIELD_IGNORED:
	case FIELD_REFUSED:
		return;
	case FIELD_OBJECT:
		object_free(f->schema, at);
		return;
	case FIELD_ENTRIES:
	case FIELD_ROSTER:
		entries_free(f, at);
		return;
	case FIELD_LIST:
	case FIELD_SENDERS:
	case FIELD_LINES:
		setting_list_clear(at);
		return;
	default:
		setting_clear(at);
	}
}

static void object_free(const struct schema *schema, void *object)
{
	for (size_t i = 0; i < schema->count; i++)
		field_free(&schema->fields[i], (char *)object + schema->fields[i].offset);
	if (schema->placed) {
		char **key = object;

		free(*key);
		*key = NULL;
	}
}

void config_free(struct config **c)
{
	if (!*c)
		return;
	object_free(&config_schema, *c);
	free((*c)->home);
	free((*c)->state_dir);
	for (int i = 0; i < DIALECT_COUNT; i++)
		warnings_free(&(*c)->foreign[i]);
	free(*c);
	*c = NULL;
}
