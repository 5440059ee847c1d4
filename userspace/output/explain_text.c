// SPDX-License-Identifier: GPL-2.0-only
/* Pieces of text that every part of an explanation prints the same way. */
#include "output/explain_text.h"

#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/cleanup.h"
#include "util/escape.h"

void text_put(const struct text_out *out, const char *text)
{
	autobuf struct buf b = {0};

	escape_message(&b, text, strlen(text));
	fputs(b.data ? b.data : "", out->file);
}

size_t text_width(const char *text)
{
	autobuf struct buf b = {0};
	size_t width = 0;

	escape_message(&b, text, strlen(text));
	for (size_t i = 0; i < b.len; i++)
		width += ((unsigned char)b.data[i] & 0xc0) != 0x80; /* not inside a character */
	return width;
}

static void add_place(struct buf *b, const struct text_out *out, struct pos pos)
{
	const char *file = pos.file ? pos.file : "", *slash = strrchr(file, '/');

	if (slash && out->config && !strcmp(file, out->config))
		file = slash + 1;
	buf_puts(b, ", ");
	escape_message(b, file, strlen(file));
	buf_printf(b, ":%u", pos.line);
}

static void add_source(struct buf *b, const struct text_out *out, const struct source *s)
{
	buf_puts(b, s->key ? s->key : "");
	if (s->text) {
		buf_puts(b, " \"");
		escape_message(b, s->text, strlen(s->text));
		buf_puts(b, "\"");
	}
	if (s->pos.line)
		add_place(b, out, s->pos);
	else
		buf_puts(b, ", default");
}

void text_source(const struct text_out *out, const struct source *s)
{
	autobuf struct buf b = {0};

	add_source(&b, out, s);
	fputs(b.data ? b.data : "", out->file);
}

char *origin_text(const struct text_out *out, const struct origin *o)
{
	struct source s = {.key = o->key, .pos = o->pos, .text = o->text};
	autobuf struct buf b = {0};

	add_source(&b, out, &s);
	return buf_take(&b);
}
