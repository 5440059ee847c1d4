/* SPDX-License-Identifier: GPL-2.0-only */
/* A tree as one line of text, so that a table can say what is expected. */
#ifndef CLAWBPF_TESTS_TREE_H
#define CLAWBPF_TESTS_TREE_H

#include "config/node.h"
#include "util/buf.h"
#include "util/utf8.h"

/* {"a": [1, "x", null]}; with `places`, each key and value is followed by @line:column. */
static inline void tree_text(struct buf *b, const struct node *n, bool places)
{
	struct node *item;
	struct member *m;

	switch (n->type) {
	case NODE_NULL:
		buf_puts(b, "null");
		break;
	case NODE_BOOL:
		buf_puts(b, n->boolean ? "true" : "false");
		break;
	case NODE_NUMBER:
		buf_printf(b, "%.17g", n->number);
		break;
	case NODE_STRING:
		utf8_quote(b, n->string.bytes, n->string.len, 0);
		break;
	case NODE_ARRAY:
		buf_putc(b, '[');
		node_for_each_item (n, item) {
			buf_puts(b, item == n->array.items[0] ? "" : ", ");
			tree_text(b, item, places);
		}
		buf_putc(b, ']');
		break;
	case NODE_OBJECT:
		buf_putc(b, '{');
		node_for_each_member (n, m) {
			buf_puts(b, m == n->object.members ? "" : ", ");
			utf8_quote(b, m->key, m->key_len, 0);
			if (places)
				buf_printf(b, "@%u:%u", m->pos.line, m->pos.column);
			buf_puts(b, ": ");
			tree_text(b, m->value, places);
		}
		buf_putc(b, '}');
		break;
	}
	if (places)
		buf_printf(b, "@%u:%u", n->pos.line, n->pos.column);
}

#endif
