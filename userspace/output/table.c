// SPDX-License-Identifier: GPL-2.0-only
/* How do columns line up? */
#include "output/table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/cleanup.h"
#include "util/escape.h"

struct table_cell {
	char *text; /* owned, printable */
	int width;  /* in characters */
	enum style style;
};

static int text_width(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80; /* not inside a character */
	return width;
}

void table_add(struct table *t, enum style style, const char *text)
{
	autobuf struct buf b = {0};
	struct table_cell *cells = realloc(t->cells, (t->count + 1) * sizeof(*cells));

	if (cells)
		t->cells = cells;
	text = text ? text : "-";
	escape_message(&b, text, strlen(text));
	buf_puts(&b, "");
	if (!cells || b.failed) {
		t->failed = true;
		return;
	}
	t->cells[t->count] = (struct table_cell){.width = text_width(b.data), .style = style};
	t->cells[t->count++].text = buf_take(&b); /* initialisers of one struct have no order */
}

void table_addf(struct table *t, enum style style, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0) {
		text = NULL;
		t->failed = true;
		return;
	}
	table_add(t, style, text);
}

static int column_width(const struct table *t, size_t column)
{
	int width = 0;

	for (size_t i = column; i < t->count; i += t->columns) {
		if (t->cells[i].width > width)
			width = t->cells[i].width;
	}
	return width;
}

int table_print(const struct table *t, FILE *out, bool color, int indent)
{
	int widths[TABLE_COLUMNS];

	if (t->failed || !t->columns)
		return t->failed ? -ENOMEM : 0;
	for (size_t c = 0; c < t->columns; c++)
		widths[c] = column_width(t, c);
	for (size_t i = 0; i < t->count; i++) {
		const struct table_cell *cell = &t->cells[i];
		size_t column = i % t->columns;
		bool last = column + 1 == t->columns || i + 1 == t->count;

		if (!column)
			fprintf(out, "%*s", indent, "");
		style_print(out, color, cell->style, "%s", cell->text);
		if (last)
			fputc('\n', out);
		else
			fprintf(out, "%*s", widths[column] - cell->width + 2, "");
	}
	return 0;
}

void table_free(struct table *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->cells[i].text);
	free(t->cells);
	t->cells = NULL;
	t->count = 0;
}
