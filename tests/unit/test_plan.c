// SPDX-License-Identifier: GPL-2.0-only
/* Is a plan used for what it was made for, whole, and from nobody else's hands? */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "folder.h"
#include "session/plan_bytes.h"
#include "session/plan_file.h"

#define KEY "agent:main:telegram:group:-1"

static const struct plan_stamp stamp = {
	.generation = 7, .object = 1, .kernel = 2, .dev = 3, .ino = 4, .time = 5, .size = 6};

static void sample(struct buf *b)
{
	struct box_mount mounts[] = {
		{.host = "/w", .container = "/workspace", .writable = true, .source = "agent"},
		{.host = "/data", .container = "/data", .source = "bind"}};
	struct box_tmpfs tmpfs[] = {{.path = "/tmp", .size = 4096}};
	struct box_limit limits[] = {{.resource = 7, .soft = 64, .hard = 128}};
	char *env[] = {"A=1", "B=", NULL};
	struct box box = {.folder = "/f",
			  .workspace = "/w",
			  .workdir = "/workspace",
			  .mounts = mounts,
			  .mount_count = 2,
			  .tmpfs = tmpfs,
			  .tmpfs_count = 1,
			  .env = env,
			  .limits = limits,
			  .limit_count = 1,
			  .user = "1000:1000",
			  .cpus = 1.5,
			  .timeout = 9};
	const struct plan p = {
		.key = KEY, .agent = "main", .session = 5, .policy = 11, .box = &box};

	plan_encode(b, &stamp, "telegram:group:-1", &p);
	assert_false(b->failed);
}

static struct plan *decode(const struct buf *b, size_t len, const struct plan_stamp *s,
			   const char *session)
{
	/* Of exactly this size, so that a look beyond its end is seen. */
	char *bytes = malloc(len ? len : 1);
	struct plan *p;

	assert_non_null(bytes);
	memcpy(bytes, b->data, len);
	p = plan_decode(bytes, len, s, session);
	free(bytes);
	return p;
}

static void test_comes_back(void **state)
{
	autobuf struct buf b = {0};
	struct plan *p autoplan = NULL;

	(void)state;
	sample(&b);
	p = decode(&b, b.len, &stamp, "telegram:group:-1");
	assert_non_null(p);
	assert_string_equal(p->key, KEY);
	assert_string_equal(p->agent, "main");
	assert_int_equal(p->session, 5);
	assert_int_equal(p->policy, 11);
	assert_int_equal(p->box->mount_count, 2);
	assert_true(p->box->mounts[0].writable);
	assert_false(p->box->mounts[1].writable);
	assert_string_equal(p->box->mounts[1].source, "bind");
	assert_string_equal(p->box->mounts[1].host, "/data");
	assert_string_equal(p->box->tmpfs[0].path, "/tmp");
	assert_string_equal(p->box->env[1], "B=");
	assert_null(p->box->env[2]);
	assert_int_equal(p->box->limits[0].hard, 128);
	assert_string_equal(p->box->user, "1000:1000");
	assert_true(p->box->cpus > 1.4 && p->box->cpus < 1.6);
	assert_int_equal(p->box->timeout, 9);
}

/* Another policy, other programs, another load, another build: each number counts. */
static void test_made_for_another(void **state)
{
	autobuf struct buf b = {0};

	(void)state;
	sample(&b);
	for (size_t i = 0; i < sizeof(stamp); i++) {
		struct plan_stamp other = stamp;

		((unsigned char *)&other)[i] ^= 1;
		assert_null(decode(&b, b.len, &other, "telegram:group:-1"));
	}
	assert_null(decode(&b, b.len, &stamp, "telegram:group:-2"));
	assert_null(decode(&b, b.len, &stamp, KEY));
	assert_null(decode(&b, b.len, &stamp, ""));
}

static void test_not_whole(void **state)
{
	autobuf struct buf b = {0};

	(void)state;
	sample(&b);
	for (size_t len = 0; len < b.len; len++)
		assert_null(decode(&b, len, &stamp, "telegram:group:-1"));
	buf_putc(&b, 0);
	assert_null(decode(&b, b.len, &stamp, "telegram:group:-1"));
}

/* Whatever a byte is changed to: an answer or none, and nothing beyond the end is looked at. */
static void test_damaged(void **state)
{
	static const unsigned char masks[] = {0x01, 0x80, 0xff};
	autobuf struct buf b = {0};

	(void)state;
	sample(&b);
	for (size_t i = sizeof(stamp); i < b.len; i++)
		for (size_t m = 0; m < ARRAY_SIZE(masks); m++) {
			struct plan *p autoplan = NULL;

			b.data[i] = (char)(b.data[i] ^ masks[m]);
			p = decode(&b, b.len, &stamp, "telegram:group:-1");
			b.data[i] = (char)(b.data[i] ^ masks[m]);
		}
}

static void test_folder(void **state)
{
	autofolder char *folder = folder_new();
	autofree char *link = folder_path(folder, "link"), *plans = folder_path(folder, "plans");
	int fd;

	(void)state;
	assert_int_equal(plan_folder_open(plans), -1);
	assert_int_equal(mkdir(plans, 0700), 0);
	fd = plan_folder_open(plans);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(symlink("plans", link), 0);
	assert_int_equal(plan_folder_open(link), -1);
	assert_int_equal(chmod(plans, 0750), 0);
	assert_int_equal(plan_folder_open(plans), -1);
	assert_int_equal(chmod(plans, 0703), 0);
	assert_int_equal(plan_folder_open(plans), -1);
	if (geteuid())
		return;
	assert_int_equal(chmod(plans, 0700), 0);
	assert_int_equal(chown(plans, 1, 1), 0);
	assert_int_equal(plan_folder_open(plans), -1);
}

static void test_file(void **state)
{
	autofolder char *folder = folder_new();
	autofree char *path = folder_path(folder, "a"), *new = folder_path(folder, ".new");
	autofree char *bytes = malloc(PLAN_MAX);
	struct buf text = {.data = (char *)"abc", .len = 3};
	autoclose int dir = plan_folder_open(folder);

	(void)state;
	assert_true(dir >= 0);
	assert_int_equal(symlink("/nowhere", new), 0); /* somebody's leftover is not written to */
	plan_file_write(dir, "a", &text);
	assert_int_equal(access(new, F_OK), -1);
	assert_int_equal(plan_file_read(dir, "a", bytes), 3);
	assert_memory_equal(bytes, "abc", 3);
	assert_int_equal(plan_file_read(dir, "b", bytes), -1);

	assert_int_equal(symlinkat("a", dir, "b"), 0);
	assert_int_equal(plan_file_read(dir, "b", bytes), -1);
	assert_int_equal(mkfifoat(dir, "c", 0600), 0);
	assert_int_equal(plan_file_read(dir, "c", bytes), -1);
	assert_int_equal(linkat(dir, "a", dir, "d", 0), 0);
	assert_int_equal(plan_file_read(dir, "a", bytes), -1);
	assert_int_equal(unlinkat(dir, "d", 0), 0);
	assert_int_equal(plan_file_read(dir, "a", bytes), 3);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(plan_file_read(dir, "a", bytes), -1);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(truncate(path, PLAN_MAX + 1), 0);
	assert_int_equal(plan_file_read(dir, "a", bytes), -1);
	if (geteuid())
		return;
	assert_int_equal(truncate(path, 3), 0);
	assert_int_equal(chown(path, 1, 1), 0);
	assert_int_equal(plan_file_read(dir, "a", bytes), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comes_back), cmocka_unit_test(test_made_for_another),
		cmocka_unit_test(test_not_whole),  cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_folder),     cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
