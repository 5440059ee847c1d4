// SPDX-License-Identifier: GPL-2.0-only
/* Where are we in a JSON5 text, and which character is next? */
#include "config/cursor.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "util/unicode.h"
#include "util/utf8.h"

/* Characters of an unexpected word that an error message shows. */
#define WORD_SHOWN 40

static void cursor_load(struct cursor *cur)
{
	int size = utf8_decode(cur->at, (size_t)(cur->end - cur->at), &cur->c);

	cur->size = (size_t)size;
	if (size)
		return;
	cur->c = cur->at < cur->end ? CURSOR_BAD : CURSOR_END;
	cur->size = cur->at < cur->end;
}

void cursor_start(struct cursor *cur, const char *file, const char *text, size_t len,
		  struct err *err)
{
	static const char mark[] = "\xef\xbb\xbf";

	*cur = (struct cursor){.at = text, .end = text + len, .err = err};
	if (len >= 3 && !memcmp(text, mark, 3))
		cur->at += 3;
	cur->pos = (struct pos){.file = file, .line = 1, .column = 1};
	cursor_load(cur);
}

void cursor_next(struct cursor *cur)
{
	if (cur->c == '\n' || (cur->c == '\r' && cursor_peek(cur) != '\n')) {
		cur->pos.line++;
		cur->pos.column = 1;
	} else {
		cur->pos.column += cur->c != '\r';
	}
	cur->at += cur->size;
	cursor_load(cur);
}

int cursor_peek(const struct cursor *cur)
{
	const char *next = cur->at + cur->size;

	return next < cur->end ? (uint8_t)*next : -1;
}

bool cursor_at_line_end(const struct cursor *cur)
{
	return cur->c == '\n' || cur->c == '\r' || cur->c == 0x2028 || cur->c == 0x2029;
}

/* The white space of ECMAScript: six by name, U+FEFF, and all of category Zs. */
static bool at_space(const struct cursor *cur)
{
	unsigned int c = cur->c;

	if (c < 0x80)
		return c == ' ' || (c >= '\t' && c <= '\r');
	return c == 0xa0 || c == 0xfeff || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
	       c == 0x202f || c == 0x205f || c == 0x3000 || c == 0x2028 || c == 0x2029;
}

bool cursor_at_word_start(const struct cursor *cur)
{
	return cur->c == '$' || cur->c == '_' || unicode_is_id_start(cur->c);
}

bool cursor_at_word(const struct cursor *cur)
{
	/* U+200C and U+200D join letters in some scripts. */
	return cur->c == '$' || cur->c == 0x200c || cur->c == 0x200d ||
	       unicode_is_id_continue(cur->c);
}

static int skip_line_comment(struct cursor *cur)
{
	while (cur->c != CURSOR_END && !cursor_at_line_end(cur)) {
		if (cur->c == CURSOR_BAD)
			return cursor_expected(cur, "a comment");
		cursor_next(cur);
	}
	return 0;
}

static int skip_block_comment(struct cursor *cur)
{
	struct pos start = cur->pos;

	cursor_next(cur); /* the slash; the star is next */
	for (cursor_next(cur); cur->c != '*' || cursor_peek(cur) != '/'; cursor_next(cur)) {
		if (cur->c == CURSOR_END) {
			err_set(cur->err, EINVAL,
				"this comment is not closed: expected \"*/\", found the end of "
				"the text");
			return err_at(cur->err, start);
		}
		if (cur->c == CURSOR_BAD)
			return cursor_expected(cur, "a comment");
	}
	cursor_next(cur);
	cursor_next(cur);
	return 0;
}

int cursor_skip_space(struct cursor *cur)
{
	int r = 0;

	while (!r) {
		if (at_space(cur))
			cursor_next(cur);
		else if (cur->c == '/' && cursor_peek(cur) == '/')
			r = skip_line_comment(cur);
		else if (cur->c == '/' && cursor_peek(cur) == '*')
			r = skip_block_comment(cur);
		else
			return 0;
	}
	return r;
}

/* "the word "all"", "the end of the text", "","" */
static void describe(struct cursor cur, struct buf *b)
{
	const char *start = cur.at;

	if (cur.c == CURSOR_END) {
		buf_puts(b, "the end of the text");
	} else if (cur.c == '"') {
		buf_puts(b, "'\"'");
	} else if (cursor_at_word_start(&cur)) {
		for (int i = 0; i <= WORD_SHOWN && cursor_at_word(&cur); i++)
			cursor_next(&cur);
		buf_puts(b, "the word ");
		utf8_quote(b, start, (size_t)(cur.at - start), WORD_SHOWN);
	} else {
		utf8_quote(b, start, cur.size, 0);
	}
}

int cursor_expected(struct cursor *cur, const char *fmt, ...)
{
	autobuf struct buf found = {0};
	char expected[512];
	va_list ap;

	if (cur->c == CURSOR_BAD) {
		err_set(cur->err, EILSEQ, "byte 0x%02x is not valid UTF-8", (uint8_t)*cur->at);
		err_at(cur->err, cur->pos);
		return err_fix(cur->err, "save the file as UTF-8");
	}
	va_start(ap, fmt);
	vsnprintf(expected, sizeof(expected), fmt, ap);
	va_end(ap);
	describe(*cur, &found);
	err_set(cur->err, EINVAL, "expected %s, found %s", expected,
		found.failed ? "something else" : found.data);
	return err_at(cur->err, cur->pos);
}
