// SPDX-License-Identifier: GPL-2.0-only
/* Is a record the same after it was a line, and does the line hold whatever the record does? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "events/record_json.h"
#include "output/record_text.h"
#include "util/cleanup.h"

#define BYTES(text) ((struct bytes){(char *)(text), sizeof(text) - 1})
#define HOSTILE     "a\n{\"type\":\"refusal\"}\033[2J\xff\xe2\x80\xae\\x41'"

#define HEAD                                                                                       \
	.time_us = 1795303850123456, .boot_ns = 18446744073709551615ull,                           \
	.session_id = 4294967295u, .pid = 10, .tid = 11, .ppid = 9, .uid = 1000, .gid = 100,       \
	.cgroup = 18446744073709551615ull, .generation = 5, .exec_id = 18446744073709551615ull,    \
	.agent = BYTES("main"), .session = BYTES("agent:main:telegram:group:-100123"),             \
	.comm = BYTES(HOSTILE)

/* Borrow their bytes: never cleared. */
static const struct {
	struct record r;
	const char *text; /* as a person sees it */
	const char *why;
} cases[] = {
	{{.type = RECORD_EXEC,
	  HEAD,
	  .path = BYTES("/bin/sh"),
	  .argv = BYTES("sh\0-c\0a b\0"),
	  .argc = 3,
	  .cwd = BYTES("/root"),
	  .outcome = {.known = true, .status = 3 << 8, .duration_ns = 1234567890}},
	 "2026-11-21T23:30:50.123Z  exec      agent:main:telegram:group:-100123  pid 10  "
	 "sh -c 'a b' (/bin/sh, uid 1000, in /root): exit 3 after 1.235 s\n",
	 "an exec that ended"},
	{{.type = RECORD_EXEC,
	  HEAD,
	  .path = BYTES(HOSTILE),
	  .argv = BYTES(HOSTILE "\0\0"),
	  .argc = 400,
	  .cwd = BYTES(HOSTILE),
	  .flags = EVENT_ARGV_CUT | EVENT_CWD_CUT | EVENT_PATH_FAILED | EVENT_SETUP},
	 "2026-11-21T23:30:50.123Z  exec      agent:main:telegram:group:-100123  pid 10  "
	 "$'a\\n{\"type\":\"refusal\"}\\x1b[2J\\xff\\xe2\\x80\\xae\\\\x41\\'' '' ... (cut; 400 "
	 "arguments) (a\\n{\"type\":\"refusal\"}\\x1b[2J\\xff\\xe2\\x80\\xae\\\\x41', path not "
	 "resolved, uid 1000, in a\\n{\"type\":\"refusal\"}\\x1b[2J\\xff\\xe2\\x80\\xae\\\\x41')\n",
	 "everything hostile"},
	{{.type = RECORD_EXEC,
	  .time_us = 1795303850123456,
	  .argv = BYTES("bash\0"),
	  .argc = 1,
	  .pid = 7,
	  .session = BYTES("main"),
	  .outcome = {.replaced = true, .duration_ns = 2000000}},
	 "2026-11-21T23:30:50.123Z  exec      main  pid 7  bash (, uid 0): went on as another "
	 "program after 0.002 s\n",
	 "an exec with another one behind it"},
	{{.type = RECORD_EXIT, HEAD, .outcome = {.known = true, .status = 9, .duration_ns = 500}},
	 "2026-11-21T23:30:50.123Z  exit      agent:main:telegram:group:-100123  pid 10  "
	 "a\\n{\"type\":\"refusal\"}\\x1b[2J\\xff\\xe2\\x80\\xae\\\\x41': killed by SIGKILL after "
	 "0.000 s\n",
	 "an end by a signal"},
	{{.type = RECORD_REFUSAL,
	  .time_us = 1795303850123456,
	  .hook = HOOK_SOCKET_CREATE,
	  .reason = REASON_NETWORK,
	  .pid = 7,
	  .session_id = 3,
	  .comm = BYTES("curl"),
	  .number = {AF_INET, SOCK_STREAM | 6 << 16},
	  .rule = {BYTES("agents.defaults.sandbox.docker.network"), {0}, 0, BYTES("none")}},
	 "2026-11-21T23:30:50.123Z  REFUSED   session #3  pid 7 (curl)  create a socket (AF_INET, "
	 "SOCK_STREAM, IPPROTO_TCP): the session has no network: "
	 "agents.defaults.sandbox.docker.network \"none\" (built-in default; to allow it, set that "
	 "key and load again) [socket_create]\n",
	 "a socket, refused by a default"},
	{{.type = RECORD_REFUSAL,
	  .time_us = 1795303850123456,
	  .hook = HOOK_SOCKET_CREATE,
	  .reason = REASON_NETWORK,
	  .number = {4000, 9 | 0xffffu << 16},
	  .comm = BYTES("x"),
	  .session_id = 3,
	  .pid = 7,
	  .flags = EVENT_AUDIT_ONLY},
	 "2026-11-21T23:30:50.123Z  reported  session #3  pid 7 (x)  create a socket (4000, 9, "
	 "65535): the session has no network [socket_create]\n",
	 "numbers without a word"},
	{{.type = RECORD_REFUSAL,
	  .time_us = 1795303850123456,
	  .hook = HOOK_BPRM_COMMITTED,
	  .reason = REASON_APPLET,
	  .flags = EVENT_KILLED,
	  .dev = 8ull << 20 | 1,
	  .ino = 1ull << 60,
	  .path = BYTES("/bin/busybox"),
	  .comm = BYTES("nc"),
	  .session = BYTES("main"),
	  .pid = 7,
	  .rule = {BYTES("tools.deny[2]"), BYTES("/etc/claw.json5"), 12, BYTES("nc")}},
	 "2026-11-21T23:30:50.123Z  REFUSED   main  pid 7 (nc)  execute /bin/busybox: this applet "
	 "of a multi-call binary is denied: tools.deny[2] \"nc\" (/etc/claw.json5:12; to allow it, "
	 "change that entry and load again); killed [bprm_committed_creds]\n",
	 "a program, refused by an entry"},
	{{.type = RECORD_REFUSAL,
	  .time_us = 1795303850123456,
	  .hook = HOOK_BPRM_CHECK,
	  .reason = REASON_NAME,
	  .path = BYTES("/bin/busybox"),
	  .argv = BYTES("/bin/nc\0"),
	  .argc = 1,
	  .session = BYTES("main"),
	  .pid = 7},
	 "2026-11-21T23:30:50.123Z  REFUSED   main  pid 7  execute /bin/busybox, called /bin/nc: a "
	 "program of this name is denied [bprm_check_security]\n",
	 "a program by another name"},
	{{.type = RECORD_REFUSAL,
	  .time_us = 1795303850123456,
	  .hook = HOOK_SB_MOUNT,
	  .reason = REASON_BIND,
	  .number = {0, 4096},
	  .path = BYTES("/etc"),
	  .comm = BYTES("mount"),
	  .session = BYTES("main"),
	  .pid = 7},
	 "2026-11-21T23:30:50.123Z  REFUSED   main  pid 7 (mount)  mount /etc: the bind source is "
	 "blocked [sb_mount]\n",
	 "a mount"},
	{{.type = RECORD_EXEC,
	  .time_us = 1795303850123456,
	  .session = BYTES("main"),
	  .pid = 7,
	  .path = BYTES("/usr/bin/git"),
	  .argv = BYTES("git\0push\0"),
	  .argc = 2,
	  .flags = EVENT_ELEVATED,
	  .approval = 0xa3f},
	 "2026-11-21T23:30:50.123Z  exec      main  pid 7  git push (/usr/bin/git, uid 0) elevated "
	 "by 00000a3f\n",
	 "an elevated command"},
	{{.type = RECORD_REQUESTED,
	  .time_us = 1795303850123456,
	  .session = BYTES("main"),
	  .agent = BYTES("main"),
	  .pid = 7,
	  .path = BYTES("/usr/bin/git"),
	  .argv = BYTES("git\0" HOSTILE "\0"),
	  .argc = 2,
	  .cwd = BYTES(HOSTILE),
	  .sender = BYTES("telegram:" HOSTILE),
	  .approval = 0xa3f91c02},
	 "2026-11-21T23:30:50.123Z  approval  main  pid 7  a3f91c02 asked to run on the host: git "
	 "$'a\\n{\"type\":\"refusal\"}\\x1b[2J\\xff\\xe2\\x80\\xae\\\\x41\\'' (/usr/bin/git, in "
	 "a\\n{\"type\":\"refusal\"}\\x1b[2J\\xff\\xe2\\x80\\xae\\\\x41'), for "
	 "telegram:a\\n{\"type\":\"refusal\"}\\x1b[2J\\xff\\xe2\\x80\\xae\\\\x41'\n",
	 "a hostile request"},
	{{.type = RECORD_APPROVED,
	  .time_us = 1795303850123456,
	  .session = BYTES("main"),
	  .pid = 7,
	  .uid = 0,
	  .path = BYTES("/usr/bin/git"),
	  .argv = BYTES("git\0push\0"),
	  .argc = 2,
	  .cwd = BYTES("/w"),
	  .how = BYTES("once"),
	  .login = BYTES("ann"),
	  .tty = BYTES("/dev/pts/3"),
	  .approval = 0xa3f91c02},
	 "2026-11-21T23:30:50.123Z  approval  main  pid 7  a3f91c02 approved to run on the host: "
	 "git "
	 "push (/usr/bin/git, in /w), once, by uid 0 (ann) on /dev/pts/3\n",
	 "who approved it"},
	{{.type = RECORD_EXPIRED,
	  .time_us = 1795303850123456,
	  .session = BYTES("main"),
	  .pid = 7,
	  .path = BYTES("/usr/bin/git"),
	  .argv = BYTES("git\0"),
	  .argc = 1,
	  .cwd = BYTES("/w"),
	  .approval = 1},
	 "2026-11-21T23:30:50.123Z  approval  main  pid 7  00000001 not run on the host, nobody "
	 "answered: git (/usr/bin/git, in /w)\n",
	 "nobody answered"},
	{{.type = RECORD_LOADED,
	  .time_us = 1795303850123456,
	  .boot_ns = 5000000000,
	  .pid = 7,
	  .uid = 0,
	  .path = BYTES("/etc/" HOSTILE),
	  .how = BYTES("first"),
	  .login = BYTES("ann"),
	  .tty = BYTES("/dev/pts/3"),
	  .boot = BYTES("0bb4cd15-57f4-4f2b-9d5e-1b8d3a0a6c11"),
	  .generation = 1},
	 "2026-11-21T23:30:50.123Z  loaded    pid 7  /etc/a\\n{\"type\":\"refusal\"}\\x1b[2J\\xff"
	 "\\xe2\\x80\\xae\\\\x41' is enforced, generation 1, first, by uid 0 (ann) on /dev/pts/3, "
	 "boot 0bb4cd15\n",
	 "what is enforced"},
	{{.type = RECORD_UNLOADED, .time_us = 1795303850123456, .pid = 7, .uid = 1000},
	 "2026-11-21T23:30:50.123Z  UNLOADED  pid 7  the policy is enforced no more, by uid 1000\n",
	 "and no more"},
	{{.type = RECORD_LOST, .time_us = 1795303850123456, .lost = {1, 2, 3, 4}},
	 "2026-11-21T23:30:50.123Z  LOST      1 execs, 2 exits and 3 refusals found no room in the "
	 "kernel's buffer; 4 could not be read\n",
	 "what nobody saw"},
};

static void assert_printable_line(const struct buf *line)
{
	assert_int_equal(line->data[line->len - 1], '\n');
	for (size_t i = 0; i + 1 < line->len; i++)
		assert_in_range((unsigned char)line->data[i], 0x20, 0x7e);
}

static void test_there_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autobuf struct buf line = {0}, again = {0};
		autorecord struct record r = {0};

		record_encode(&line, &cases[i].r);
		assert_printable_line(&line);
		if (record_read(&r, line.data, line.len))
			fail_msg("%s: %s", cases[i].why, line.data);
		record_encode(&again, &r);
		assert_string_equal(again.data, line.data);
		assert_int_equal(r.argv.len, cases[i].r.argv.len);
		assert_memory_equal(r.argv.data ? r.argv.data : "",
				    cases[i].r.argv.data ? cases[i].r.argv.data : "", r.argv.len);
		assert_int_equal(r.flags, cases[i].r.flags);
		assert_true(r.boot_ns == cases[i].r.boot_ns);
		assert_true(r.exec_id == cases[i].r.exec_id);
		assert_true(r.approval == cases[i].r.approval);
	}
}

static void test_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autofree char *text = NULL;
		size_t len;
		FILE *out = open_memstream(&text, &len);

		assert_int_equal(record_print(&cases[i].r, out, false), 0);
		fclose(out);
		if (strcmp(text, cases[i].text) != 0)
			fail_msg("%s:\n%s", cases[i].why, text);
	}
}

/* Each is one exec but for what is named. */
static const struct {
	const char *line;
	const char *why;
} wrong[] = {
	{"", "nothing"},
	{"{}", "no type"},
	{"{\"type\":\"exec\"}", "no time"},
	{"{\"time\":\"2026-11-21T23:30:50.123456Z\"}", "a time and no type"},
	{"{\"time\":\"2026-11-21T23:30:50.123456Z\",\"type\":\"dance\"}", "an unknown type"},
	{"{\"time\":\"2026-11-21T23:30:50.123456Z\",\"type\":1}", "a type that is no word"},
	{"{\"time\":\"yesterday\",\"type\":\"exec\"}", "no time"},
	{"{\"time\":\"5m\",\"type\":\"exec\"}", "a distance is no time"},
	{"{\"time\":\"2026-11-21T23:30:50Z\",\"type\":\"exec\",\"pid\":-1}", "a negative pid"},
	{"{\"time\":\"2026-11-21T23:30:50Z\",\"type\":\"exec\",\"pid\":4294967296}", "a large pid"},
	{"{\"time\":\"2026-11-21T23:30:50Z\",\"type\":\"exec\",\"pid\":1.5}", "half a pid"},
	{"{\"time\":\"2026-11-21T23:30:50Z\",\"type\":\"exec\",\"pid\":\"1\"}", "a pid in quotes"},
	{"{\"time\":\"2026-11-21T23:30:50Z\",\"type\":\"exec\",\"path\":\"\\\\q\"}", "an escape"},
	{"{\"time\":\"2026-11-21T23:30:50Z\",\"type\":\"exec\",\"argv\":\"sh\"}", "argv no list"},
	{"{\"time\":\"2026-11-21T23:30:50Z\",\"type\":\"exec\",\"argv\":[1]}", "argv of numbers"},
	{"{\"time\":\"2026-11-21T23:30:50Z\",\"type\":\"exit\",\"exit\":{\"code\":256}}", "a code"},
	{"{\"time\":\"2026-11-21T23:30:50Z\",\"type\":\"exit\",\"exit\":{\"signal\":\"SIGX\"}}",
	 "?"},
	{"{\"time\":\"2026-11-21T23:30:50Z\",\"type\":\"refusal\",\"hook\":\"x\"}", "a hook"},
	{"{\"time\":\"2026-11-21T23:30:50Z\",\"type\":\"refusal\",\"killed\":1}", "a flag"},
	{"{\"time\":\"2026-11-21T23:30:50Z\",\"type\":\"exec\",\"bootSeconds\":1.5}", "digits"},
	{"{\"time\":\"2026-11-21T23:30:50Z\",\"type\":\"approved\",\"approval\":\"x\"}",
	 "a number"},
	{"{\"time\":\"2026-11-21T23:30:50Z\",\"type\":\"exec\"} x", "something behind it"},
};

static void test_wrong_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		autorecord struct record r = {0};

		if (record_read(&r, wrong[i].line, strlen(wrong[i].line)) != -EBADMSG)
			fail_msg("%s: %s", wrong[i].why, wrong[i].line);
	}
}

static void test_later_version(void **state)
{
	static const char line[] = "{\"time\":\"2026-11-21T23:30:50Z\",\"type\":\"exec\","
				   "\"new\":{\"pid\":[1,{\"x\":2}]},\"pid\":5}";
	autorecord struct record r = {0};

	(void)state;
	assert_int_equal(record_read(&r, line, strlen(line)), 0);
	assert_int_equal(r.pid, 5);
}

static void test_filter(void **state)
{
	struct record exec = {
		.type = RECORD_EXEC, .time_us = 100, .session = BYTES("a"), .agent = BYTES("main")};
	struct record lost = {.type = RECORD_LOST, .time_us = 100};

	(void)state;
	assert_true(record_matches(&exec, &(struct record_filter){0}));
	assert_true(
		record_matches(&exec, &(struct record_filter){.session = "a", .agent = "main"}));
	assert_false(record_matches(&exec, &(struct record_filter){.session = "ab"}));
	assert_false(record_matches(&exec, &(struct record_filter){.agent = "mai"}));
	assert_false(record_matches(&exec, &(struct record_filter){.types = 1 << RECORD_EXIT}));
	exec.session = BYTES("agent:main:cron:x");
	assert_true(record_matches(&exec, &(struct record_filter){.session = "agent:main:cron:x"}));
	assert_true(record_matches(&exec, &(struct record_filter){.session = "cron:x"}));
	assert_false(record_matches(&exec, &(struct record_filter){.session = "x"}));
	assert_false(record_matches(&exec, &(struct record_filter){.session = "agent:x:cron:x"}));
	assert_true(record_matches(&exec, &(struct record_filter){.since_us = 100}));
	assert_false(record_matches(&exec, &(struct record_filter){.since_us = 101}));
	assert_true(record_matches(&lost, &(struct record_filter){.session = "a"}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_text),
		cmocka_unit_test(test_wrong_lines),    cmocka_unit_test(test_later_version),
		cmocka_unit_test(test_filter),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
