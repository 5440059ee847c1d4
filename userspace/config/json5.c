// SPDX-License-Identifier: GPL-2.0-only
/* JSON5 text to a tree of values that know their line and column. */
#include "config/json5.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "config/cursor.h"
#include "config/members.h"
#include "config/token.h"
#include "util/cleanup.h"
#include "util/utf8.h"

/* Characters of a key that a message shows. */
#define KEY_SHOWN 60

struct reader {
	struct cursor cur;
	struct warnings *w;
	size_t values;
	unsigned int depth;
};

static int read_value(struct reader *rd, struct node **ret);

static int no_memory(struct reader *rd)
{
	return err_set(rd->cur.err, ENOMEM, "out of memory");
}

static int read_string(struct reader *rd, struct node **ret)
{
	autobuf struct buf b = {0};
	struct pos pos = rd->cur.pos;
	int r = token_read_string(&rd->cur, &b, rd->w);

	if (r)
		return r;
	if (b.failed)
		return no_memory(rd);
	*ret = node_string(b.data, b.len, pos);
	return *ret ? 0 : no_memory(rd);
}

static int read_number(struct reader *rd, struct node **ret)
{
	autonode struct node *n = node_new(NODE_NUMBER, rd->cur.pos);
	int r;

	if (!n)
		return no_memory(rd);
	r = token_read_number(&rd->cur, &n->number);
	if (!r)
		*ret = TAKE_PTR(n);
	return r;
}

/* A bare word where a value should be is most often a string whose quotes were forgotten. */
static int word_refused(struct reader *rd)
{
	cursor_expected(&rd->cur, "a value");
	return err_fix(rd->cur.err, "a string needs quotes");
}

static int read_word(struct reader *rd, struct node **ret)
{
	static const struct {
		const char *word;
		enum node_type type;
		bool boolean;
		double number;
	} words[] = {
		{.word = "null", .type = NODE_NULL},
		{.word = "true", .type = NODE_BOOL, .boolean = true},
		{.word = "false", .type = NODE_BOOL},
		{.word = "Infinity", .type = NODE_NUMBER, .number = INFINITY},
		{.word = "NaN", .type = NODE_NUMBER, .number = NAN},
	};
	struct cursor start = rd->cur;
	size_t len;

	while (cursor_at_word(&rd->cur))
		cursor_next(&rd->cur);
	len = (size_t)(rd->cur.at - start.at);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strlen(words[i].word) != len || memcmp(words[i].word, start.at, len))
			continue;
		*ret = node_new(words[i].type, start.pos);
		if (!*ret)
			return no_memory(rd);
		if (words[i].type == NODE_BOOL)
			(*ret)->boolean = words[i].boolean;
		else if (words[i].type == NODE_NUMBER)
			(*ret)->number = words[i].number;
		return 0;
	}
	rd->cur = start;
	return word_refused(rd);
}

/* Behind an element: 1 when another may follow, 0 when the closing bracket was there. */
static int read_separator(struct reader *rd, const struct node *parent)
{
	bool object = parent->type == NODE_OBJECT;
	char close = object ? '}' : ']';
	int r = cursor_skip_space(&rd->cur);

	if (r)
		return r;
	if (rd->cur.c == ',') {
		cursor_next(&rd->cur);
		return 1;
	}
	if (rd->cur.c != (unsigned char)close)
		return cursor_expected(&rd->cur, "\",\" or \"%c\" (the %s begins at %u:%u)", close,
				       object ? "object" : "array", parent->pos.line,
				       parent->pos.column);
	cursor_next(&rd->cur);
	return 0;
}

/* Behind "[". */
static int read_items(struct reader *rd, struct node *array)
{
	int r = cursor_skip_space(&rd->cur);

	while (!r && rd->cur.c != ']') {
		autonode struct node *item = NULL;

		if (rd->cur.c == CURSOR_END || rd->cur.c == ',')
			return cursor_expected(&rd->cur,
					       "a value or \"]\" (the array begins at %u:%u)",
					       array->pos.line, array->pos.column);
		r = read_value(rd, &item);
		if (r)
			return r;
		if (node_array_add(array, &item))
			return no_memory(rd);
		r = read_separator(rd, array);
		if (r <= 0)
			return r;
		r = cursor_skip_space(&rd->cur);
	}
	if (!r)
		cursor_next(&rd->cur);
	return r;
}

static int read_key(struct reader *rd, const struct node *object, struct buf *key)
{
	struct cursor *cur = &rd->cur;
	int r;

	if (cur->c == '"' || cur->c == '\'')
		return token_read_string(cur, key, rd->w);
	if (cur->c == '\\' || cursor_at_word_start(cur))
		return token_read_name(cur, key);
	r = cursor_expected(cur, "a key or \"}\" (the object begins at %u:%u)", object->pos.line,
			    object->pos.column);
	if (cursor_at_word(cur))
		err_fix(cur->err, "a key that is not an identifier needs quotes");
	return r;
}

static int read_colon(struct reader *rd, const struct buf *key)
{
	autobuf struct buf shown = {0};
	int r = cursor_skip_space(&rd->cur);

	if (r)
		return r;
	if (rd->cur.c == ':') {
		cursor_next(&rd->cur);
		return cursor_skip_space(&rd->cur);
	}
	utf8_quote(&shown, key->data, key->len, KEY_SHOWN);
	r = cursor_expected(&rd->cur, "\":\" after the key %s", shown.failed ? "" : shown.data);
	if (rd->cur.c == '-' || rd->cur.c == '.' || rd->cur.c == '/')
		err_fix(rd->cur.err, "a key that is not an identifier needs quotes");
	return r;
}

static int read_member(struct reader *rd, struct node *object)
{
	autonode struct node *value = NULL;
	autobuf struct buf key = {0};
	struct pos pos = rd->cur.pos;
	int r;

	r = read_key(rd, object, &key);
	buf_puts(&key, "");
	if (r)
		return r;
	if (key.failed)
		return no_memory(rd);
	r = read_colon(rd, &key);
	if (r)
		return r;
	r = read_value(rd, &value);
	if (r)
		return r;
	r = node_object_add(object, key.data, key.len, pos, &value);
	return r ? no_memory(rd) : 0;
}

/* Behind "{". */
static int read_members(struct reader *rd, struct node *object)
{
	int r = cursor_skip_space(&rd->cur);

	while (!r && rd->cur.c != '}') {
		r = read_member(rd, object);
		if (r)
			return r;
		r = read_separator(rd, object);
		if (r < 0)
			return r;
		if (r == 0)
			return members_drop_duplicates(object, rd->w) ? no_memory(rd) : 0;
		r = cursor_skip_space(&rd->cur);
	}
	if (r)
		return r;
	cursor_next(&rd->cur);
	return members_drop_duplicates(object, rd->w) ? no_memory(rd) : 0;
}

static int read_nested(struct reader *rd, struct node **ret)
{
	bool object = rd->cur.c == '{';
	autonode struct node *n = node_new(object ? NODE_OBJECT : NODE_ARRAY, rd->cur.pos);
	int r;

	if (!n)
		return no_memory(rd);
	if (rd->depth == NODE_MAX_DEPTH) {
		err_set(rd->cur.err, E2BIG, "nested deeper than %d levels", NODE_MAX_DEPTH);
		return err_at(rd->cur.err, rd->cur.pos);
	}
	rd->depth++;
	cursor_next(&rd->cur);
	r = object ? read_members(rd, n) : read_items(rd, n);
	rd->depth--;
	if (!r)
		*ret = TAKE_PTR(n);
	return r;
}

static int read_value(struct reader *rd, struct node **ret)
{
	unsigned int c = rd->cur.c;

	if (++rd->values > JSON5_MAX_VALUES) {
		err_set(rd->cur.err, E2BIG, "more than %u values", JSON5_MAX_VALUES);
		return err_at(rd->cur.err, rd->cur.pos);
	}
	if (c == '{' || c == '[')
		return read_nested(rd, ret);
	if (c == '"' || c == '\'')
		return read_string(rd, ret);
	if ((c >= '0' && c <= '9') || c == '.' || c == '+' || c == '-')
		return read_number(rd, ret);
	if (cursor_at_word_start(&rd->cur))
		return read_word(rd, ret);
	return cursor_expected(&rd->cur, "a value");
}

int json5_read(const char *file, const char *text, size_t len, struct node **ret_root,
	       struct warnings *w, struct err *err)
{
	autonode struct node *root = NULL;
	struct reader rd = {.w = w};
	int r;

	cursor_start(&rd.cur, file, text, len, err);
	if (len > JSON5_MAX_SIZE) {
		err_set(err, E2BIG, "larger than %u MB", JSON5_MAX_SIZE >> 20);
		return err_at(err, (struct pos){.file = file});
	}
	r = cursor_skip_space(&rd.cur);
	if (r)
		return r;
	if (rd.cur.c == CURSOR_END) {
		cursor_expected(&rd.cur, "a value");
		return err_fix(err, "the smallest config is {}");
	}
	r = read_value(&rd, &root);
	if (r)
		return r;
	r = cursor_skip_space(&rd.cur);
	if (r)
		return r;
	if (rd.cur.c != CURSOR_END)
		return cursor_expected(&rd.cur, "the end of the text");
	*ret_root = TAKE_PTR(root);
	return 0;
}
