// SPDX-License-Identifier: GPL-2.0-only
/* Does a time mean the same as text? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>

#include "events/clock.h"
#include "util/cleanup.h"

#define NOW 1795303850123456ull /* 2026-11-21T23:30:50.123456Z */

static const struct {
	const char *text;
	u64 us; /* 0: refused */
} cases[] = {
	{"2026-11-21T23:30:50.123456Z", NOW},
	{"2026-11-21T23:30:50.123456789Z", NOW},
	{"2026-11-21T23:30:50.1Z", NOW - 23456},
	{"2026-11-21T23:30:50Z", NOW - 123456},
	{"2026-11-21T23:30:50+02:00", NOW - 123456 - 7200000000},
	{"2026-11-21T23:30:50-01:30", NOW - 123456 + 5400000000},
	{"2026-11-21 23:30:50", NOW - 123456},
	{"2026-11-21 23:30", NOW - 50123456},
	{"2026-11-21", NOW - 123456 - 84650000000},
	{"10s", NOW - 10000000},
	{"5m", NOW - 300000000},
	{"2h", NOW - 7200000000},
	{"1d", NOW - 86400000000},
	{"yesterday", 0},
	{"", 0},
	{"5", 0},
	{"5 m", 0},
	{"5mm", 0},
	{"-5m", 0},
	{"99999999999999999999d", 0},
	{"999999999999999d", 0},
	{"2026-13-01", 0},
	{"2026-11-21T23:30:50X", 0},
	{"2026-11-21T23:30:50+2", 0},
	{"2026-11-21T23:30:50+02:99", 0},
	{"2026-11-21T", 0},
	{"1969-12-31", 0},
};

static void test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err err = {0};
		u64 us = 0;
		int r = clock_parse(cases[i].text, NOW, &us, &err);

		if (r != (cases[i].us ? 0 : -EINVAL) || us != cases[i].us)
			fail_msg("\"%s\": %d, %llu", cases[i].text, r, (unsigned long long)us);
	}
}

static void test_format(void **state)
{
	char text[CLOCK_TEXT_LEN];

	(void)state;
	clock_format(NOW, 6, text);
	assert_string_equal(text, "2026-11-21T23:30:50.123456Z");
	clock_format(NOW, 3, text);
	assert_string_equal(text, "2026-11-21T23:30:50.123Z");
	clock_format(NOW, 0, text);
	assert_string_equal(text, "2026-11-21T23:30:50Z");
	clock_format(0, 6, text);
	assert_string_equal(text, "1970-01-01T00:00:00.000000Z");
	clock_format(~0ull, 6, text);
	assert_string_equal(text, "9999-12-31T23:59:59.551615Z");
}

static void test_wall(void **state)
{
	struct boot_clock c = clock_read();
	u64 now = clock_now_us();

	(void)state;
	assert_in_range(clock_wall_us((struct boot_clock){.to_wall_ns = 5000}, 1000), 6, 6);
	assert_int_equal(clock_wall_us((struct boot_clock){.to_wall_ns = -5000}, 1000), 0);
	clock_wall_us((struct boot_clock){.to_wall_ns = INT64_MAX}, ~0ull); /* overflows nothing */
	assert_in_range(clock_wall_us(c, (now * 1000) - (u64)c.to_wall_ns), now - 1, now + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_wall),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
