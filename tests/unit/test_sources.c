// SPDX-License-Identifier: GPL-2.0-only
/* Which files are read, which are refused, and is the snapshot what was read? */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "config/json5.h"
#include "config/snapshot.h"
#include "config/sources.h"
#include "folder.h"
#include "util/cleanup.h"

#define autosources autodestroy(sources_free)

/* Reads `path` with fresh sources: 0, or the error with the folder as "@" in `message`. */
static int try_read(const char *folder, const char *path, bool trusted, char *message, size_t size)
{
	autosources struct sources *s = sources_new(trusted);
	autofree char *masked = NULL;
	struct err err = {0};
	const char *text;
	char line[2048];
	size_t len;
	int r = sources_read(s, path, &text, &len, &err);

	err_format(&err, line, sizeof(line));
	masked = folder_mask(folder, line);
	snprintf(message, size, "%s", r ? masked : "");
	if (!r)
		assert_int_equal(text[len], 0);
	return r;
}

#define CHANGE "could change what is enforced"

static const struct {
	mode_t mode;
	uid_t owner, caller;
	const char *sudo; /* SUDO_UID */
	const char *expected;
	const char *why;
} trust[] = {
	{0600, 0, 0, NULL, "", "root's"},
	{0644, 0, 0, NULL, "", "readable by all"},
	{0444, 0, 1000, NULL, "", "root's, for a user"},
	{0600, 1000, 1000, NULL, "", "the caller's own"},
	{0600, 1000, 0, "1000", "", "of the one who called sudo"},
	{0600, 1001, 0, "1000",
	 "@/f: belongs to user 1001, not to root or to the caller (user 0): its "
	 "owner " CHANGE " (chown root @/f)",
	 "of another than who called sudo"},
	{0600, 1000, 0, NULL,
	 "@/f: belongs to user 1000, not to root or to the caller (user 0): its "
	 "owner " CHANGE " (chown root @/f)",
	 "a user's, for root"},
	{0600, 1000, 1001, "1000",
	 "@/f: belongs to user 1000, not to root or to the caller (user 1001): its "
	 "owner " CHANGE " (sudo chown 1001 @/f)",
	 "SUDO_UID means nothing unless root"},
	{0600, 1000, 0, "1000x",
	 "@/f: belongs to user 1000, not to root or to the caller (user 0): its "
	 "owner " CHANGE " (chown root @/f)",
	 "SUDO_UID that is no number"},
	{0600, 0xfffffffe, 0, "-2",
	 "@/f: belongs to user 4294967294, not to root or to the caller (user 0): its "
	 "owner " CHANGE " (chown root @/f)",
	 "SUDO_UID that is negative"},
	{0660, 0, 0, NULL,
	 "@/f: can be written by its group (mode 0660): they " CHANGE " (chmod go-w @/f)", "group"},
	{0602, 0, 0, NULL,
	 "@/f: can be written by everybody (mode 0602): they " CHANGE " (chmod go-w @/f)",
	 "others"},
	{0666, 0, 0, NULL,
	 "@/f: can be written by its group and by everybody (mode 0666): they " CHANGE
	 " (chmod go-w @/f)",
	 "both"},
};

static void test_trust(void **state)
{
	autofolder char *folder = folder_new();
	autofree char *path = folder_path(folder, "f");
	char message[2048];

	(void)state;
	if (getuid()) {
		print_message("only root can make files of other users\n");
		skip();
	}
	folder_write(folder, "f", "{}", 2);
	for (size_t i = 0; i < ARRAY_SIZE(trust); i++) {
		assert_int_equal(chown(path, trust[i].owner, 0), 0);
		assert_int_equal(chmod(path, trust[i].mode), 0);
		trust[i].sudo ? setenv("SUDO_UID", trust[i].sudo, 1) : unsetenv("SUDO_UID");
		/* The real user is the caller; the effective one stays root, who may read all. */
		assert_int_equal(setreuid(trust[i].caller, 0), 0);
		try_read(folder, path, true, message, sizeof(message));
		assert_int_equal(setreuid(0, 0), 0);
		if (strcmp(message, trust[i].expected))
			fail_msg("%s: %s", trust[i].why, message);
		/* Whoever only looks does not need to trust. */
		assert_int_equal(try_read(folder, path, false, message, sizeof(message)), 0);
	}
	unsetenv("SUDO_UID");
}

static void test_kinds(void **state)
{
	static const struct {
		const char *name, *expected;
		int code;
	} rows[] = {
		{"file", "", 0},
		{"link", "", 0},
		{"full", "", 0},
		{"big", "@/big: is larger than 16 MB", EFBIG},
		{"nothing", "@/nothing: cannot be opened: No such file or directory", ENOENT},
		{"file/x", "@/file/x: cannot be opened: Not a directory", ENOTDIR},
		{"loop", "@/loop: cannot be opened: Too many levels of symbolic links", ELOOP},
		{".", "@/.: is a directory; a config is a file", EISDIR},
		{"pipe", "@/pipe: is a device, pipe or socket; a config is a file", EINVAL},
		{"null", "@/null: is a device, pipe or socket; a config is a file", EINVAL},
		{"it's",
		 "@/it's: can be written by everybody (mode 0602): they " CHANGE
		 " (chmod go-w '@/it'\\''s')",
		 EPERM},
	};
	autofolder char *folder = folder_new();
	autofree char *pipe_path = folder_path(folder, "pipe"), *null = folder_path(folder, "null");
	autofree char *link = folder_path(folder, "link"), *loop = folder_path(folder, "loop");
	autofree char *full = folder_path(folder, "full"), *big = folder_path(folder, "big");
	autofree char *its = folder_path(folder, "it's");

	(void)state;
	folder_write(folder, "file", "{}", 2);
	folder_write(folder, "full", "", 0);
	folder_write(folder, "big", "", 0);
	folder_write(folder, "it's", "", 0);
	assert_int_equal(chmod(its, 0602), 0);
	assert_int_equal(truncate(full, JSON5_MAX_SIZE), 0);
	assert_int_equal(truncate(big, JSON5_MAX_SIZE + 1), 0);
	assert_int_equal(mkfifo(pipe_path, 0600), 0);
	assert_int_equal(symlink("file", link), 0);
	assert_int_equal(symlink("loop", loop), 0);
	assert_int_equal(symlink("/dev/null", null), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *path = folder_path(folder, rows[i].name);
		char message[2048];

		assert_int_equal(try_read(folder, path, true, message, sizeof(message)),
				 -rows[i].code);
		assert_string_equal(message, rows[i].expected);
	}
}

static void assert_reads(struct sources *s, const char *path, const char *expected, size_t size)
{
	struct err err = {0};
	const char *text;
	size_t len;

	if (sources_read(s, path, &text, &len, &err))
		fail_msg("%s", err.message);
	assert_int_equal(len, size);
	assert_memory_equal(text, expected, size);
}

static void test_kept(void **state)
{
	autofolder char *folder = folder_new();
	autofree char *a = folder_path(folder, "a"), *b = folder_path(folder, "b");
	autosources struct sources *s = sources_new(true);
	unsigned long long before, after;

	(void)state;
	folder_write(folder, "a", "1", 1);
	folder_write(folder, "b", "22", 2);
	setenv("CLAWBPF_TEST", "x", 1);
	assert_null(sources_root(s));
	assert_null(sources_name(s, a));
	assert_string_equal(sources_env(s, "CLAWBPF_TEST"), "x");
	assert_reads(s, a, "1", 1);
	assert_string_equal(sources_root(s), a);
	assert_string_equal(sources_name(s, a), a);
	assert_ptr_not_equal(sources_name(s, a), a);
	before = sources_fingerprint(s);

	/* What was asked once stays as it was. */
	folder_write(folder, "a", "changed", 7);
	setenv("CLAWBPF_TEST", "changed", 1);
	assert_reads(s, a, "1", 1);
	assert_string_equal(sources_env(s, "CLAWBPF_TEST"), "x");
	assert_true(sources_fingerprint(s) == before);

	assert_reads(s, b, "22", 2);
	after = sources_fingerprint(s);
	assert_true(after != before);
	assert_string_equal(sources_root(s), a);
	unsetenv("CLAWBPF_TEST");
}

static void test_fingerprint(void **state)
{
	static const struct {
		const char *first, *first_text, *second, *second_text, *env;
	} rows[] = {
		{"a", "1", "b", "2", "x"},  {"a", "1", "b", "3", "x"}, {"a", "12", "b", "", "x"},
		{"b", "2", "a", "1", "x"},  {"a", "1", "c", "2", "x"}, {"a", "1", "b", "2", ""},
		{"a", "1", "b", "2", NULL},
	};
	autofolder char *folder = folder_new();
	unsigned long long prints[ARRAY_SIZE(rows)];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *a = folder_path(folder, rows[i].first);
		autofree char *b = folder_path(folder, rows[i].second);
		autosources struct sources *s = sources_new(true), *again = sources_new(true);

		folder_write(folder, rows[i].first, rows[i].first_text, strlen(rows[i].first_text));
		folder_write(folder, rows[i].second, rows[i].second_text,
			     strlen(rows[i].second_text));
		rows[i].env ? setenv("CLAWBPF_TEST", rows[i].env, 1) : unsetenv("CLAWBPF_TEST");
		for (int round = 0; round < 2; round++) {
			struct sources *one = round ? again : s;

			assert_reads(one, a, rows[i].first_text, strlen(rows[i].first_text));
			assert_reads(one, b, rows[i].second_text, strlen(rows[i].second_text));
			sources_env(one, "CLAWBPF_TEST");
		}
		prints[i] = sources_fingerprint(s);
		assert_true(sources_fingerprint(again) == prints[i]);
		for (size_t j = 0; j < i; j++)
			if (prints[i] == prints[j])
				fail_msg("rows %zu and %zu have the same fingerprint", i, j);
	}
	unsetenv("CLAWBPF_TEST");
}

static void test_snapshot(void **state)
{
	autofolder char *folder = folder_new();
	autofree char *a = folder_path(folder, "a"), *b = folder_path(folder, "b");
	autosources struct sources *s = sources_new(true), *kept = NULL;
	autofree void *bytes = NULL, *again = NULL;
	struct err err = {0};
	const char *text;
	size_t len, again_len;

	(void)state;
	folder_write(folder, "a", "x\0y", 3);
	folder_write(folder, "b", "", 0);
	setenv("CLAWBPF_TEST", "value", 1);
	setenv("CLAWBPF_EMPTY", "", 1);
	assert_reads(s, a, "x\0y", 3);
	assert_reads(s, b, "", 0);
	sources_env(s, "CLAWBPF_TEST");
	sources_env(s, "CLAWBPF_EMPTY");
	sources_env(s, "CLAWBPF_UNSET");
	assert_int_equal(sources_snapshot(s, &bytes, &len, &err), 0);

	folder_write(folder, "a", "changed", 7);
	setenv("CLAWBPF_UNSET", "now set", 1);
	setenv("CLAWBPF_TEST", "changed", 1);
	kept = sources_from_snapshot(bytes, len, &err);
	assert_non_null(kept);
	assert_true(sources_fingerprint(kept) == sources_fingerprint(s));
	assert_string_equal(sources_root(kept), a);
	assert_reads(kept, a, "x\0y", 3);
	assert_reads(kept, b, "", 0);
	assert_string_equal(sources_env(kept, "CLAWBPF_TEST"), "value");
	assert_string_equal(sources_env(kept, "CLAWBPF_EMPTY"), "");
	assert_null(sources_env(kept, "CLAWBPF_UNSET"));
	assert_null(sources_env(kept, "PATH"));
	assert_int_equal(sources_read(kept, "/etc/passwd", &text, &len, &err), -ENOENT);
	assert_string_equal(err.message, "was not read when the policy was loaded");
	assert_int_equal(sources_snapshot(kept, &again, &again_len, &err), 0);
	assert_int_equal(again_len, len);
	assert_memory_equal(again, bytes, len);
	unsetenv("CLAWBPF_UNSET");
	unsetenv("CLAWBPF_TEST");
	unsetenv("CLAWBPF_EMPTY");
}

static void assert_damaged(const void *bytes, size_t len)
{
	autofree void *exact = malloc(len ? len : 1);
	autosources struct sources *s = NULL;
	struct err err = {0};

	memcpy(exact, bytes, len);
	s = sources_from_snapshot(exact, len, &err);
	assert_null(s);
	assert_int_equal(err.code, EINVAL);
	assert_string_equal(err.message,
			    "the kept copy of the config is damaged or of another version");
}

static void test_damaged_snapshot(void **state)
{
	struct records list = {0};
	autobuf struct buf b = {0};
	char *text = strdup("text"), *value = strdup("v");

	(void)state;
	assert_non_null(records_add(&list, RECORD_FILE, "/f", &text, 4));
	assert_non_null(records_add(&list, RECORD_ENV, "E", &value, 1));
	snapshot_encode(&list, &b);
	records_free(&list);
	for (size_t len = 0; len < b.len; len++)
		assert_damaged(b.data, len);
	for (size_t i = 0; i < b.len; i++) {
		b.data[i] ^= 0x10;
		assert_damaged(b.data, b.len);
		b.data[i] ^= 0x10;
	}
	buf_putc(&b, '\0');
	assert_damaged(b.data, b.len);
}

/* Snapshots whose fingerprint is right, but not what it vouches for. */
static void test_crafted_snapshot(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *why;
	} rows[] = {
#define TEXT(s) s, sizeof(s) - 1
		{TEXT(""), "no count"},
		{TEXT("\1\0\0"), "half a count"},
		{TEXT("\1\0\0\0"), "a record that is not there"},
		{TEXT("\xff\xff\xff\xff"), "four billion records"},
		{TEXT("\0\0\0\0x"), "something behind the end"},
		{TEXT("\1\0\0\0\0\1\0\0\0\0\0\0"), "half a header"},
		{TEXT("\1\0\0\0\3\1\0\0\0\0\0\0\0n"), "an unknown kind"},
		{TEXT("\1\0\0\0\0\0\0\0\0\0\0\0\0"), "no name"},
		{TEXT("\1\0\0\0\0\2\0\0\0\0\0\0\0n"), "half a name"},
		{TEXT("\1\0\0\0\0\2\0\0\0\0\0\0\0n\0"), "a NUL in a name"},
		{TEXT("\1\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xffn"), "lengths of 4 GB"},
		{TEXT("\1\0\0\0\0\1\0\0\0\2\0\0\0nx"), "half the bytes"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t hash = snapshot_fnv(SNAPSHOT_FNV_START, rows[i].bytes, rows[i].len);
		autobuf struct buf b = {0};

		buf_puts(&b, "CLAWSRC1");
		for (int shift = 0; shift < 64; shift += 8)
			buf_putc(&b, (char)(hash >> shift));
		buf_add(&b, rows[i].bytes, rows[i].len);
		assert_damaged(b.data, b.len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trust),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_fingerprint),
		cmocka_unit_test(test_snapshot),
		cmocka_unit_test(test_damaged_snapshot),
		cmocka_unit_test(test_crafted_snapshot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
