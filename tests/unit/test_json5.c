// SPDX-License-Identifier: GPL-2.0-only
/* Does json5_read give the right values, places and warnings? (Refusals: test_json5_refused.c) */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "config/json5.h"
#include "number.h"
#include "tree.h"
#include "util/cleanup.h"

static struct node *read_text(const char *text, size_t len, struct warnings *w)
{
	/* A copy without a NUL behind it, so that the sanitizer sees a step too far. */
	autofree char *exact = malloc(len ? len : 1);
	struct node *root = NULL;
	struct err err = {0};

	memcpy(exact, text, len);
	if (json5_read("t.json5", exact, len, &root, w, &err))
		fail_msg("%s: %u:%u: %s", text, err.line, err.column, err.message);
	return root;
}

static void assert_tree(const char *text, size_t len, bool places, const char *expected,
			const char *why)
{
	autonode struct node *root = read_text(text, len, NULL);
	autobuf struct buf b = {0};

	tree_text(&b, root, places);
	if (strcmp(b.data, expected))
		fail_msg("%s: %s\n  expected %s\n  found    %s", why, text, expected, b.data);
}

/* The size of a literal, so that it may hold NUL bytes. */
#define TEXT(s) s, sizeof(s) - 1

static void test_values(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *expected, *why;
	} rows[] = {
		{TEXT("\xef\xbb\xbf{}"), "{}", "byte order mark"},
		{TEXT("[1,]"), "[1]", "trailing comma"},
		{TEXT("{a:1,}"), "{\"a\": 1}", "trailing comma"},
		{TEXT("\t\v\f \r\n\xc2\xa0\xef\xbb\xbf\xe1\x9a\x80\xe2\x80\x8a\xe3\x80\x80[]"),
		 "[]", "white space of every kind"},
		{TEXT("\xe2\x80\xa8\xe2\x80\xa9[]\xe2\x80\xaf\xe2\x81\x9f"), "[]",
		 "line and paragraph separator, narrow and mathematical space"},
		{TEXT("//a\r[/**/1/***/,/*/*/2]//"), "[1, 2]", "comments, the last one not ended"},
		{TEXT("//\xe2\x80\xa8[]"), "[]", "U+2028 ends a comment"},
		{TEXT("{$_a1:1,\xc3\xa9:2,\xf0\xa0\x80\x80:3,a\xe2\x80\x8c\xcc\x80:4}"),
		 "{\"$_a1\": 1, \"\xc3\xa9\": 2, \"\xf0\xa0\x80\x80\": 3, "
		 "\"a\\u200c\xcc\x80\": 4}",
		 "keys without quotes"},
		{TEXT("{\\u0061\\u0030:1}"), "{\"a0\": 1}", "escapes in a key without quotes"},
		{TEXT("{null:1,true:2,NaN:3,if:4}"),
		 "{\"null\": 1, \"true\": 2, \"NaN\": 3, \"if\": 4}", "words are keys"},
		{TEXT("{'':1,\"a b\":2,'\\x41':3}"), "{\"\": 1, \"a b\": 2, \"A\": 3}",
		 "keys in quotes"},
		{TEXT("{__proto__:{x:1}}"), "{\"__proto__\": {\"x\": 1}}", "a key as any other"},
		{TEXT("{b:1,a:2}"), "{\"b\": 1, \"a\": 2}", "the order of the text"},
		{TEXT("{a:1,b:2,a:3}"), "{\"a\": 3, \"b\": 2}", "last value, first place"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_tree(rows[i].text, rows[i].len, false, rows[i].expected, rows[i].why);
}

static void test_strings(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *bytes;
		size_t bytes_len;
		const char *why;
	} rows[] = {
		{TEXT("''"), TEXT(""), "empty"},
		{TEXT("'\"'"), TEXT("\""), "the other quote"},
		{TEXT("'\\b\\f\\n\\r\\t\\v\\0\\\\\\/\\'\\\"'"), TEXT("\b\f\n\r\t\v\0\\/'\""),
		 "escapes with a name"},
		{TEXT("'\\a\\q\\\xc3\xa9'"), TEXT("aq\xc3\xa9"), "others stand for themselves"},
		{TEXT("'\\x41\\xe9'"), TEXT("A\xc3\xa9"), "two digits"},
		{TEXT("'\\u0041\\uFFfd\\u0000'"), TEXT("A\xef\xbf\xbd\0"), "four digits"},
		{TEXT("'\\ud83d\\ude00'"), TEXT("\xf0\x9f\x98\x80"), "two halves"},
		{TEXT("'\\ud83d\\\n\\ude00'"), TEXT("\xf0\x9f\x98\x80"),
		 "with a continuation between"},
		{TEXT("'\\ud83d'"), TEXT("\xef\xbf\xbd"), "a first half"},
		{TEXT("'\\ude00x'"), TEXT("\xef\xbf\xbdx"), "a second half"},
		{TEXT("'\\ud83d\\ud83d\\ude00'"), TEXT("\xef\xbf\xbd\xf0\x9f\x98\x80"),
		 "one and a pair"},
		{TEXT("'\\ud83d\xc3\xa9'"), TEXT("\xef\xbf\xbd\xc3\xa9"), "a half and a letter"},
		{TEXT("'a\\\nb\\\r\nc\\\rd\\\xe2\x80\xa8"
		      "e\\\xe2\x80\xa9'"),
		 TEXT("abcde"), "continued lines"},
		{TEXT("'\t\x01\x7f\0'"), TEXT("\t\x01\x7f\0"), "control characters, bare"},
		{TEXT("'// /* */'"), TEXT("// /* */"), "no comment in a string"},
		{TEXT("'\xe2\x80\xa8'"), TEXT("\xe2\x80\xa8"), "U+2028, bare"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autonode struct node *n = read_text(rows[i].text, rows[i].len, NULL);

		if (n->type != NODE_STRING || n->string.len != rows[i].bytes_len ||
		    memcmp(n->string.bytes, rows[i].bytes, rows[i].bytes_len))
			fail_msg("%s: %s", rows[i].why, rows[i].text);
		assert_int_equal(n->string.bytes[n->string.len], 0);
	}
}

static void test_numbers(void **state)
{
	static const struct {
		const char *text;
		double value;
	} rows[] = {
		{"0", 0},
		{"-0", -0.0},
		{"-0x0", -0.0},
		{"-.0", -0.0},
		{"+.5", .5},
		{".5", .5},
		{"5.", 5},
		{"5.e3", 5000},
		{"5e-3", .005},
		{"1E+2", 100},
		{"0e9", 0},
		{"0.1", .1},
		{"0xdecaf", 912559},
		{"-0XDECAF", -912559},
		{"0x20000000000001", 9007199254740992.0}, /* half way: to the even one */
		{"0x20000000000003", 9007199254740996.0},
		{"0xfffffffffffffbff", 18446744073709549568.0},
		{"0xfffffffffffffc00", 18446744073709551616.0},
		{"9007199254740993", 9007199254740992.0},
		{"5e-324", 5e-324},
		{"2.4703282292062327208e-324", 0},
		{"2.4703282292062328e-324", 5e-324},
		{"1.7976931348623158e308", 1.7976931348623157e308},
		{"1.7976931348623159e308", INFINITY},
		{"1e400", INFINITY},
		{"-1e400", -INFINITY},
		{"1e-400", 0},
		{"1e99999999999999999999", INFINITY},
		{"Infinity", INFINITY},
		{"+Infinity", INFINITY},
		{"-Infinity", -INFINITY},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autonode struct node *n = read_text(rows[i].text, strlen(rows[i].text), NULL);

		if (n->type != NODE_NUMBER || !same_number(n->number, rows[i].value))
			fail_msg("%s: %.17g", rows[i].text, n->number);
	}
	for (size_t i = 0; i < 3; i++) {
		static const char *const nans[] = {"NaN", "+NaN", "-NaN"};
		autonode struct node *n = read_text(nans[i], strlen(nans[i]), NULL);

		assert_true(isnan(n->number));
	}
}

static void test_places(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *expected, *why;
	} rows[] = {
		{TEXT("{a:1,\n b:[2]}"), "{\"a\"@1:2: 1@1:4, \"b\"@2:2: [2@2:5]@2:4}@1:1", "LF"},
		{TEXT("[\r\n1]"), "[1@2:1]@1:1", "CRLF is one line end"},
		{TEXT("[\r1,\n\r2]"), "[1@2:1, 2@4:1]@1:1", "CR is one, too"},
		{TEXT("\t\t[]"), "[]@1:3", "a tab is one column"},
		{TEXT("['\xc3\xa9\xf0\x9f\x98\x80',1]"),
		 "[\"\xc3\xa9\xf0\x9f\x98\x80\"@1:2, 1@1:7]@1:1", "columns count characters"},
		{TEXT("\xef\xbb\xbf[]"), "[]@1:1", "a byte order mark is no column"},
		{TEXT(" \xef\xbb\xbf[]"), "[]@1:3", "but it is one in the text"},
		{TEXT("\xe2\x80\xa8[]"), "[]@1:2", "editors see no line end in U+2028"},
		{TEXT("/*\n\n*/[]"), "[]@3:3", "lines in a comment"},
		{TEXT("['a\\\nb',1]"), "[\"ab\"@1:2, 1@2:4]@1:1", "lines in a string"},
		{TEXT("{a:1,a:2}"), "{\"a\"@1:6: 2@1:8}@1:1", "of duplicates, the one that counts"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_tree(rows[i].text, rows[i].len, true, rows[i].expected, rows[i].why);
}

static void test_warnings(void **state)
{
	static const struct {
		const char *text;
		unsigned int line, column;
		const char *expected;
	} rows[] = {
		{"{a:1,\n a:2}", 2, 2,
		 "the key \"a\" was given before, at line 1, column 2: the last one counts"},
		{"{a:1,'\\x61':2}", 1, 6,
		 "the key \"a\" was given before, at line 1, column 2: the last one counts"},
		{"{'\\u001b[2J':1,'\\u001b[2J':2}", 1, 16,
		 "the key \"\\u001b[2J\" was given before, at line 1, column 2: the last one "
		 "counts"},
		{"[{x:{b:1,c:0,b:[]}}]", 1, 14,
		 "the key \"b\" was given before, at line 1, column 6: the last one counts"},
		{"'a\xe2\x80\xa8'", 1, 3,
		 "U+2028 in a string is a line end to some readers: write \\u2028"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autowarnings struct warnings w = {0};
		autonode struct node *root = read_text(rows[i].text, strlen(rows[i].text), &w);

		assert_non_null(root);
		assert_int_equal(w.count, 1);
		assert_string_equal(w.items[0].text, rows[i].expected);
		assert_string_equal(w.items[0].pos.file, "t.json5");
		assert_int_equal(w.items[0].pos.line, rows[i].line);
		assert_int_equal(w.items[0].pos.column, rows[i].column);
	}
}

static void test_many_warnings(void **state)
{
	autowarnings struct warnings w = {0};
	autonode struct node *root = NULL;
	autobuf struct buf b = {0};

	(void)state;
	buf_puts(&b, "{a:0");
	for (int i = 0; i < 150; i++)
		buf_printf(&b, ",a:%d", i);
	buf_putc(&b, '}');
	root = read_text(b.data, b.len, &w);
	assert_int_equal(root->object.count, 1);
	assert_int_equal((int)node_get(root, "a")->number, 149);
	assert_int_equal(w.count, WARNINGS_MAX);
	assert_int_equal(w.dropped, 150 - WARNINGS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),   cmocka_unit_test(test_strings),
		cmocka_unit_test(test_numbers),  cmocka_unit_test(test_places),
		cmocka_unit_test(test_warnings), cmocka_unit_test(test_many_warnings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
