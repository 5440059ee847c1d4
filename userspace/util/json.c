// SPDX-License-Identifier: GPL-2.0-only
/* Writes JSON into a buffer. */
#include "util/json.h"

#include <errno.h>
#include <string.h>

#include "util/escape.h"
#include "util/utf8.h"

static void json_newline(struct json *j)
{
	if (!j->pretty)
		return;
	buf_putc(&j->text, '\n');
	for (unsigned int i = 0; i < j->depth; i++)
		buf_puts(&j->text, "  ");
}

static void json_unicode(struct buf *b, unsigned int c)
{
	if (c < 0x10000) {
		buf_printf(b, "\\u%04x", c);
		return;
	}
	c -= 0x10000;
	buf_printf(b, "\\u%04x\\u%04x", 0xd800 + (c >> 10), 0xdc00 + (c & 0x3ff));
}

static void json_quote(struct buf *b, const char *s, size_t len)
{
	buf_putc(b, '"');
	for (size_t i = 0; i < len;) {
		size_t n = escape_printable(s + i, len - i);
		unsigned int c = UTF8_REPLACEMENT;

		if (n) {
			if (s[i] == '"' || s[i] == '\\')
				buf_putc(b, '\\');
			buf_add(b, s + i, n);
			i += n;
			continue;
		}
		n = (size_t)utf8_decode(s + i, len - i, &c);
		if (c == '\n' || c == '\t')
			buf_puts(b, c == '\n' ? "\\n" : "\\t");
		else
			json_unicode(b, c);
		i += n ? n : 1;
	}
	buf_putc(b, '"');
}

/* What stands before each value: comma, line break, key. */
static void json_start(struct json *j, const char *key)
{
	if (j->has_item)
		buf_putc(&j->text, ',');
	if (j->depth)
		json_newline(j);
	j->has_item = true;
	if (!key)
		return;
	json_quote(&j->text, key, strlen(key));
	buf_puts(&j->text, j->pretty ? ": " : ":");
}

static void json_open(struct json *j, const char *key, char bracket)
{
	json_start(j, key);
	buf_putc(&j->text, bracket);
	j->depth++;
	j->has_item = false;
}

static void json_close(struct json *j, char bracket)
{
	j->depth--;
	if (j->has_item)
		json_newline(j);
	buf_putc(&j->text, bracket);
	j->has_item = true;
}

void json_object(struct json *j, const char *key)
{
	json_open(j, key, '{');
}

void json_object_end(struct json *j)
{
	json_close(j, '}');
}

void json_array(struct json *j, const char *key)
{
	json_open(j, key, '[');
}

void json_array_end(struct json *j)
{
	json_close(j, ']');
}

void json_text(struct json *j, const char *key, const char *text)
{
	if (!text) {
		json_null(j, key);
		return;
	}
	json_start(j, key);
	json_quote(&j->text, text, strlen(text));
}

void json_bytes(struct json *j, const char *key, const char *bytes, size_t len)
{
	autobuf struct buf escaped = {0};

	if (!bytes) {
		json_null(j, key);
		return;
	}
	escape_bytes(&escaped, bytes, len);
	j->text.failed |= escaped.failed;
	json_start(j, key);
	json_quote(&j->text, escaped.failed ? "" : escaped.data, escaped.len);
}

void json_number(struct json *j, const char *key, long long number)
{
	json_start(j, key);
	buf_printf(&j->text, "%lld", number);
}

void json_unsigned(struct json *j, const char *key, unsigned long long number)
{
	json_start(j, key);
	buf_printf(&j->text, "%llu", number);
}

void json_bool(struct json *j, const char *key, bool value)
{
	json_start(j, key);
	buf_puts(&j->text, value ? "true" : "false");
}

void json_raw(struct json *j, const char *key, const char *json)
{
	json_start(j, key);
	buf_puts(&j->text, json);
}

void json_null(struct json *j, const char *key)
{
	json_raw(j, key, "null");
}

int json_print(struct json *j, FILE *out)
{
	int r = 0;

	buf_putc(&j->text, '\n');
	if (j->text.failed)
		r = -ENOMEM;
	else if (fwrite(j->text.data, 1, j->text.len, out) != j->text.len)
		r = -EIO;
	json_free(j);
	return r;
}

void json_free(struct json *j)
{
	buf_free(&j->text);
	*j = (struct json){.pretty = j->pretty};
}
