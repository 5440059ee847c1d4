// SPDX-License-Identifier: GPL-2.0-only
/* Does a record of the ring buffer become the record it means, and nothing else? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "abi/policy.h"
#include "events/decode.h"
#include "events/words.h"
#include "util/cleanup.h"

static const struct boot_clock wall = {.to_wall_ns = 1000000000000000000};

static bool name_session(void *arg, u32 id, const char **ret_key, const char **ret_agent)
{
	(void)arg;
	*ret_key = "agent:main:main";
	*ret_agent = "main";
	return id == 7;
}

static bool name_rule(void *arg, u64 generation, u32 rule, struct rule_name *ret)
{
	(void)arg;
	*ret = (struct rule_name){"tools.deny[2]", "/etc/claw.json5", "group:web", 12};
	return generation == 3 && rule == 4;
}

static const struct record_names names = {.session = name_session, .rule = name_rule};

/* An exec of /bin/echo with two arguments. Owned by the caller. */
static struct event *exec_event(size_t *ret_len)
{
	static const char blob[] = "/bin/echo"
				   "echo\0a b\0"
				   "/root";
	size_t blob_len = sizeof(blob) - 1;
	struct event *e = calloc(1, sizeof(*e) + blob_len);

	assert_non_null(e);
	*e = (struct event){
		.type = EVENT_EXEC,
		.hook = HOOK_BPRM_COMMITTED,
		.time_ns = 1500000000,
		.exec_id = 99,
		.cgroup_id = 1234,
		.generation = 3,
		.session = 7,
		.rule = RULE_NONE,
		.pid = 10,
		.tid = 10,
		.ppid = 9,
		.uid = 1000,
		.gid = 1000,
		.path_len = 9,
		.argv_len = 9,
		.cwd_len = 5,
		.argc = 2,
		.comm = "echo",
	};
	memcpy(e->blob, blob, blob_len);
	*ret_len = sizeof(*e) + blob_len;
	return e;
}

static void test_exec(void **state)
{
	autorecord struct record r = {0};
	size_t len;
	autofree struct event *e = exec_event(&len);
	const char *arg;

	(void)state;
	assert_int_equal(event_decode(&r, e, len, wall, &names), 0);
	assert_int_equal(r.type, RECORD_EXEC);
	assert_true(r.time_us == 1000000001500000);
	assert_true(r.boot_ns == 1500000000);
	assert_string_equal(r.session.data, "agent:main:main");
	assert_string_equal(r.agent.data, "main");
	assert_string_equal(r.path.data, "/bin/echo");
	assert_string_equal(r.cwd.data, "/root");
	assert_string_equal(r.comm.data, "echo");
	assert_int_equal(r.argc, 2);
	arg = record_next_arg(&r, NULL);
	assert_string_equal(arg, "echo");
	arg = record_next_arg(&r, arg);
	assert_string_equal(arg, "a b");
	assert_null(record_next_arg(&r, arg));
	assert_false(r.outcome.known);
	assert_null(r.rule.key.data);
}

static void test_exit(void **state)
{
	autorecord struct record r = {0};
	struct event e = {
		.type = EVENT_EXIT,
		.session = 7,
		.exec_id = 99,
		.exit_code = 0x200,
		.duration_ns = 5,
		.rule = RULE_NONE,
	};

	(void)state;
	assert_int_equal(event_decode(&r, &e, sizeof(e), wall, &names), 0);
	assert_int_equal(r.type, RECORD_EXIT);
	assert_true(r.outcome.known);
	assert_int_equal(r.outcome.status, 0x200);
	assert_int_equal(r.outcome.duration_ns, 5);
}

static void test_refusal(void **state)
{
	autorecord struct record r = {0};
	struct event e = {
		.type = EVENT_REFUSAL,
		.hook = HOOK_SOCKET_CREATE,
		.reason = REASON_NETWORK,
		.session = 7,
		.generation = 3,
		.rule = 4,
		.flags = EVENT_AUDIT_ONLY,
		.number = {AF_INET, SOCK_STREAM | 6 << 16},
	};

	(void)state;
	assert_int_equal(event_decode(&r, &e, sizeof(e), wall, &names), 0);
	assert_string_equal(r.rule.key.data, "tools.deny[2]");
	assert_string_equal(r.rule.file.data, "/etc/claw.json5");
	assert_string_equal(r.rule.entry.data, "group:web");
	assert_int_equal(r.rule.line, 12);
	assert_int_equal(record_object(&r), OBJECT_SOCKET);
	assert_int_equal(record_socket_type(&r), SOCK_STREAM);
	assert_int_equal(record_socket_protocol(&r), 6);
}

static void test_unknown_names(void **state)
{
	autorecord struct record r = {0};
	struct event e = {.type = EVENT_REFUSAL, .session = 8, .generation = 2, .rule = 4};

	(void)state;
	assert_int_equal(event_decode(&r, &e, sizeof(e), wall, &names), 0);
	assert_null(r.session.data);
	assert_int_equal(r.session_id, 8);
	assert_null(r.rule.key.data);
	record_clear(&r);
	assert_int_equal(event_decode(&r, &e, sizeof(e), wall, NULL), 0);
}

/* Every shorter length, and lengths inside that point beyond the end. */
static void test_wrong_lengths(void **state)
{
	size_t len;
	autofree struct event *e = exec_event(&len);

	(void)state;
	for (size_t n = 0; n < len; n++) {
		autorecord struct record r = {0};
		autofree char *exact = malloc(n ? n : 1);

		memcpy(exact, e, n);
		assert_int_equal(event_decode(&r, exact, n, wall, &names), -EBADMSG);
		assert_int_equal(r.type, RECORD_NONE);
	}
}

static const struct {
	size_t offset;
	u16 value;
	const char *why;
} wrong[] = {
	{offsetof(struct event, type), 0, "no type"},
	{offsetof(struct event, type), EVENT_REFUSAL + 1, "an unknown type"},
	{offsetof(struct event, hook), HOOK_COUNT, "an unknown hook"},
	{offsetof(struct event, reason), REASON_COUNT, "an unknown reason"},
	{offsetof(struct event, path_len), 24, "a path longer than the rest"},
	{offsetof(struct event, path_len), 0xffff, "a path longer than any"},
	{offsetof(struct event, argv_len), EVENT_ARGV_MAX + 1, "arguments longer than any"},
	{offsetof(struct event, cwd_len), 6, "a directory beyond the end"},
};

static void test_wrong_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		autorecord struct record r = {0};
		size_t len;
		autofree struct event *e = exec_event(&len);

		memcpy((char *)e + wrong[i].offset, &wrong[i].value, sizeof(u16));
		if (event_decode(&r, e, len, wall, &names) != -EBADMSG)
			fail_msg("%s", wrong[i].why);
	}
}

static void test_unaligned(void **state)
{
	autorecord struct record r = {0};
	size_t len;
	autofree struct event *e = exec_event(&len);
	autofree char *odd = malloc(len + 1);

	(void)state;
	memcpy(odd + 1, e, len);
	assert_int_equal(event_decode(&r, odd + 1, len, wall, &names), 0);
	assert_string_equal(r.path.data, "/bin/echo");
}

/* The last argument of a cut vector has no end of its own. */
static void test_cut_argv(void **state)
{
	autorecord struct record r = {0};
	size_t len;
	autofree struct event *e = exec_event(&len);

	(void)state;
	e->argv_len = 8;
	e->cwd_len = 0;
	e->argc = 50;
	e->flags = EVENT_ARGV_CUT;
	assert_int_equal(event_decode(&r, e, len, wall, &names), 0);
	assert_int_equal(r.argc, 50);
	assert_string_equal(record_next_arg(&r, record_next_arg(&r, NULL)), "a b");
}

static void test_words(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < HOOK_COUNT; i++)
		assert_int_equal(hook_of_word(hook_word(i)), i);
	for (unsigned int i = 0; i < REASON_COUNT; i++) {
		assert_int_equal(reason_of_word(reason_word(i)), i);
		assert_non_null(reason_sentence(i));
	}
	assert_null(hook_word(HOOK_COUNT));
	assert_int_equal(hook_of_word("nothing"), -1);
	assert_string_equal(family_word(AF_INET6), "AF_INET6");
	assert_null(family_word(1000));
	assert_string_equal(protocol_word(AF_NETLINK, 0), "NETLINK_ROUTE");
	assert_null(protocol_word(AF_PACKET, 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exec),          cmocka_unit_test(test_exit),
		cmocka_unit_test(test_refusal),       cmocka_unit_test(test_unknown_names),
		cmocka_unit_test(test_wrong_lengths), cmocka_unit_test(test_wrong_fields),
		cmocka_unit_test(test_unaligned),     cmocka_unit_test(test_cut_argv),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests_name("event_decode", tests, NULL, NULL);
}
