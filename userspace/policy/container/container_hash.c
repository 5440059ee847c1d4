// SPDX-License-Identifier: GPL-2.0-only
/*
 * By which hash does a product know that a container was made with other settings?
 *
 * It is that of the settings as JSON text, sorted as JavaScript's localeCompare sorts.
 */
#include "policy/container/container_hash.h"

#include <ctype.h>
#include <math.h>
#include <sha1.h>
#include <sha2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/cleanup.h"

void number_write(struct buf *b, double number)
{
	char text[40];

	/* The shortest text that is read as the same number again. */
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	if (strchr(text, 'e') && fabs(number) < 1e21 && number == trunc(number))
		snprintf(text, sizeof(text), "%.0f", number);
	buf_puts(b, text);
}

/* --- order ---------------------------------------------------------------------------------- */

/* Punctuation, digits, letters; case decides only where nothing else does. */
static int rank_of(unsigned char ch)
{
	static const char marks[] = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";
	const char *at = strchr(marks, ch);

	if (ch && at)
		return (int)(at - marks) + 1;
	if (isdigit(ch))
		return 100 + ch;
	return isalpha(ch) ? 200 + tolower(ch) : 400 + ch;
}

static int compare_texts(const char *a, const char *b)
{
	size_t i = 0;

	while (a[i] && b[i] && rank_of((unsigned char)a[i]) == rank_of((unsigned char)b[i]))
		i++;
	if (a[i] && b[i])
		return rank_of((unsigned char)a[i]) - rank_of((unsigned char)b[i]);
	if (a[i] || b[i])
		return a[i] ? 1 : -1;
	return -strcmp(a, b); /* "a" before "A" */
}

/* --- text ----------------------------------------------------------------------------------- */

struct writer {
	struct buf out; /* owned */
	bool sorts_lists;
};

static void write_text(struct buf *b, const char *text, size_t len)
{
	static const char plain[] = "\"\\\b\f\n\r\t", named[] = "\"\\bfnrt";

	buf_putc(b, '"');
	for (size_t i = 0; i < len; i++) {
		const char *at = text[i] ? strchr(plain, text[i]) : NULL;

		if (at)
			buf_printf(b, "\\%c", named[at - plain]);
		else if ((unsigned char)text[i] < 0x20)
			buf_printf(b, "\\u%04x", (unsigned char)text[i]);
		else
			buf_putc(b, text[i]);
	}
	buf_putc(b, '"');
}

static int by_key(const void *a, const void *b)
{
	const struct member *const *x = a, *const *y = b;

	return compare_texts((*x)->key, (*y)->key);
}

static int by_text(const void *a, const void *b)
{
	const struct node *const *x = a, *const *y = b;

	return compare_texts((*x)->string.bytes, (*y)->string.bytes);
}

static void write_node(struct writer *w, const struct node *n);

static void write_object(struct writer *w, const struct node *n)
{
	autofree const struct member **order = calloc(n->object.count + 1, sizeof(*order));

	w->out.failed |= !order;
	for (size_t i = 0; order && i < n->object.count; i++)
		order[i] = &n->object.members[i];
	if (order && n->object.count)
		qsort(order, n->object.count, sizeof(*order), by_key);
	buf_putc(&w->out, '{');
	for (size_t i = 0; order && i < n->object.count; i++) {
		buf_puts(&w->out, i ? "," : "");
		write_text(&w->out, order[i]->key, order[i]->key_len);
		buf_putc(&w->out, ':');
		write_node(w, order[i]->value);
	}
	buf_putc(&w->out, '}');
}

static void write_array(struct writer *w, const struct node *n)
{
	autofree const struct node **order = calloc(n->array.count + 1, sizeof(*order));
	bool texts = w->sorts_lists;

	w->out.failed |= !order;
	for (size_t i = 0; order && i < n->array.count; i++) {
		order[i] = n->array.items[i];
		texts = texts && order[i]->type == NODE_STRING;
	}
	if (order && texts && n->array.count)
		qsort(order, n->array.count, sizeof(*order), by_text);
	buf_putc(&w->out, '[');
	for (size_t i = 0; order && i < n->array.count; i++) {
		buf_puts(&w->out, i ? "," : "");
		write_node(w, order[i]);
	}
	buf_putc(&w->out, ']');
}

static void write_node(struct writer *w, const struct node *n)
{
	if (n->type == NODE_OBJECT)
		write_object(w, n);
	else if (n->type == NODE_ARRAY)
		write_array(w, n);
	else if (n->type == NODE_STRING)
		write_text(&w->out, n->string.bytes, n->string.len);
	else if (n->type == NODE_NUMBER)
		number_write(&w->out, n->number);
	else if (n->type == NODE_BOOL)
		buf_puts(&w->out, n->boolean ? "true" : "false");
	else
		buf_puts(&w->out, "null");
}

static void writer_clear(struct writer *w)
{
	buf_free(&w->out);
}

char *container_hash(const struct dialect *d, const struct node *settings)
{
	bool newer = d->flags & DIALECT_SCOPE_HAS_WORKSPACE;
	struct writer w autodestroy(writer_clear) = {.sorts_lists = !newer};
	char hex[SHA256_DIGEST_STRING_LENGTH];

	write_node(&w, settings);
	if (w.out.failed)
		return NULL;
	if (newer)
		SHA256Data((const uint8_t *)w.out.data, w.out.len, hex);
	else
		SHA1Data((const uint8_t *)w.out.data, w.out.len, hex);
	return strdup(hex);
}
