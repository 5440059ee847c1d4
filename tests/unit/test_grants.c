// SPDX-License-Identifier: GPL-2.0-only
/* Is what was approved for always what is written, and nothing that is damaged? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "session/grants_text.h"
#include "util/cleanup.h"

static const struct approval sample = {.uid = 1000,
				       .gid = 1000,
				       .argc = 3,
				       .argv_len = 13,
				       .argv = "git\0push\0a\nb",
				       .session = "agent:main:main",
				       .agent = "main",
				       .sender = "telegram:1",
				       .program = "/usr/bin/git",
				       .cwd = "/w"};

static void text_of(struct buf *b)
{
	struct grant item = {.id = 7, .time_us = 1000, .what = sample, .who = {.login = "owner"}};
	const struct grants g = {.items = &item, .count = 1};

	grants_to_text(&g, b);
	buf_add(b, "", 1);
	b->len--;
	assert_false(b->failed);
}

static void test_round_trip(void **state)
{
	struct grants g autodestroy(grants_clear) = {0};
	struct approval other = sample;
	autobuf struct buf b = {0};
	struct err err = {0};

	(void)state;
	text_of(&b);
	assert_int_equal(grants_from_text(b.data, b.len, &g, &err), 0);
	assert_int_equal(g.count, 1);
	assert_int_equal(g.items[0].id, 7);
	assert_ptr_equal(grants_find(&g, &sample), g.items);
	other.argv[4] = 'P';
	assert_null(grants_find(&g, &other));
	other = sample;
	other.uid = 0;
	assert_null(grants_find(&g, &other));
}

/* Whatever is cut off: an error, or, where only blanks are missing, the whole. */
static void test_cut(void **state)
{
	autobuf struct buf b = {0};

	(void)state;
	text_of(&b);
	for (size_t len = 0; len < b.len; len++) {
		struct grants g autodestroy(grants_clear) = {0};
		autofree char *cut = strndup(b.data, len);
		struct err err = {0};
		int r = grants_from_text(cut, len, &g, &err);

		if (r ? !err.message[0] || g.count : len < b.len - 1 || g.count != 1)
			fail_msg("cut at %zu: %d", len, r);
	}
}

static void test_damaged(void **state)
{
	static const struct {
		const char *why, *from, *to;
	} rows[] = {
		{"an argument that is missing", "\"argv\"", "\"argx\""},
		{"a user who is no number", "\"uid\": 1000", "\"uid\": \"0\""},
		{"a negative user", "\"uid\": 1000", "\"uid\": -1  "},
		{"half a user", "\"uid\": 1000", "\"uid\": 10.5"},
		{"a user who is not to be told", "\"uid\": 1000", "\"uid\": NaN "},
		{"an argument that would be two", "git", "g\\\\x00t"},
		{"no list", "\"grants\"", "\"grantz\""},
		{"an escape that is none", "a\\\\nb", "a\\\\qb"},
		{"a NUL", "git", "g\\u0000"},
		{"a time that is none", "1970", "x970"},
	};
	autobuf struct buf b = {0};

	(void)state;
	text_of(&b);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct grants g autodestroy(grants_clear) = {0};
		autofree char *text = NULL;
		struct err err = {0};
		char *at = strstr(b.data, rows[i].from);

		assert_non_null(at);
		assert_true(asprintf(&text, "%.*s%s%s", (int)(at - b.data), b.data, rows[i].to,
				     at + strlen(rows[i].from)) > 0);
		if (!grants_from_text(text, strlen(text), &g, &err))
			fail_msg("%s: accepted", rows[i].why);
		assert_true(err.message[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
