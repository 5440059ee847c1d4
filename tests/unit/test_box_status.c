// SPDX-License-Identifier: GPL-2.0-only
/* A program that did not start in a sandbox: was it there? And does the answer tell of the host? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include "folder.h"
#include "session/box/box.h"

static const struct {
	const char *why, *program;
	int status;
} rows[] = {
	{"a file of the workspace", "/workspace/file", 126},
	{"none", "/workspace/none", 127},
	{"in a folder", "/workspace/folder/file", 126},
	{"a link to what the host has", "/workspace/to-secret", 126},
	{"a link to what it has not: the same", "/workspace/to-nothing", 126},
	{"by a link to a folder of the host", "/workspace/to-folder/secret", 127},
	{"by a way out", "/workspace/../secret/secret", 127},
	{"by /proc", "/workspace/to-proc/self/exe", 127},
	{"the host's own", "/etc/passwd", 127},
	{"what it has not: the same", "/etc/no-such", 127},
	{"the workspace itself", "/workspace", 126},
	{"a program that the sandbox has", "/usr/bin/env", 126},
	{"by a link of the host's", "/bin/sh", 126},
	{"one that it has not", "/usr/bin/no-such", 127},
	{"by its name", "env", 126},
	{"not by its name", "no-such", 127},
};

static void make_link(const char *folder, const char *name, const char *to)
{
	autofree char *path = folder_path(folder, name);

	assert_int_equal(symlink(to, path), 0);
}

static void test_status(void **state)
{
	char *workspace autofolder = folder_new();
	char *secret autofolder = folder_new();
	autofree char *file = folder_path(secret, "secret"), *none = folder_path(secret, "none");
	struct box_mount mount = {.host = workspace, .container = "/workspace"};
	struct box box = {.mounts = &mount, .mount_count = 1};
	struct box_place place = BOX_PLACE_EMPTY;

	(void)state;
	place.box = &box;
	folder_write(workspace, "file", "", 0);
	folder_write(workspace, "folder/file", "", 0);
	folder_write(secret, "secret", "", 0);
	make_link(workspace, "to-secret", file);
	make_link(workspace, "to-nothing", none);
	make_link(workspace, "to-folder", secret);
	make_link(workspace, "to-proc", "/proc");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int status = box_exec_status(&place, rows[i].program);

		if (status != rows[i].status)
			fail_msg("%s: %d, not %d", rows[i].why, status, rows[i].status);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_status)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
