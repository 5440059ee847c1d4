// SPDX-License-Identifier: GPL-2.0-only
/* Which bytes may reach a terminal or a line of the log as they are, and how are others written? */
#include "util/escape.h"

#include <errno.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/utf8.h"

/* Valid code points that no line of ours carries, in order. */
static const struct {
	unsigned int first, last;
} unprintable[] = {
	{0x0000, 0x001f},    /* C0 controls */
	{0x007f, 0x009f},    /* DEL and C1 controls: U+009B starts an escape sequence */
	{0x00ad, 0x00ad},    /* soft hyphen: invisible */
	{0x034f, 0x034f},    /* combining grapheme joiner: invisible */
	{0x061c, 0x061c},    /* Arabic letter mark: direction */
	{0x115f, 0x1160},    /* Hangul fillers: blank letters */
	{0x17b4, 0x17b5},    /* Khmer inherent vowels: invisible */
	{0x180b, 0x180f},    /* Mongolian variation selectors and vowel separator */
	{0x200b, 0x200f},    /* zero width characters and direction marks */
	{0x2028, 0x202e},    /* line and paragraph separators, embeddings and overrides */
	{0x2060, 0x206f},    /* word joiner, invisible operators, isolates */
	{0x3164, 0x3164},    /* Hangul filler */
	{0xd800, 0xf8ff},    /* surrogates are no characters; private use means nothing here */
	{0xfe00, 0xfe0f},    /* variation selectors */
	{0xfeff, 0xfeff},    /* byte order mark */
	{0xffa0, 0xffa0},    /* half-width Hangul filler */
	{0xfff0, 0xffff},    /* specials: interlinear marks, replacement, non-characters */
	{0x1bca0, 0x1bca3},  /* shorthand format controls */
	{0x1d173, 0x1d17a},  /* musical format controls */
	{0xe0000, 0x10ffff}, /* tags, more variation selectors, private use */
};

static bool code_point_printable(unsigned int c)
{
	if ((c & 0xfffe) == 0xfffe)
		return false; /* the last two of each plane are no characters */
	for (size_t i = 0; i < ARRAY_SIZE(unprintable) && c >= unprintable[i].first; i++) {
		if (c <= unprintable[i].last)
			return false;
	}
	return true;
}

size_t escape_printable(const char *s, size_t len)
{
	unsigned int c;
	int n = utf8_decode(s, len, &c);

	return n && code_point_printable(c) ? (size_t)n : 0;
}

static void escape_one(struct buf *b, unsigned char byte)
{
	static const char shorts[] = "\nn\rr\tt";

	for (size_t i = 0; i < sizeof(shorts) - 1; i += 2) {
		if (byte == (unsigned char)shorts[i]) {
			buf_putc(b, '\\');
			buf_putc(b, shorts[i + 1]);
			return;
		}
	}
	buf_printf(b, "\\x%02x", byte);
}

static void escape(struct buf *b, const char *s, size_t len, bool double_backslash)
{
	size_t plain = 0; /* printable so far, not yet added */

	for (size_t i = 0; i < len;) {
		size_t n = escape_printable(s + i, len - i);

		if (n && !(double_backslash && s[i] == '\\')) {
			i += n;
			continue;
		}
		buf_add(b, s + plain, i - plain);
		if (n)
			buf_puts(b, "\\\\");
		else
			escape_one(b, (unsigned char)s[i]);
		plain = ++i;
	}
	buf_add(b, s + plain, len - plain);
}

void escape_bytes(struct buf *b, const char *s, size_t len)
{
	escape(b, s, len, true);
}

void escape_message(struct buf *b, const char *s, size_t len)
{
	escape(b, s, len, false);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* One escape after its backslash: how many bytes of `s` it takes, 0 when it is none of ours. */
static size_t unescape_one(struct buf *b, const char *s, size_t len)
{
	static const char shorts[] = "n\nr\rt\t\\\\";

	if (!len)
		return 0;
	for (size_t i = 0; i < sizeof(shorts) - 1; i += 2) {
		if (s[0] == shorts[i]) {
			buf_putc(b, shorts[i + 1]);
			return 1;
		}
	}
	if (s[0] != 'x' || len < 3 || hex_digit(s[1]) < 0 || hex_digit(s[2]) < 0)
		return 0;
	buf_putc(b, (char)(hex_digit(s[1]) << 4 | hex_digit(s[2])));
	return 3;
}

int unescape_bytes(struct buf *b, const char *s, size_t len)
{
	while (len) {
		const char *backslash = memchr(s, '\\', len);
		size_t plain = backslash ? (size_t)(backslash - s) : len, n;

		buf_add(b, s, plain);
		s += plain;
		len -= plain;
		if (!len)
			break;
		n = unescape_one(b, s + 1, len - 1);
		if (!n)
			return -EINVAL;
		s += n + 1;
		len -= n + 1;
	}
	return 0;
}
