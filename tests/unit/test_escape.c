// SPDX-License-Identifier: GPL-2.0-only
/* Does everything that could fool a reader get escaped, and come back as it was? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/escape.h"

static const struct {
	const char *bytes;
	size_t len;
	const char *escaped;
	const char *why;
} cases[] = {
#define CASE(bytes, escaped, why)                                                                  \
	{                                                                                          \
		bytes, sizeof(bytes) - 1, escaped, why                                             \
	}
	CASE("", "", "nothing stays nothing"),
	CASE("/usr/bin/git", "/usr/bin/git", "a plain path stays"),
	CASE("a b\"'$", "a b\"'$", "quoting is not its affair"),
	CASE("a\\b", "a\\\\b", "a backslash is doubled, so that there is a way back"),
	CASE("\\x41", "\\\\x41", "what looks like an escape is told from one"),
	CASE("a\nb\rc\td", "a\\nb\\rc\\td", "no second line, no overwriting of the first"),
	CASE("\033[2J", "\\x1b[2J", "an escape sequence"),
	CASE("a\0b", "a\\x00b", "a NUL"),
	CASE("\x7f", "\\x7f", "DEL"),
	CASE("\xc3\xa4\xe6\xbc\xa2\xf0\x9f\xa6\x9e", "\xc3\xa4\xe6\xbc\xa2\xf0\x9f\xa6\x9e",
	     "letters of every script, and pictures, stay"),
	CASE("\xc2\x9b"
	     "31m",
	     "\\xc2\\x9b31m", "U+009B begins a sequence on some terminals"),
	CASE("\xe2\x80\xa8", "\\xe2\\x80\\xa8", "U+2028 is a line break to some readers"),
	CASE("\xe2\x80\xae"
	     "cod.exe",
	     "\\xe2\\x80\\xaecod.exe", "U+202E turns the direction"),
	CASE("\xe2\x81\xa6", "\\xe2\\x81\\xa6", "U+2066, an isolate, does as well"),
	CASE("a\xe2\x80\x8b"
	     "b",
	     "a\\xe2\\x80\\x8bb", "U+200B is not seen"),
	CASE("\xef\xbb\xbf", "\\xef\\xbb\\xbf", "nor is a byte order mark"),
	CASE("\xf3\xa0\x81\x81", "\\xf3\\xa0\\x81\\x81", "nor a tag character"),
	CASE("\xff\xfe", "\\xff\\xfe", "bytes that are no UTF-8"),
	CASE("\xc0\xaf", "\\xc0\\xaf", "an overlong slash"),
	CASE("\xed\xa0\x80", "\\xed\\xa0\\x80", "a surrogate"),
	CASE("\xe2\x82", "\\xe2\\x82", "cut in the middle of a character"),
	CASE("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", "beyond the last code point"),
	CASE("\xef\xbf\xbf", "\\xef\\xbf\\xbf", "no character at all"),
};

static void test_escape(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autobuf struct buf escaped = {0}, back = {0};

		escape_bytes(&escaped, cases[i].bytes, cases[i].len);
		buf_puts(&escaped, "");
		if (strcmp(escaped.data, cases[i].escaped) != 0)
			fail_msg("%s: %s", cases[i].why, escaped.data);
		assert_int_equal(unescape_bytes(&back, escaped.data, escaped.len), 0);
		buf_puts(&back, "");
		assert_int_equal(back.len, cases[i].len);
		assert_memory_equal(back.data, cases[i].bytes, back.len);
	}
}

static void test_escape_every_pair(void **state)
{
	(void)state;
	for (int i = 0; i < 0x10000; i++) {
		char bytes[2] = {(char)(i >> 8), (char)i};
		autobuf struct buf escaped = {0}, back = {0};

		escape_bytes(&escaped, bytes, 2);
		for (size_t c = 0; c < escaped.len; c++)
			assert_true((unsigned char)escaped.data[c] >= 0x20 &&
				    escaped.data[c] != 0x7f);
		assert_int_equal(unescape_bytes(&back, escaped.data, escaped.len), 0);
		assert_int_equal(back.len, 2);
		assert_memory_equal(back.data, bytes, 2);
	}
}

static void test_unescape_refuses(void **state)
{
	static const char *const wrong[] = {"\\",   "a\\",   "\\q",   "\\x",
					    "\\x1", "\\xg0", "\\X41", "\\xAB"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		autobuf struct buf b = {0};

		assert_int_equal(unescape_bytes(&b, wrong[i], strlen(wrong[i])), -EINVAL);
	}
}

static void test_message(void **state)
{
	autobuf struct buf b = {0};

	(void)state;
	escape_message(&b, "C:\\x\033", 5);
	assert_string_equal(b.data, "C:\\x\\x1b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_escape_every_pair),
		cmocka_unit_test(test_unescape_refuses),
		cmocka_unit_test(test_message),
	};

	return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
