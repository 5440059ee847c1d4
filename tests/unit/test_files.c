// SPDX-License-Identifier: GPL-2.0-only
/* Is a denied program's content read from the file that was found, and from nothing that waits? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "folder.h"
#include "kernel/files.h"

/* Of "abc": FIPS 180-2, B.1. */
static const unsigned char abc[32] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea,
				      0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
				      0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c,
				      0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};

static char *found(const char *folder, struct file_set *set)
{
	char *path = folder_path(folder, "program");
	struct err err = {0};

	folder_write(folder, "program", "abc", 3);
	assert_int_equal(files_of_binary(set, path, 0, &err), 0);
	assert_int_equal(set->count, 1);
	return path;
}

static void test_hash(void **state)
{
	char *folder autofolder = folder_new();
	struct file_set set autofiles = {0};
	autofree char *path = found(folder, &set);
	unsigned char hash[32];
	struct err err = {0};

	(void)state;
	assert_int_equal(file_hash(set.fds[0], path, hash, &err), 0);
	assert_memory_equal(hash, abc, sizeof(abc));
}

/* Whoever owns the folder puts a pipe there once it was found: nobody waits for its writer. */
static void test_replaced(void **state)
{
	char *folder autofolder = folder_new();
	struct file_set set autofiles = {0};
	autofree char *path = found(folder, &set);
	unsigned char hash[32];
	struct err err = {0};

	(void)state;
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	alarm(20);
	assert_int_equal(file_hash(set.fds[0], path, hash, &err), 0);
	assert_memory_equal(hash, abc, sizeof(abc));
	alarm(0);
}

static void test_pipe_is_no_program(void **state)
{
	char *folder autofolder = folder_new();
	autofree char *path = folder_path(folder, "program");
	struct file_set set autofiles = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(mkfifo(path, 0700), 0);
	alarm(20);
	assert_int_equal(files_of_binary(&set, path, 0, &err), 0);
	assert_int_equal(set.count, 0);
	alarm(0);
}

/* All of it a hole: reading such a one could take hours, with the lock held. */
static void test_too_large(void **state)
{
	char *folder autofolder = folder_new();
	struct file_set set autofiles = {0};
	autofree char *path = found(folder, &set);
	unsigned char hash[32];
	struct err err = {0};

	(void)state;
	assert_int_equal(truncate(path, (off_t)FILE_HASH_MAX + 1), 0);
	assert_int_equal(file_hash(set.fds[0], path, hash, &err), -EFBIG);
	assert_non_null(strstr(err.message, "larger than 1024 MB"));
	assert_true(err.fix[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_pipe_is_no_program),
		cmocka_unit_test(test_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
