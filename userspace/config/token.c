// SPDX-License-Identifier: GPL-2.0-only
/* The words of JSON5: strings and keys. (Numbers: number.c.) */
#include "config/token.h"

#include <errno.h>

#include "util/unicode.h"
#include "util/utf8.h"

static int hex_digit(unsigned int c)
{
	if (c >= '0' && c <= '9')
		return (int)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (int)(c - 'a' + 10);
	if (c >= 'A' && c <= 'F')
		return (int)(c - 'A' + 10);
	return -1;
}

/* At the x or u of an escape: its digits, and to what follows them. */
static int read_hex(struct cursor *cur, int digits, unsigned int *ret)
{
	char kind = (char)cur->c;
	unsigned int value = 0;

	*ret = 0;
	cursor_next(cur);
	for (int i = 0; i < digits; i++, cursor_next(cur)) {
		int digit = hex_digit(cur->c);

		if (digit < 0)
			return cursor_expected(cur, "%s hexadecimal digits after \"\\%c\"",
					       digits == 2 ? "two" : "four", kind);
		value = value << 4 | (unsigned int)digit;
	}
	*ret = value;
	return 0;
}

/*
 * A string's value while it grows. JavaScript's strings are UTF-16, so `\ud83d\ude00` is one
 * character, also when a line continuation stands between the halves. A half that stays alone is
 * no character at all: it becomes U+FFFD, as when JavaScript writes it to a file.
 */
struct value {
	struct buf *b;
	unsigned int high; /* a first half that waits for its second, or 0 */
};

static void value_flush(struct value *v)
{
	if (v->high)
		utf8_add(v->b, UTF8_REPLACEMENT);
	v->high = 0;
}

static void value_add_unit(struct value *v, unsigned int unit)
{
	if (v->high && unit >= 0xdc00 && unit <= 0xdfff) {
		utf8_add(v->b, 0x10000 + ((v->high - 0xd800) << 10) + (unit - 0xdc00));
		v->high = 0;
		return;
	}
	value_flush(v);
	if (unit >= 0xd800 && unit <= 0xdbff)
		v->high = unit;
	else
		utf8_add(v->b, unit);
}

static void skip_line_end(struct cursor *cur)
{
	bool crlf = cur->c == '\r' && cursor_peek(cur) == '\n';

	cursor_next(cur);
	if (crlf)
		cursor_next(cur);
}

static unsigned int escaped_char(unsigned int c)
{
	static const char from[] = "bfnrtv0", to[] = "\b\f\n\r\t\v";

	for (size_t i = 0; from[i]; i++)
		if (c == (unsigned char)from[i])
			return (unsigned char)to[i];
	return c;
}

/* At the character behind a backslash. */
static int read_escape(struct cursor *cur, struct value *v)
{
	unsigned int unit;
	int r;

	if (cur->c == 'x' || cur->c == 'u') {
		r = read_hex(cur, cur->c == 'x' ? 2 : 4, &unit);
		if (!r)
			value_add_unit(v, unit);
		return r;
	}
	if (cursor_at_line_end(cur)) {
		skip_line_end(cur);
		return 0;
	}
	if (cur->c == CURSOR_END || cur->c == CURSOR_BAD)
		return cursor_expected(cur, "a character after \"\\\"");
	if (cur->c >= '1' && cur->c <= '9')
		return cursor_expected(cur, "an escape that JSON5 knows after \"\\\"");
	unit = cur->c;
	cursor_next(cur);
	if (unit == '0' && cur->c >= '0' && cur->c <= '9')
		return cursor_expected(cur, "no digit after \"\\0\"");
	value_add_unit(v, escaped_char(unit));
	return 0;
}

static int string_not_closed(struct cursor *cur, unsigned int quote, struct pos start)
{
	err_set(cur->err, EINVAL, "this string is not closed: expected %s before the end of the %s",
		quote == '"' ? "'\"'" : "\"'\"", cur->c == CURSOR_END ? "text" : "line");
	err_at(cur->err, start);
	if (cur->c == CURSOR_END)
		return -cur->err->code;
	return err_fix(cur->err, "close it, or end line %u with a backslash", cur->pos.line);
}

int token_read_string(struct cursor *cur, struct buf *b, struct warnings *w)
{
	struct value v = {.b = b};
	struct pos start = cur->pos;
	unsigned int quote = cur->c;
	int r = 0;

	cursor_next(cur);
	while (!r && cur->c != quote) {
		if (cur->c == CURSOR_END || cur->c == '\n' || cur->c == '\r')
			return string_not_closed(cur, quote, start);
		if (cur->c == CURSOR_BAD)
			return cursor_expected(cur, "a string");
		if (cur->c == '\\') {
			cursor_next(cur);
			r = read_escape(cur, &v);
			continue;
		}
		if (cursor_at_line_end(cur))
			warnings_add(w, cur->pos,
				     "U+%04X in a string is a line end to some readers: write "
				     "\\u%04x",
				     cur->c, cur->c);
		value_add_unit(&v, cur->c);
		cursor_next(cur);
	}
	value_flush(&v);
	if (!r)
		cursor_next(cur);
	return r;
}

/* At the backslash of `\u0061` in a key. The character must be one that could stand there bare. */
static int read_name_escape(struct cursor *cur, struct buf *b, bool first)
{
	struct pos start = cur->pos;
	struct cursor meant = {0};
	int r;

	cursor_next(cur);
	if (cur->c != 'u')
		return cursor_expected(cur, "\"u\" after the \"\\\" in a key without quotes");
	r = read_hex(cur, 4, &meant.c);
	if (r)
		return r;
	if (first ? !cursor_at_word_start(&meant) : !cursor_at_word(&meant)) {
		err_set(cur->err, EINVAL, "\"\\u%04x\" cannot %s a key without quotes", meant.c,
			first ? "begin" : "be in");
		err_at(cur->err, start);
		return err_fix(cur->err, "put the key in quotes");
	}
	utf8_add(b, meant.c);
	return 0;
}

int token_read_name(struct cursor *cur, struct buf *b)
{
	bool first = true;

	for (;; first = false) {
		int r = 0;

		if (cur->c == '\\')
			r = read_name_escape(cur, b, first);
		else if (first ? !cursor_at_word_start(cur) : !cursor_at_word(cur))
			return 0;
		else
			utf8_add(b, cur->c), cursor_next(cur);
		if (r)
			return r;
	}
}
