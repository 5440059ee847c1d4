// SPDX-License-Identifier: GPL-2.0-only
/* UTF-8: one character at a time, and text made safe to show. */
#include "util/utf8.h"

#include <stdint.h>

#include "util/escape.h"

int utf8_decode(const char *s, size_t len, unsigned int *ret_char)
{
	static const unsigned int smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	const uint8_t *p = (const uint8_t *)s;
	unsigned int c;
	int size;

	if (!len)
		return 0;
	if (p[0] < 0x80) {
		*ret_char = p[0];
		return 1;
	}
	size = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || len < (size_t)size)
		return 0;
	c = p[0] & (0xff >> (size + 1));
	for (int i = 1; i < size; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < smallest[size] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret_char = c;
	return size;
}

void utf8_add(struct buf *b, unsigned int c)
{
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = UTF8_REPLACEMENT;
	if (c < 0x80) {
		buf_putc(b, (char)c);
	} else if (c < 0x800) {
		buf_putc(b, (char)(0xc0 | c >> 6));
		buf_putc(b, (char)(0x80 | (c & 0x3f)));
	} else {
		if (c < 0x10000) {
			buf_putc(b, (char)(0xe0 | c >> 12));
		} else {
			buf_putc(b, (char)(0xf0 | c >> 18));
			buf_putc(b, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		buf_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_putc(b, (char)(0x80 | (c & 0x3f)));
	}
}

static void quote_char(struct buf *b, const char *s, int size, unsigned int c)
{
	if (c == '"' || c == '\\')
		buf_printf(b, "\\%c", (int)c);
	else if (c == '\n')
		buf_puts(b, "\\n");
	else if (c == '\t')
		buf_puts(b, "\\t");
	else if (escape_printable(s, (size_t)size))
		buf_add(b, s, (size_t)size);
	else if (c <= 0xffff)
		buf_printf(b, "\\u%04x", c);
	else
		buf_printf(b, "\\u{%x}", c);
}

void utf8_quote(struct buf *b, const char *s, size_t len, size_t max)
{
	size_t shown = 0;

	buf_putc(b, '"');
	for (size_t at = 0; at < len; shown++) {
		unsigned int c;
		int size = utf8_decode(s + at, len - at, &c);

		if (max && shown == max) {
			buf_puts(b, "\"...");
			return;
		}
		if (size)
			quote_char(b, s + at, size, c);
		else
			buf_printf(b, "\\x%02x", (uint8_t)s[at]);
		at += size ? (size_t)size : 1;
	}
	buf_putc(b, '"');
}
