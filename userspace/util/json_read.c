// SPDX-License-Identifier: GPL-2.0-only
/* What does a JSON text say, scalar by scalar? */
#include "util/json_read.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "util/cleanup.h"
#include "util/utf8.h"

struct reader {
	const char *at, *end;
	struct buf text; /* the string or number read last */
	int (*on_value)(void *arg, const struct json_value *v);
	void *arg;
};

/* Where a value stands. */
struct place {
	const char *object, *name;
	bool in_array;
	int depth;
};

static int read_value(struct reader *in, struct place place);

static void skip_space(struct reader *in)
{
	while (in->at < in->end &&
	       (*in->at == ' ' || *in->at == '\t' || *in->at == '\n' || *in->at == '\r'))
		in->at++;
}

static bool accept(struct reader *in, char c)
{
	skip_space(in);
	if (in->at == in->end || *in->at != c)
		return false;
	in->at++;
	return true;
}

static int read_hex4(struct reader *in, unsigned int *ret_c)
{
	unsigned int c = 0;

	if (in->end - in->at < 4)
		return -EINVAL;
	for (int i = 0; i < 4; i++, in->at++) {
		if (!isxdigit((unsigned char)*in->at))
			return -EINVAL;
		c = c << 4 |
		    (unsigned int)(isdigit((unsigned char)*in->at) ? *in->at - '0'
								   : (*in->at | 0x20) - 'a' + 10);
	}
	*ret_c = c;
	return 0;
}

static int read_unicode(struct reader *in)
{
	unsigned int c, low;

	if (read_hex4(in, &c))
		return -EINVAL;
	if (c >= 0xd800 && c <= 0xdbff && in->end - in->at >= 6 && !memcmp(in->at, "\\u", 2)) {
		in->at += 2;
		if (read_hex4(in, &low) || low < 0xdc00 || low > 0xdfff)
			return -EINVAL;
		c = 0x10000 + ((c - 0xd800) << 10 | (low - 0xdc00));
	}
	utf8_add(&in->text, c);
	return 0;
}

static int read_escape(struct reader *in)
{
	static const char shorts[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
	char c;

	if (in->at == in->end)
		return -EINVAL;
	c = *in->at++;
	if (c == 'u')
		return read_unicode(in);
	for (size_t i = 0; i < sizeof(shorts) - 1; i += 2) {
		if (shorts[i] == c) {
			buf_putc(&in->text, shorts[i + 1]);
			return 0;
		}
	}
	return -EINVAL;
}

/* Behind the opening quote. */
static int read_string(struct reader *in)
{
	in->text.len = 0;
	buf_puts(&in->text, "");
	while (in->at < in->end) {
		const char *plain = in->at;

		while (in->at < in->end && *in->at != '"' && *in->at != '\\' &&
		       (unsigned char)*in->at >= 0x20)
			in->at++;
		buf_add(&in->text, plain, (size_t)(in->at - plain));
		if (in->at == in->end || (unsigned char)*in->at < 0x20)
			return -EINVAL;
		if (*in->at++ == '"')
			return in->text.failed ? -ENOMEM : 0;
		if (read_escape(in))
			return -EINVAL;
	}
	return -EINVAL;
}

static int digits(struct reader *in)
{
	const char *first = in->at;

	while (in->at < in->end && isdigit((unsigned char)*in->at))
		in->at++;
	return in->at > first ? 0 : -EINVAL;
}

static bool next_is(const struct reader *in, const char *chars)
{
	return in->at < in->end && *in->at && strchr(chars, *in->at);
}

static int read_number(struct reader *in)
{
	const char *first = in->at;

	if (next_is(in, "-"))
		in->at++;
	if (next_is(in, "0"))
		in->at++; /* no zero in front of other digits */
	else if (digits(in))
		return -EINVAL;
	if (next_is(in, ".")) {
		in->at++;
		if (digits(in))
			return -EINVAL;
	}
	if (next_is(in, "eE")) {
		in->at++;
		if (next_is(in, "+-"))
			in->at++;
		if (digits(in))
			return -EINVAL;
	}
	in->text.len = 0;
	buf_add(&in->text, first, (size_t)(in->at - first));
	return in->text.failed ? -ENOMEM : 0;
}

static int read_scalar(struct reader *in, struct place place)
{
	static const struct {
		const char *word;
		struct json_value value;
	} words[] = {
		{"true", {.kind = JSON_BOOL, .boolean = true}},
		{"false", {.kind = JSON_BOOL}},
		{"null", {.kind = JSON_NULL}},
	};
	struct json_value v = {.kind = JSON_NUMBER};
	int r = 1;

	for (size_t i = 0; r > 0 && i < ARRAY_SIZE(words); i++) {
		size_t n = strlen(words[i].word);

		if ((size_t)(in->end - in->at) >= n && !memcmp(in->at, words[i].word, n)) {
			in->at += n;
			v = words[i].value;
			r = 0;
		}
	}
	if (r > 0 && accept(in, '"')) {
		v.kind = JSON_STRING;
		r = read_string(in);
	} else if (r > 0) {
		r = read_number(in);
	}
	if (r)
		return r;
	v.object = place.object;
	v.name = place.name;
	v.in_array = place.in_array;
	v.text = v.kind >= JSON_NUMBER ? in->text.data : "";
	v.len = v.kind >= JSON_NUMBER ? in->text.len : 0;
	return in->on_value(in->arg, &v);
}

static int read_member(struct reader *in, struct place place)
{
	char name[JSON_READ_NAME] = JSON_READ_OTHER;
	int r = accept(in, '"') ? read_string(in) : -EINVAL;

	if (r)
		return r;
	if (in->text.len && in->text.len < sizeof(name) && strlen(in->text.data) == in->text.len)
		strcpy(name, in->text.data);
	if (!accept(in, ':'))
		return -EINVAL;
	return read_value(in, (struct place){place.name, name, false, place.depth + 1});
}

static int read_item(struct reader *in, struct place place)
{
	return read_value(in, (struct place){place.object, place.name, true, place.depth + 1});
}

/* Behind the opening bracket. */
static int read_list(struct reader *in, struct place place, char end,
		     int (*read_one)(struct reader *in, struct place place))
{
	int r;

	if (accept(in, end))
		return 0;
	do {
		r = read_one(in, place);
		if (r)
			return r;
	} while (accept(in, ','));
	return accept(in, end) ? 0 : -EINVAL;
}

static int read_value(struct reader *in, struct place place)
{
	if (place.depth > JSON_READ_DEPTH)
		return -EINVAL;
	if (accept(in, '{'))
		return read_list(in, place, '}', read_member);
	if (accept(in, '['))
		return read_list(in, place, ']', read_item);
	return read_scalar(in, place);
}

int json_read(const char *text, size_t len, int (*on_value)(void *arg, const struct json_value *v),
	      void *arg)
{
	struct reader in = {.on_value = on_value, .arg = arg};
	int r;

	if (!len) /* then there may be no text either */
		return -EINVAL;
	in.at = text;
	in.end = text + len;
	r = read_value(&in, (struct place){.object = "", .name = ""});
	skip_space(&in);
	if (!r && in.at != in.end)
		r = -EINVAL;
	buf_free(&in.text);
	return r;
}
