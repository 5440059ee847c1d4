// SPDX-License-Identifier: GPL-2.0-only
/* Does an error say where, what and what to do, in one line, however long its parts are? */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "util/cleanup.h"
#include "util/err.h"

static void test_format(void **state)
{
	static const struct {
		struct pos pos;
		const char *key, *fix, *expected;
	} rows[] = {
		{{0}, "", "", "wrong"},
		{{"f", 0, 0}, "", "", "f: wrong"},
		{{"f", 3, 14}, "", "", "f:3:14: wrong"},
		{{NULL, 3, 14}, "", "", "wrong"},
		{{0}, "a.b", "", "a.b: wrong"},
		{{0}, "", "mend it", "wrong (mend it)"},
		{{"f", 3, 14}, "a.b[2]", "mend it", "f:3:14: a.b[2]: wrong (mend it)"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct err e;
		char line[256];

		assert_int_equal(err_set(&e, EINVAL, "%s", "wrong"), -EINVAL);
		assert_int_equal(err_at(&e, rows[i].pos), -EINVAL);
		assert_int_equal(err_key(&e, "%s", rows[i].key), -EINVAL);
		assert_int_equal(err_fix(&e, "%s", rows[i].fix), -EINVAL);
		assert_int_equal(err_format(&e, line, sizeof(line)), strlen(rows[i].expected));
		assert_string_equal(line, rows[i].expected);
	}
}

static void test_errno(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(err_errno(&e, ENOENT, "cannot open %s", "x"), -ENOENT);
	assert_string_equal(e.message, "cannot open x: No such file or directory");
	assert_int_equal(e.code, ENOENT);
}

static void test_set_again(void **state)
{
	struct err e;
	char line[64];

	(void)state;
	err_set(&e, EINVAL, "first");
	err_at(&e, (struct pos){"f", 1, 2});
	err_key(&e, "k");
	err_fix(&e, "fix");
	err_set(&e, EPERM, "second");
	err_format(&e, line, sizeof(line));
	assert_string_equal(line, "second");
}

static void test_long(void **state)
{
	char text[5000], line[100];
	struct err e;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err_errno(&e, EINVAL, "%s", text);
	err_at(&e, (struct pos){text, 1, 1});
	err_key(&e, "%s", text);
	err_fix(&e, "%s", text);
	assert_int_equal(strlen(e.message), sizeof(e.message) - 1);
	assert_int_equal(strlen(e.file), sizeof(e.file) - 1);
	assert_int_equal(strlen(e.key), sizeof(e.key) - 1);
	assert_int_equal(strlen(e.fix), sizeof(e.fix) - 1);
	assert_true(err_format(&e, line, sizeof(line)) > (int)sizeof(line));
	assert_int_equal(strlen(line), sizeof(line) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_errno),
		cmocka_unit_test(test_set_again),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
