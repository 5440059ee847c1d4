// SPDX-License-Identifier: GPL-2.0-only
/* As whom does a sandbox run: never as root, however root is written. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "session/user.h"
#include "util/cleanup.h"

static const struct {
	const char *why, *text;
	int r;
	uid_t uid;
	gid_t gid;
} rows[] = {
	{"both numbers", "1000:1001", 0, 1000, 1001},
	{"nobody has this number", "123456:123457", 0, 123456, 123457},
	{"... and so it is the group's, too", "123456", 0, 123456, 123456},
	{"root", "0:1000", -EINVAL, 0, 0},
	{"root's group", "1000:0", -EINVAL, 0, 0},
	{"root by name", "root", -EINVAL, 0, 0},
	{"a number that is root's in 32 bits", "4294967296:1000", -EINVAL, 0, 0},
	{"the number that leaves a process root", "4294967295:1000", -EINVAL, 0, 0},
	{"... as a group", "1000:4294967295", -EINVAL, 0, 0},
	{"... by another name", "-1:1000", -EINVAL, 0, 0},
	{"nobody's name", "no-such-user", -ENOENT, 0, 0},
	{"a group without a name", "1000:no-such-group", -ENOENT, 0, 0},
};

static void test_user_find(void **state)
{
	const struct box box = {.workspace = (char *)"/"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct box_user user = {0};
		struct err err = {0};
		int r = box_user_find(&box, rows[i].text, &user, &err);

		if (r != rows[i].r || (!r && (user.uid != rows[i].uid || user.gid != rows[i].gid)))
			fail_msg("%s: \"%s\" is %d, %u:%u", rows[i].why, rows[i].text, r,
				 (unsigned int)user.uid, (unsigned int)user.gid);
	}
}

/* On the host: any that is there. */
static void test_user_check(void **state)
{
	static const char *const there[] = {"root", "0", "nobody", "65534", NULL};
	static const char *const none[] = {"no-such-user", "", "123457", "4294967296", "-1", "0x0"};
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(there); i++)
		assert_int_equal(user_check(there[i], &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		assert_int_equal(user_check(none[i], &err), -ENOENT);
		assert_non_null(strstr(err.message, "there is no user"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_user_find),
					   cmocka_unit_test(test_user_check)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
