// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a pattern of an exec allowlist match the path of a program?
 *
 * Both ways end as an extended regular expression of POSIX, whose matching takes no exponential
 * time. JavaScript's expressions are brought into that form here, as far as a pattern can hold
 * them: `*` and `?` are gone by then, so there are no lazy repeats, look-aheads or named groups.
 */
#include "policy/command/path_pattern.h"

#include <ctype.h>
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/cleanup.h"

static int matches(const char *expression, const char *path, bool *ret)
{
	regex_t compiled;
	int r = regcomp(&compiled, expression, REG_EXTENDED | REG_NOSUB);

	if (r)
		return r == REG_ESPACE ? -ENOMEM : -EINVAL;
	*ret = !regexec(&compiled, path, 0, NULL, 0);
	regfree(&compiled);
	return 0;
}

static void put_literal(struct buf *b, char ch)
{
	if (strchr("^.[$()|*+?{\\", ch) && ch)
		buf_putc(b, '\\');
	buf_putc(b, ch);
}

int path_pattern_matches(const char *pattern, const char *path, bool *ret)
{
	autobuf struct buf b = {0};

	buf_putc(&b, '^');
	for (; *pattern; pattern++) {
		if (!strncmp(pattern, "**", 2)) {
			buf_puts(&b, "[^\n\r]*");
			pattern++;
		} else if (*pattern == '*') {
			buf_puts(&b, "[^/]*");
		} else if (*pattern == '?') {
			buf_puts(&b, "[^/]");
		} else {
			put_literal(&b, *pattern);
		}
	}
	buf_putc(&b, '$');
	return b.failed ? -ENOMEM : matches(b.data, path, ret);
}

/* --- clawdbot's way ------------------------------------------------------------------------- */

/* Its expression, in JavaScript. */
static void write_expression(struct buf *b, const char *pattern)
{
	buf_putc(b, '^');
	for (; *pattern; pattern++) {
		if (!strncmp(pattern, "**", 2)) {
			buf_puts(b, ".*");
			pattern++;
		} else if (*pattern == '*') {
			buf_puts(b, "[^/]*");
		} else if (*pattern == '?') {
			buf_putc(b, '.');
		} else if (!strncmp(pattern, "\\\\", 2)) { /* two: taken for a slash */
			buf_putc(b, '/');
			pattern++;
		} else {
			buf_putc(b, (char)tolower((unsigned char)*pattern));
		}
	}
	buf_putc(b, '$');
}

struct translation {
	const char *at, *whole;
	struct buf out; /* owned */
	int depth;      /* of groups */
	bool item;      /* is there something before that can be repeated? */
	struct err *err;
};

static int wrong(struct translation *t, const char *what)
{
	return err_set(t->err, EINVAL, "Invalid regular expression: /%s/i: %s", t->whole, what);
}

static int not_followed(struct translation *t)
{
	return err_set(t->err, ENOTSUP, "/%s/i is not followed here", t->whole);
}

/* A set of bytes, as a bracket expression. */
static void put_set(struct buf *b, const bool set[256])
{
	bool any = false, all = true;

	for (int c = 1; c < 256; c++) {
		any = any || set[c];
		all = all && set[c];
	}
	if (!any || all) {
		buf_puts(b, any ? "[\x01-\xff]" : "[^\x01-\xff]");
		return;
	}
	buf_putc(b, '[');
	if (set[']'])
		buf_putc(b, ']');
	for (int c = 1; c < 256; c++)
		if (set[c] && !strchr("]^-[", c))
			buf_putc(b, (char)c);
	if (set['['])
		buf_puts(b, "[.[.]");
	if (set['-'])
		buf_puts(b, "[.-.]");
	if (set['^'])
		buf_puts(b, "[.^.]");
	buf_putc(b, ']');
}

static void add_class(bool set[256], char which)
{
	for (int c = 1; c < 256; c++)
		if ((which == 'd' && isdigit(c)) || (which == 's' && c < 128 && isspace(c)) ||
		    (which == 'w' && c < 128 && (isalnum(c) || c == '_')))
			set[c] = true;
}

/* What `\x` stands for; 0: nothing that is followed here. */
static int escaped_character(char ch)
{
	static const char names[] = "nrtvf", meant[] = "\n\r\t\v\f";
	const char *at = strchr(names, ch);

	if (at && ch)
		return meant[at - names];
	return isdigit((unsigned char)ch) || strchr("xuckp", ch) ? 0 : (unsigned char)ch;
}

/* One member of a class: a character, or 0 for a class like \d, which is added. -1: not followed.
 */
static int read_member(struct translation *t, bool set[256])
{
	int ch = (unsigned char)*t->at++;

	if (ch != '\\')
		return ch;
	ch = (unsigned char)*t->at++;
	if (ch && strchr("dsw", ch)) {
		add_class(set, (char)ch);
		return 0;
	}
	ch = ch == 'b' ? '\b' : escaped_character((char)ch);
	return ch ? ch : -1;
}

static int read_class(struct translation *t)
{
	bool set[256] = {false}, turned = *++t->at == '^';

	t->at += turned;
	while (*t->at != ']') {
		int low, high;

		if (!*t->at)
			return wrong(t, "Unterminated character class");
		low = high = read_member(t, set);
		if (low > 0 && t->at[0] == '-' && t->at[1] && t->at[1] != ']') {
			t->at++;
			high = read_member(t, set);
		}
		if (low < 0 || high < 0 || (low && !high))
			return not_followed(t);
		if (high < low)
			return wrong(t, "Range out of order in character class");
		for (int c = low; c && c <= high; c++) {
			set[(unsigned char)tolower(c)] = true;
			set[(unsigned char)toupper(c)] = true;
		}
	}
	t->at++;
	for (size_t c = 1; turned && c < sizeof(set); c++)
		set[c] = !set[c];
	put_set(&t->out, set);
	t->item = true;
	return 0;
}

/* The length of {n}, {n,} or {n,m}; 0: the brace is itself. */
static size_t repeat_length(const char *at)
{
	size_t n = 1 + strspn(at + 1, "0123456789");

	if (n == 1)
		return 0;
	if (at[n] == ',')
		n += 1 + strspn(at + n + 1, "0123456789");
	return at[n] == '}' ? n + 1 : 0;
}

static int read_repeat(struct translation *t, size_t len)
{
	const char *comma = memchr(t->at, ',', len);

	if (!t->item)
		return wrong(t, "Nothing to repeat");
	if (comma && isdigit((unsigned char)comma[1]) &&
	    strtoul(t->at + 1, NULL, 10) > strtoul(comma + 1, NULL, 10))
		return wrong(t, "numbers out of order in {} quantifier");
	buf_add(&t->out, t->at, len);
	t->at += len;
	t->item = false;
	return 0;
}

static int read_escape(struct translation *t)
{
	bool set[256] = {false};
	char ch = t->at[1];
	int meant;

	if (!ch)
		return wrong(t, "\\ at end of pattern");
	meant = escaped_character(ch);
	t->at += 2;
	t->item = true;
	if (ch == 'b') {
		t->item = false;
		buf_puts(&t->out, "\\b");
	} else if (strchr("dsw", ch)) {
		add_class(set, ch);
		put_set(&t->out, set);
	} else if (meant) {
		put_literal(&t->out, (char)meant);
	} else {
		return not_followed(t);
	}
	return 0;
}

static int read_group(struct translation *t)
{
	bool opens = *t->at == '(';

	if (!opens && !t->depth)
		return wrong(t, "Unmatched ')'");
	t->depth += opens ? 1 : -1;
	buf_putc(&t->out, *t->at++);
	t->item = !opens;
	return 0;
}

static int read_item(struct translation *t)
{
	char ch = *t->at;

	if (ch == '*' || ch == '+')
		return read_repeat(t, 1);
	if (ch == '{' && repeat_length(t->at))
		return read_repeat(t, repeat_length(t->at));
	if (ch == '(' || ch == ')')
		return read_group(t);
	if (ch == '[')
		return read_class(t);
	if (ch == '\\')
		return read_escape(t);
	t->at++;
	t->item = !strchr("^$|", ch);
	if (!t->item)
		buf_putc(&t->out, ch);
	else if (ch == '.')
		buf_puts(&t->out, "[^\n\r]");
	else
		put_literal(&t->out, ch);
	return 0;
}

/* A path as it is compared: in lower case, two backslashes taken for a slash there, too. */
static char *lowered(const char *path)
{
	autobuf struct buf b = {0};

	buf_puts(&b, "");
	for (; *path; path++) {
		if (!strncmp(path, "\\\\", 2)) {
			buf_putc(&b, '/');
			path++;
		} else {
			buf_putc(&b, (char)tolower((unsigned char)*path));
		}
	}
	return buf_take(&b);
}

static void translation_clear(struct translation *t)
{
	buf_free(&t->out);
}

int path_pattern_matches_loosely(const char *pattern, const char *path, bool *ret, struct err *err)
{
	struct translation t autodestroy(translation_clear) = {.err = err};
	autobuf struct buf expression = {0};
	autofree char *lower = lowered(path);
	int r = 0;

	write_expression(&expression, pattern);
	if (expression.failed || !lower)
		return err_set(err, ENOMEM, "out of memory");
	t.at = t.whole = expression.data;
	while (!r && *t.at)
		r = read_item(&t);
	if (!r && t.depth)
		r = wrong(&t, "Unterminated group");
	if (r)
		return r;
	r = t.out.failed ? -ENOMEM : matches(t.out.data, lower, ret);
	return r == -EINVAL ? not_followed(&t) : r ? err_set(err, -r, "out of memory") : 0;
}
