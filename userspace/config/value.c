// SPDX-License-Identifier: GPL-2.0-only
/* Strings, numbers, booleans and lists of them: from the tree into settings, or an error. */
#include "config/value.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "util/cleanup.h"
#include "util/nearest.h"
#include "util/utf8.h"

void setting_clear(struct setting *s)
{
	free(s->key);
	free(s->text);
	*s = (struct setting){0};
}

void setting_list_clear(struct setting_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		setting_clear(&l->items[i]);
	free(l->items);
	free(l->key);
	*l = (struct setting_list){0};
}

int value_error(struct decode *d, struct pos pos, const struct key_path *path, const char *fix,
		const char *fmt, ...)
{
	autofree char *key = key_path_text(path), *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL; /* left undefined */
	va_end(ap);
	if (!key || !text)
		return err_set(d->err, ENOMEM, "out of memory");
	err_set(d->err, EINVAL, "%s", text);
	err_at(d->err, pos);
	err_key(d->err, "%s", key);
	return err_fix(d->err, "%s", fix);
}

int value_wrong_type(struct decode *d, const struct node *n, const struct key_path *path,
		     const char *expected)
{
	return value_error(d, n->pos, path, "", "must be %s, not %s", expected,
			   node_type_name(n->type));
}

static int out_of_memory(struct decode *d)
{
	return err_set(d->err, ENOMEM, "out of memory");
}

static int decode_text(struct decode *d, const struct field *f, const struct node *n,
		       const struct key_path *path, struct setting *s)
{
	int r;

	if (n->type != NODE_STRING)
		return value_wrong_type(d, n, path, "a string");
	if (strlen(n->string.bytes) != n->string.len)
		return value_error(d, n->pos, path, "", "must not contain a NUL character");
	s->text = strdup(n->string.bytes);
	if (!s->text)
		return out_of_memory(d);
	if (!f->check)
		return 0;
	r = f->check(s, d->sources, d->err);
	if (r && d->err->code != ENOMEM) {
		autofree char *key = key_path_text(path);

		err_at(d->err, n->pos);
		err_key(d->err, "%s", key ? key : "");
	}
	return r;
}

static int decode_number(struct decode *d, const struct field *f, const struct node *n,
			 const struct key_path *path, struct setting *s)
{
	char text[32];

	if (n->type != NODE_NUMBER)
		return value_wrong_type(d, n, path, "a number");
	if (!isfinite(n->number) || n->number < f->min)
		return value_error(d, n->pos, path, "", "must be a number of at least %g", f->min);
	s->number = n->number;
	snprintf(text, sizeof(text), "%.15g", n->number);
	s->text = strdup(text);
	return s->text ? 0 : out_of_memory(d);
}

static int decode_bool(struct decode *d, const struct node *n, const struct key_path *path,
		       struct setting *s)
{
	if (n->type != NODE_BOOL)
		return value_wrong_type(d, n, path, "true or false");
	s->flag = n->boolean;
	s->text = strdup(n->boolean ? "true" : "false");
	return s->text ? 0 : out_of_memory(d);
}

static int decode_word(struct decode *d, const struct field *f, const struct node *n,
		       const struct key_path *path, struct setting *s)
{
	autobuf struct buf allowed = {0}, shown = {0}, fix = {0};
	const char *nearest;
	size_t count = 0;

	if (n->type != NODE_STRING && n->type != NODE_BOOL && n->type != NODE_NUMBER)
		return value_wrong_type(d, n, path, "a string");
	for (; f->words[count]; count++) {
		buf_printf(&allowed, "%s\"%s\"", count ? ", " : "", f->words[count]);
		if (n->type != NODE_STRING || n->string.len != strlen(f->words[count]) ||
		    strcmp(n->string.bytes, f->words[count]))
			continue;
		s->word = (int)count;
		s->text = strdup(n->string.bytes);
		return s->text ? 0 : out_of_memory(d);
	}
	if (n->type != NODE_STRING)
		return value_error(d, n->pos, path, "", "must be one of %s, not %s", allowed.data,
				   node_type_name(n->type));
	utf8_quote(&shown, n->string.bytes, n->string.len, 60);
	nearest = nearest_name(n->string.bytes, f->words, count);
	if (nearest)
		buf_printf(&fix, "did you mean \"%s\"?", nearest);
	return value_error(d, n->pos, path, fix.data ? fix.data : "", "must be one of %s, not %s",
			   allowed.data ? allowed.data : "", shown.data ? shown.data : "");
}

/*
 * A limit of the container: 1024, "1024:2048" or {soft, hard}; kept in docker's own spelling.
 * `word` says how it was written: 0 as one value, else 1 for soft, 2 for hard.
 */
static int decode_ulimit(struct decode *d, const struct field *f, const struct node *n,
			 const struct key_path *path, struct setting *s)
{
	const struct node *soft = node_get(n, "soft"), *hard = node_get(n, "hard");
	char text[64];

	if (n->type == NODE_STRING)
		return decode_text(d, f, n, path, s);
	if (n->type == NODE_NUMBER)
		return decode_number(d, f, n, path, s);
	if (n->type != NODE_OBJECT || (soft && soft->type != NODE_NUMBER) ||
	    (hard && hard->type != NODE_NUMBER))
		return value_wrong_type(d, n, path, "a number, a string or {soft, hard}");
	if (soft && hard)
		snprintf(text, sizeof(text), "%.15g:%.15g", soft->number, hard->number);
	else if (soft || hard)
		snprintf(text, sizeof(text), "%.15g", (soft ? soft : hard)->number);
	else
		text[0] = '\0';
	s->word = (soft ? 1 : 0) | (hard ? 2 : 0);
	s->text = strdup(text);
	return s->text ? 0 : out_of_memory(d);
}

static int decode_setting(struct decode *d, const struct field *f, enum field_type type,
			  const struct node *n, const struct key_path *path, struct setting *s)
{
	int r;

	setting_clear(s);
	if (type == FIELD_WORD)
		r = decode_word(d, f, n, path, s);
	else if (type == FIELD_BOOL)
		r = decode_bool(d, n, path, s);
	else if (type == FIELD_ULIMIT)
		r = decode_ulimit(d, f, n, path, s);
	else if (type == FIELD_NUMBER || (type == FIELD_SCALAR && n->type == NODE_NUMBER))
		r = decode_number(d, f, n, path, s);
	else
		r = decode_text(d, f, n, path, s);
	if (r)
		return r;
	s->pos = n->pos;
	s->key = key_path_text(path);
	return s->key ? 0 : out_of_memory(d);
}

static int decode_list(struct decode *d, const struct field *f, enum field_type type,
		       const struct node *n, const struct key_path *path, struct setting_list *l)
{
	enum field_type item_type = type == FIELD_SENDERS ? FIELD_SCALAR : FIELD_TEXT;
	const struct node *item;
	int r = 0;

	setting_list_clear(l);
	if (n->type != NODE_ARRAY && !(type == FIELD_LINES && n->type == NODE_STRING))
		return value_wrong_type(d, n, path,
					type == FIELD_SENDERS ? "a list of strings or numbers"
							      : "a list of strings");
	l->pos = n->pos;
	l->key = key_path_text(path);
	l->items = calloc(n->type == NODE_ARRAY && n->array.count ? n->array.count : 1,
			  sizeof(*l->items));
	if (!l->key || !l->items)
		return out_of_memory(d);
	if (n->type == NODE_STRING)
		return decode_setting(d, f, FIELD_TEXT, n, path, &l->items[l->count++]);
	node_for_each_item (n, item) {
		struct key_path at = {.up = path, .index = i_item};

		r = decode_setting(d, f, item_type, item, &at, &l->items[l->count++]);
		if (r)
			break;
	}
	return r;
}

int value_decode(struct decode *d, const struct field *f, enum field_type type,
		 const struct node *n, const struct key_path *path, void *into)
{
	if (type == FIELD_LIST || type == FIELD_SENDERS || type == FIELD_LINES)
		return decode_list(d, f, type, n, path, into);
	return decode_setting(d, f, type, n, path, into);
}
