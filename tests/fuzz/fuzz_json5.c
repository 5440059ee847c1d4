// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does any text crash the JSON5 reader, or lead it astray? What it accepts must keep to the limits
 * and mean the same when it is written out and read again; what it refuses must say where and why.
 */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "config/json5.h"
#include "util/buf.h"
#include "util/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_string(struct buf *b, const char *s, size_t len)
{
	buf_putc(b, '"');
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '"' || s[i] == '\\')
			buf_putc(b, '\\');
		if (s[i] == '\n' || s[i] == '\r')
			buf_puts(b, s[i] == '\n' ? "\\n" : "\\r");
		else
			buf_putc(b, s[i]);
	}
	buf_putc(b, '"');
}

static void write_number(struct buf *b, double number)
{
	if (isnan(number))
		buf_puts(b, "NaN");
	else if (isinf(number))
		buf_puts(b, number < 0 ? "-Infinity" : "Infinity");
	else
		buf_printf(b, "%.17g", number);
}

static void check_string(const char *s, size_t len)
{
	unsigned int c;
	int size;

	assert(s[len] == '\0');
	for (size_t i = 0; i < len; i += (size_t)size) {
		size = utf8_decode(s + i, len - i, &c);
		assert(size);
	}
}

static void write_tree(struct buf *b, const struct node *n, unsigned int depth)
{
	struct node *item;
	struct member *m;

	assert(depth <= NODE_MAX_DEPTH && n->pos.line && n->pos.column && n->pos.file);
	if (n->type == NODE_NULL)
		buf_puts(b, "null");
	if (n->type == NODE_BOOL)
		buf_puts(b, n->boolean ? "true" : "false");
	if (n->type == NODE_NUMBER)
		write_number(b, n->number);
	if (n->type == NODE_STRING) {
		check_string(n->string.bytes, n->string.len);
		write_string(b, n->string.bytes, n->string.len);
	}
	if (n->type == NODE_ARRAY) {
		buf_putc(b, '[');
		node_for_each_item (n, item) {
			write_tree(b, item, depth + 1);
			buf_putc(b, ',');
		}
		buf_putc(b, ']');
	}
	if (n->type == NODE_OBJECT) {
		buf_putc(b, '{');
		node_for_each_member (n, m) {
			check_string(m->key, m->key_len);
			write_string(b, m->key, m->key_len);
			buf_putc(b, ':');
			write_tree(b, m->value, depth + 1);
			buf_putc(b, ',');
		}
		buf_putc(b, '}');
	}
}

static void check_accepted(const struct node *root)
{
	autobuf struct buf once = {0}, twice = {0};
	autonode struct node *again = NULL;
	struct err err = {0};
	int r;

	write_tree(&once, root, 0);
	r = json5_read("again", once.data, once.len, &again, NULL, &err);
	assert(!r);
	write_tree(&twice, again, 0);
	assert(once.len == twice.len && !memcmp(once.data, twice.data, once.len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autowarnings struct warnings w = {0};
	autonode struct node *root = NULL;
	struct err err = {0};
	int r = json5_read("text", (const char *)data, size, &root, &w, &err);

	if (r) {
		assert(!root && err.code == -r && err.message[0]);
		assert(err.line <= size + 1 && err.column <= size + 1 && err.line && err.column);
		return 0;
	}
	assert(root && !err.code);
	check_accepted(root);
	return 0;
}
