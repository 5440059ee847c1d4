// SPDX-License-Identifier: GPL-2.0-only
/* Is it said who could put another file in a config's place? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include "config/folders.h"
#include "folder.h"

static const struct {
	const char *why;
	mode_t mode;
	uid_t owner;
	const char *says; /* NULL: nothing */
} rows[] = {
	{"root's alone", 0755, 0, NULL},
	{"others may write", 0777, 0, "can be written by others (mode 0777)"},
	{"its group may write", 0775, 0, "can be written by others (mode 0775)"},
	{"as /tmp is", 01777, 0, NULL},
	{"somebody's", 0755, 1000, "belongs to user 1000"},
	{"somebody's, as /tmp is", 01777, 1000, "belongs to user 1000"},
};

static void test_folders(void **state)
{
	char *folder autofolder = folder_new();
	autofree char *a = folder_path(folder, "a"), *path = folder_path(folder, "a/b/config");
	autofree char *link = folder_path(folder, "link");

	(void)state;
	if (getuid())
		skip();
	unsetenv("SUDO_UID");
	folder_write(folder, "a/x", "", 0);
	folder_write(folder, "a/b/config", "{}", 2);
	assert_int_equal(symlink(path, link), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (int by_link = 0; by_link < 2; by_link++) {
			struct warnings w autowarnings = {0};
			autofree char *text = NULL;

			assert_int_equal(chown(a, rows[i].owner, 0), 0);
			assert_int_equal(chmod(a, rows[i].mode), 0);
			folders_check(by_link ? link : path, &w);
			if (w.count != (rows[i].says != NULL))
				fail_msg("%s: %zu warnings", rows[i].why, w.count);
			text = w.count ? folder_mask(folder, w.items[0].text) : NULL;
			if (text &&
			    (strncmp(text, "the folder @/a,", 15) || !strstr(text, rows[i].says)))
				fail_msg("%s: %s", rows[i].why, text);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_folders)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
