// SPDX-License-Identifier: GPL-2.0-only
/* Are characters told from bytes that are none, and is text safe to show? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "util/cleanup.h"
#include "util/unicode.h"
#include "util/utf8.h"

static void test_round_trip(void **state)
{
	(void)state;
	for (unsigned int c = 0; c <= 0x10ffff; c++) {
		bool surrogate = c >= 0xd800 && c <= 0xdfff;
		autobuf struct buf b = {0};
		unsigned int back;

		utf8_add(&b, c);
		assert_int_equal(utf8_decode(b.data, b.len, &back), b.len);
		assert_int_equal(back, surrogate ? UTF8_REPLACEMENT : c);
		for (size_t cut = 0; cut < b.len; cut++)
			assert_int_equal(utf8_decode(b.data, cut, &back), 0);
	}
}

static void test_invalid(void **state)
{
	static const char *const rows[] = {
		"\x80",
		"\xbf",
		"\xc0\x80",
		"\xc1\xbf",
		"\xe0\x80\x80",
		"\xe0\x9f\xbf",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xf0\x80\x80\x80",
		"\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xff",
		"\xc3(",
		"\xe2\x82(",
		"\xf0\x9f\x98(",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned int c;

		assert_int_equal(utf8_decode(rows[i], strlen(rows[i]), &c), 0);
	}
}

static void test_quote(void **state)
{
	static const struct {
		const char *text, *expected;
		size_t max;
	} rows[] = {
		{"plain", "\"plain\"", 0},
		{"", "\"\"", 0},
		{"a\"b\\c", "\"a\\\"b\\\\c\"", 0},
		{"a\nb\tc\r\x1b\x7f", "\"a\\nb\\tc\\u000d\\u001b\\u007f\"", 0},
		{"\xc3\xa9\xe4\xb8\xad", "\"\xc3\xa9\xe4\xb8\xad\"", 0},
		{"\xe2\x80\xae\xe2\x80\x8b", "\"\\u202e\\u200b\"", 0},
		{"\xff\xc3", "\"\\xff\\xc3\"", 0},
		{"abc", "\"abc\"", 3},
		{"abcd", "\"abc\"...", 3},
		{"\xc3\xa9\xc3\xa9", "\"\xc3\xa9\"...", 1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autobuf struct buf b = {0};

		utf8_quote(&b, rows[i].text, strlen(rows[i].text), rows[i].max);
		assert_string_equal(b.data, rows[i].expected);
	}
}

static void test_identifiers(void **state)
{
	static const struct {
		unsigned int c;
		bool start, go_on;
		const char *why;
	} rows[] = {
		{'a', true, true, "a letter"},
		{'Z', true, true, "a letter"},
		{'0', false, true, "a digit"},
		{'_', false, true, "a connector"},
		{'-', false, false, "a hyphen"},
		{0xaa, true, true, "feminine ordinal: the first row"},
		{0xb7, false, false, "middle dot: no letter to ECMAScript 5.1"},
		{0xd7, false, false, "multiplication sign, between two rows"},
		{0x300, false, true, "a combining accent"},
		{0x663, false, true, "an Arabic digit"},
		{0x203f, false, true, "undertie, a connector"},
		{0x2118, false, false, "Weierstrass p: a symbol by its category"},
		{0x2177, true, true, "a Roman numeral"},
		{0x4e2d, true, true, "a Han character"},
		{0x20000, true, true, "one beyond the first plane"},
		{0x1f600, false, false, "an emoji"},
		{0xe01ef, false, true, "the last row"},
		{0xd800, false, false, "a surrogate"},
		{0x10ffff, false, false, "the last code point"},
		{0xffffffff, false, false, "no code point"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (unicode_is_id_start(rows[i].c) != rows[i].start ||
		    unicode_is_id_continue(rows[i].c) != rows[i].go_on)
			fail_msg("U+%04X: %s", rows[i].c, rows[i].why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_quote),
		cmocka_unit_test(test_identifiers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
