// SPDX-License-Identifier: GPL-2.0-only
/* Is text that is compared without case and outer blanks what it should be? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "util/cleanup.h"
#include "util/fold.h"

static const struct {
	const char *why, *text, *trimmed, *folded;
} rows[] = {
	{"nothing at all", NULL, "", ""},
	{"nothing", "", "", ""},
	{"blanks alone", " \t\xc2\xa0", "", ""},
	{"outer blanks, a no-break one too", "\xc2\xa0 A b \n", "A b", "a b"},
	{"a byte that is no character, at the end", "A\x80", "A\x80", "a\x80"},
	{"half a blank", " \xc2", "\xc2", "\xc2"},
	{"the letter that becomes two", "\xc4\xb0", "\xc4\xb0", "i\xcc\x87"},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *trimmed = text_trimmed(rows[i].text);
		autofree char *folded = text_fold(rows[i].text);

		if (strcmp(trimmed, rows[i].trimmed) || strcmp(folded, rows[i].folded))
			fail_msg("%s: \"%s\", \"%s\"", rows[i].why, trimmed, folded);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
