// SPDX-License-Identifier: GPL-2.0-only
/* Which double does a JSON5 number stand for? */
#include "config/token.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool at_digit(const struct cursor *cur)
{
	return cur->c >= '0' && cur->c <= '9';
}

static bool at_hex_digit(const struct cursor *cur)
{
	return at_digit(cur) || (cur->c >= 'a' && cur->c <= 'f') ||
	       (cur->c >= 'A' && cur->c <= 'F');
}

static int skip_hex(struct cursor *cur)
{
	cursor_next(cur);
	cursor_next(cur);
	if (!at_hex_digit(cur))
		return cursor_expected(cur, "a hexadecimal digit after \"0x\"");
	while (at_hex_digit(cur))
		cursor_next(cur);
	return 0;
}

static int octal_refused(struct cursor *cur, struct pos start)
{
	err_set(cur->err, EINVAL, "a number cannot have a digit after a leading 0");
	err_at(cur->err, start);
	return err_fix(cur->err, "leave the 0 out; there are no octal numbers, but 0x and "
				 "hexadecimal digits do");
}

static int skip_decimal(struct cursor *cur)
{
	struct pos start = cur->pos;
	bool zero = cur->c == '0', whole = at_digit(cur);

	while (at_digit(cur)) {
		cursor_next(cur);
		if (zero && at_digit(cur))
			return octal_refused(cur, start);
	}
	if (cur->c == '.') {
		cursor_next(cur);
		if (!whole && !at_digit(cur))
			return cursor_expected(cur, "a digit after \".\"");
		while (at_digit(cur))
			cursor_next(cur);
	}
	if (cur->c != 'e' && cur->c != 'E')
		return 0;
	cursor_next(cur);
	if (cur->c == '+' || cur->c == '-')
		cursor_next(cur);
	if (!at_digit(cur))
		return cursor_expected(cur, "a digit of the exponent");
	while (at_digit(cur))
		cursor_next(cur);
	return 0;
}

/*
 * glibc's strtod rounds decimal and hexadecimal digits correctly, as JavaScript does, however many
 * there are. The decimal point depends on the locale, so it is told which one.
 */
static int digits_to_double(struct cursor *cur, const char *digits, size_t len, double *ret)
{
	locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	autobuf struct buf copy = {0};

	buf_add(&copy, digits, len);
	if (!plain || copy.failed) {
		if (plain)
			freelocale(plain);
		return err_set(cur->err, ENOMEM, "out of memory");
	}
	*ret = strtod_l(copy.data, NULL, plain);
	freelocale(plain);
	return 0;
}

/* Infinity or NaN behind a sign. */
static int read_signed_word(struct cursor *cur, double *ret)
{
	struct cursor start = *cur;
	const char *word = cur->at;
	size_t len;

	while (cursor_at_word(cur))
		cursor_next(cur);
	len = (size_t)(cur->at - word);
	if (len == strlen("Infinity") && !memcmp(word, "Infinity", len)) {
		*ret = INFINITY;
		return 0;
	}
	if (len == strlen("NaN") && !memcmp(word, "NaN", len)) {
		*ret = NAN;
		return 0;
	}
	*cur = start;
	return cursor_expected(cur, "a number, Infinity or NaN after the sign");
}

static int read_digits(struct cursor *cur, double *ret)
{
	const char *digits = cur->at;
	int r;

	if (cur->c == '0' && (cursor_peek(cur) | 0x20) == 'x')
		r = skip_hex(cur);
	else
		r = skip_decimal(cur);
	return r ? r : digits_to_double(cur, digits, (size_t)(cur->at - digits), ret);
}

int token_read_number(struct cursor *cur, double *ret)
{
	bool negative = cur->c == '-';
	int r;

	if (cur->c == '+' || cur->c == '-')
		cursor_next(cur);
	if (at_digit(cur) || cur->c == '.')
		r = read_digits(cur, ret);
	else if (cursor_at_word_start(cur))
		r = read_signed_word(cur, ret);
	else
		r = cursor_expected(cur, "a number, Infinity or NaN after the sign");
	if (!r && negative)
		*ret = -*ret;
	return r;
}
