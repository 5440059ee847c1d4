// SPDX-License-Identifier: GPL-2.0-only
/* Does a buffer hold what was added, and say so when it could not? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "util/buf.h"
#include "util/cleanup.h"

static void test_add(void **state)
{
	autobuf struct buf b = {0};

	(void)state;
	buf_puts(&b, "a");
	buf_putc(&b, 'b');
	buf_add(&b, "c\0d", 3);
	buf_printf(&b, "%d%s", 42, "e");
	assert_int_equal(b.len, 8);
	assert_memory_equal(b.data, "abc\0d42e", 9);
	assert_false(b.failed);
}

static void test_grow(void **state)
{
	autobuf struct buf b = {0};
	char line[1000];

	(void)state;
	memset(line, 'x', sizeof(line));
	for (int i = 0; i < 1000; i++) {
		buf_putc(&b, 'y');
		buf_add(&b, line, sizeof(line));
		buf_printf(&b, "%1000d", i);
		assert_int_equal(b.data[b.len], 0);
	}
	assert_int_equal(b.len, 1000 * 2001);
	assert_int_equal(b.data[2001 * 999], 'y');
	assert_int_equal(b.data[b.len - 1], '9');
}

static void test_take(void **state)
{
	struct buf b = {0};
	autofree char *empty = buf_take(&b), *text = NULL;

	(void)state;
	assert_string_equal(empty, "");
	buf_puts(&b, "text");
	text = buf_take(&b);
	assert_string_equal(text, "text");
	assert_null(b.data);
	assert_int_equal(b.len, 0);
	buf_puts(&b, "again");
	assert_string_equal(b.data, "again");
	buf_free(&b);
	assert_null(b.data);
}

static void test_failed(void **state)
{
	struct buf b = {0};

	(void)state;
	buf_puts(&b, "text");
	b.failed = 1; /* as after an allocation that failed */
	buf_puts(&b, "more");
	buf_printf(&b, "%s", "more");
	assert_string_equal(b.data, "text");
	assert_null(buf_take(&b));
	assert_false(b.failed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_grow),
		cmocka_unit_test(test_take),
		cmocka_unit_test(test_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
