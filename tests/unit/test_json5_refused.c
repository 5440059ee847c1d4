// SPDX-License-Identifier: GPL-2.0-only
/* Does json5_read refuse what it must, with a place and a sentence that help? */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "config/json5.h"
#include "util/buf.h"
#include "util/cleanup.h"

#define TEXT(s) s, sizeof(s) - 1

static void assert_refused(const char *text, size_t len, int code, const char *expected)
{
	autofree char *exact = malloc(len ? len : 1);
	autonode struct node *root = NULL;
	struct err err = {0};
	char message[2048];

	memcpy(exact, text, len);
	assert_int_equal(json5_read("t", exact, len, &root, NULL, &err), -code);
	assert_null(root);
	assert_int_equal(err.code, code);
	err_format(&err, message, sizeof(message));
	assert_string_equal(message, expected);
}

#define EMPTY "expected a value, found the end of the text (the smallest config is {})"
#define OCTAL                                                                                      \
	"a number cannot have a digit after a leading 0 (leave the 0 out; there are no octal "     \
	"numbers, but 0x and hexadecimal digits do)"
#define QUOTES     " (a string needs quotes)"
#define KEY_QUOTES " (a key that is not an identifier needs quotes)"
#define NOT_UTF8   " is not valid UTF-8 (save the file as UTF-8)"

static const struct {
	const char *text;
	size_t len;
	const char *expected;
} syntax[] = {
	{TEXT(""), "t:1:1: " EMPTY},
	{TEXT(" \n//x\n"), "t:3:1: " EMPTY},
	{TEXT("\xef\xbb\xbf"), "t:1:1: " EMPTY},
	{TEXT("{"), "t:1:2: expected a key or \"}\" (the object begins at 1:1), found the end "
		    "of the text"},
	{TEXT("[{a:\n1"), "t:2:2: expected \",\" or \"}\" (the object begins at 1:2), found "
			  "the end of the text"},
	{TEXT("[1 2]"), "t:1:4: expected \",\" or \"]\" (the array begins at 1:1), found \"2\""},
	{TEXT("[,]"), "t:1:2: expected a value or \"]\" (the array begins at 1:1), found \",\""},
	{TEXT("[1,,]"), "t:1:4: expected a value or \"]\" (the array begins at 1:1), found \",\""},
	{TEXT("[1}"), "t:1:3: expected \",\" or \"]\" (the array begins at 1:1), found \"}\""},
	{TEXT("{,}"), "t:1:2: expected a key or \"}\" (the object begins at 1:1), found \",\""},
	{TEXT("{a}"), "t:1:3: expected \":\" after the key \"a\", found \"}\""},
	{TEXT("{a:}"), "t:1:4: expected a value, found \"}\""},
	{TEXT("{a=1}"), "t:1:3: expected \":\" after the key \"a\", found \"=\""},
	{TEXT("{a-b:1}"), "t:1:3: expected \":\" after the key \"a\", found \"-\"" KEY_QUOTES},
	{TEXT("{1:1}"), "t:1:2: expected a key or \"}\" (the object begins at 1:1), found "
			"\"1\"" KEY_QUOTES},
	{TEXT("{a:b}"), "t:1:4: expected a value, found the word \"b\"" QUOTES},
	{TEXT("[tru]"), "t:1:2: expected a value, found the word \"tru\"" QUOTES},
	{TEXT("[True]"), "t:1:2: expected a value, found the word \"True\"" QUOTES},
	{TEXT("[\\u0074rue]"), "t:1:2: expected a value, found \"\\\\\""},
	{TEXT("{} {}"), "t:1:4: expected the end of the text, found \"{\""},
	{TEXT("{}\n\xc3\xa9t\xc3\xa9"), "t:2:1: expected the end of the text, found the word "
					"\"\xc3\xa9t\xc3\xa9\""},
	{TEXT("{}\0"), "t:1:3: expected the end of the text, found \"\\u0000\""},
	{TEXT("[\x1b]"), "t:1:2: expected a value, found \"\\u001b\""},
	{TEXT("[\xe2\x80\xae]"), "t:1:2: expected a value, found \"\\u202e\""},
	{TEXT("\"a"), "t:1:1: this string is not closed: expected '\"' before the end of the "
		      "text"},
	{TEXT("{a:'b,\n}"), "t:1:4: this string is not closed: expected \"'\" before the end "
			    "of the line (close it, or end line 1 with a backslash)"},
	{TEXT("'\\"), "t:1:3: expected a character after \"\\\", found the end of the text"},
	{TEXT("[1,/* "), "t:1:4: this comment is not closed: expected \"*/\", found the end of "
			 "the text"},
	{TEXT("/*/"), "t:1:1: this comment is not closed: expected \"*/\", found the end of "
		      "the text"},
	{TEXT("/ 1"), "t:1:1: expected a value, found \"/\""},
	{TEXT("# no"), "t:1:1: expected a value, found \"#\""},
};

static void test_syntax(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(syntax); i++)
		assert_refused(syntax[i].text, syntax[i].len, EINVAL, syntax[i].expected);
}

static void test_tokens(void **state)
{
	static const struct {
		const char *text;
		const char *expected;
	} rows[] = {
		{"'\\x4'", "t:1:5: expected two hexadecimal digits after \"\\x\", found \"'\""},
		{"'\\u12g4'",
		 "t:1:6: expected four hexadecimal digits after \"\\u\", found the word \"g4\""},
		{"'\\u{61}'", "t:1:4: expected four hexadecimal digits after \"\\u\", found \"{\""},
		{"'\\1'", "t:1:3: expected an escape that JSON5 knows after \"\\\", found \"1\""},
		{"'\\01'", "t:1:4: expected no digit after \"\\0\", found \"1\""},
		{"{\\x61:1}",
		 "t:1:3: expected \"u\" after the \"\\\" in a key without quotes, found "
		 "the word \"x61\""},
		{"{\\u0031:1}",
		 "t:1:2: \"\\u0031\" cannot begin a key without quotes (put the key in quotes)"},
		{"{a\\u002d:1}",
		 "t:1:3: \"\\u002d\" cannot be in a key without quotes (put the key in quotes)"},
		{"{\\ud840\\udc00:1}",
		 "t:1:2: \"\\ud840\" cannot begin a key without quotes (put the key in quotes)"},
		{"01", "t:1:1: " OCTAL},
		{"-08.5", "t:1:2: " OCTAL},
		{".", "t:1:2: expected a digit after \".\", found the end of the text"},
		{"-",
		 "t:1:2: expected a number, Infinity or NaN after the sign, found the end of the "
		 "text"},
		{"--1", "t:1:2: expected a number, Infinity or NaN after the sign, found \"-\""},
		{"- 1", "t:1:2: expected a number, Infinity or NaN after the sign, found \" \""},
		{"+Inf", "t:1:2: expected a number, Infinity or NaN after the sign, found the word "
			 "\"Inf\""},
		{"0x",
		 "t:1:3: expected a hexadecimal digit after \"0x\", found the end of the text"},
		{"0xg", "t:1:3: expected a hexadecimal digit after \"0x\", found the word \"g\""},
		{"1e", "t:1:3: expected a digit of the exponent, found the end of the text"},
		{"1e+", "t:1:4: expected a digit of the exponent, found the end of the text"},
		{"1.2.3", "t:1:4: expected the end of the text, found \".\""},
		{"5px", "t:1:2: expected the end of the text, found the word \"px\""},
		{"1_000", "t:1:2: expected the end of the text, found the word \"_000\""},
		{"0x1.8", "t:1:4: expected the end of the text, found \".\""},
		{"1n", "t:1:2: expected the end of the text, found the word \"n\""},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		 "t:1:1: expected a value, found the word "
		 "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"..." QUOTES},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_refused(rows[i].text, strlen(rows[i].text), EINVAL, rows[i].expected);
}

static void test_encoding(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *expected;
	} rows[] = {
		{TEXT("\xff"), "t:1:1: byte 0xff" NOT_UTF8},
		{TEXT("\xfe\xff\0{\0}"), "t:1:1: byte 0xfe" NOT_UTF8},
		{TEXT("{a:'\xe9'}"), "t:1:5: byte 0xe9" NOT_UTF8},
		{TEXT("//\n// \xc3"), "t:2:4: byte 0xc3" NOT_UTF8},
		{TEXT("/*\xa0*/"), "t:1:3: byte 0xa0" NOT_UTF8},
		{TEXT("{\xc0\x80:1}"), "t:1:2: byte 0xc0" NOT_UTF8},
		{TEXT("{a\x80:1}"), "t:1:3: byte 0x80" NOT_UTF8},
		{TEXT("'\xed\xa0\x80'"), "t:1:2: byte 0xed" NOT_UTF8},
		{TEXT("'\xf4\x90\x80\x80'"), "t:1:2: byte 0xf4" NOT_UTF8},
		{TEXT("'\xe0\x80\xaf'"), "t:1:2: byte 0xe0" NOT_UTF8},
		{TEXT("'\xe2\x82'"), "t:1:2: byte 0xe2" NOT_UTF8},
		{TEXT("'\\\xff'"), "t:1:3: byte 0xff" NOT_UTF8},
		{TEXT("1\xff"), "t:1:2: byte 0xff" NOT_UTF8},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_refused(rows[i].text, rows[i].len, EILSEQ, rows[i].expected);
}

/* `count` times `unit`, between two other texts. */
static void repeat(struct buf *b, const char *before, const char *unit, size_t count,
		   const char *after)
{
	size_t len = strlen(unit);

	buf_puts(b, before);
	for (size_t i = 0; i < count; i++)
		buf_add(b, unit, len);
	buf_puts(b, after);
}

static void test_limits(void **state)
{
	static const struct {
		const char *before, *unit, *after;
		size_t count;
		int code;
		const char *expected;
	} rows[] = {
		{"", "[", "", 10000, E2BIG, "t:1:129: nested deeper than 128 levels"},
		{"", "{a:", "", 10000, E2BIG, "t:1:385: nested deeper than 128 levels"},
		{"", "[{a:", "", 10000, E2BIG, "t:1:257: nested deeper than 128 levels"},
		{"[", "0,", "]", 1000000, E2BIG, "t:1:2000000: more than 1000000 values"},
		{"", " ", "{}", JSON5_MAX_SIZE - 1, E2BIG, "t: larger than 16 MB"},
		{"", " ", "", JSON5_MAX_SIZE, EINVAL, "t:1:16777217: " EMPTY},
		{"", "}", "", 10 << 20, EINVAL, "t:1:1: expected a value, found \"}\""},
		{"'", "\\\n", "", 5 << 20, EINVAL,
		 "t:1:1: this string is not closed: expected \"'\" before the end of the text"},
		{"", "\xff", "", 10 << 20, EILSEQ, "t:1:1: byte 0xff" NOT_UTF8},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autobuf struct buf b = {0};

		repeat(&b, rows[i].before, rows[i].unit, rows[i].count, rows[i].after);
		assert_refused(b.data, b.len, rows[i].code, rows[i].expected);
	}
}

static void test_within_limits(void **state)
{
	static const struct {
		const char *before, *unit, *after;
		size_t count;
	} rows[] = {
		{"[", "0,", "]", JSON5_MAX_VALUES - 1},
		{"", " ", "{}", JSON5_MAX_SIZE - 2},
		{"'", "a", "'", JSON5_MAX_SIZE - 2},
		{"1", "1", "", 1 << 20},
		{"{", "a:1,", "}", 500000},
	};
	autobuf struct buf deep = {0};
	autonode struct node *root = NULL;
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autobuf struct buf b = {0};
		autonode struct node *n = NULL;

		repeat(&b, rows[i].before, rows[i].unit, rows[i].count, rows[i].after);
		assert_int_equal(json5_read("t", b.data, b.len, &n, NULL, &err), 0);
	}
	repeat(&deep, "", "[", NODE_MAX_DEPTH, "");
	repeat(&deep, "", "]", NODE_MAX_DEPTH, "");
	assert_int_equal(json5_read("t", deep.data, deep.len, &root, NULL, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_syntax),        cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_encoding),      cmocka_unit_test(test_limits),
		cmocka_unit_test(test_within_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
