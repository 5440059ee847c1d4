// SPDX-License-Identifier: GPL-2.0-only
/* The decision, from plain values: the very function that the hooks call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "abi/decide.h"
#include "util/cleanup.h"

#define NONE RULE_NONE

static const struct policy_head head = {
	.rule_exec = 100, .rule_network = 101, .rule_sandbox = 102, .rule_binary = 103};

static void exec_rows(void **state)
{
	static const struct {
		const char *why;
		u32 flags;
		struct exec_facts facts;
		u32 reason, rule;
	} rows[] = {
		{"no rule matches",
		 POLICY_NAMES,
		 {NONE, NONE, NONE, NONE, 0, 0, 0},
		 REASON_NONE,
		 NONE},
		{"the file is denied",
		 POLICY_FILES,
		 {1, NONE, NONE, NONE, 0, 0, 0},
		 REASON_BINARY,
		 1},
		{"the path is", POLICY_PATHS, {NONE, 2, NONE, NONE, 0, 0, 0}, REASON_PATH, 2},
		{"the name is", POLICY_NAMES, {NONE, NONE, 3, NONE, 0, 0, 0}, REASON_NAME, 3},
		{"the content is",
		 POLICY_CONTENTS,
		 {NONE, NONE, NONE, 4, 0, 0, 0},
		 REASON_CONTENT,
		 4},
		{"the most telling reason is told", ~0u, {1, 2, 3, 4, 1, 1, 0}, REASON_BINARY, 1},
		{"a denied binary is no first program",
		 POLICY_NO_EXEC | POLICY_NAMES,
		 {NONE, NONE, 3, NONE, 0, 0, 1},
		 REASON_NAME,
		 3},
		{"the first program may run",
		 POLICY_NO_EXEC,
		 {NONE, NONE, NONE, NONE, 0, 0, 1},
		 REASON_NONE,
		 NONE},
		{"nothing after it",
		 POLICY_NO_EXEC,
		 {NONE, NONE, NONE, NONE, 0, 0, 0},
		 REASON_EXEC,
		 100},
		{"nobody asks for what could not be read",
		 POLICY_NO_NETWORK,
		 {NONE, NONE, NONE, NONE, 1, 0, 0},
		 REASON_NONE,
		 NONE},
		{"a rule asks, and it cannot be told",
		 POLICY_NAMES,
		 {NONE, NONE, NONE, NONE, 1, 0, 0},
		 REASON_UNREADABLE,
		 103},
		{"a memfd where binaries are denied",
		 POLICY_FILES,
		 {NONE, NONE, NONE, NONE, 0, 1, 0},
		 REASON_FILELESS,
		 103},
		{"a memfd where none is", 0, {NONE, NONE, NONE, NONE, 0, 1, 0}, REASON_NONE, NONE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct policy_head h = head;
		struct decision d;

		h.flags = rows[i].flags;
		d = decide_exec(&h, &rows[i].facts);
		if (d.reason != rows[i].reason || d.rule != rows[i].rule)
			fail_msg("%s: reason %u, rule %u", rows[i].why, d.reason, d.rule);
	}
}

static void socket_rows(void **state)
{
	static const struct {
		const char *why;
		u32 flags, family, protocol, reason;
	} rows[] = {
		{"a session with a network", POLICY_SANDBOXED, 2, 6, REASON_NONE},
		{"IPv4 without one", POLICY_NO_NETWORK, 2, 6, REASON_NETWORK},
		{"IPv6", POLICY_NO_NETWORK, 10, 17, REASON_NETWORK},
		{"packet", POLICY_NO_NETWORK, 17, 0, REASON_NETWORK},
		{"vsock", POLICY_NO_NETWORK, 40, 0, REASON_NETWORK},
		{"a family that does not exist yet", POLICY_NO_NETWORK, 4711, 0, REASON_NETWORK},
		{"unix", POLICY_NO_NETWORK, 1, 0, REASON_NONE},
		{"route netlink", POLICY_NO_NETWORK, 16, 0, REASON_NONE},
		{"audit netlink", POLICY_NO_NETWORK, 16, 9, REASON_NETWORK},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct policy_head h = head;
		struct decision d;

		h.flags = rows[i].flags;
		d = decide_socket(&h, rows[i].family, rows[i].protocol);
		if (d.reason != rows[i].reason || d.rule != (d.reason ? 101 : NONE))
			fail_msg("%s: reason %u, rule %u", rows[i].why, d.reason, d.rule);
	}
}

static void mount_rows(void **state)
{
	static const struct {
		const char *why;
		u32 flags, phase, by_bind, reason, rule;
	} rows[] = {
		{"not sandboxed: as it likes", 0, PHASE_ARMED, 7, REASON_NONE, NONE},
		{"a runtime sets up", POLICY_SANDBOXED, PHASE_SETUP, NONE, REASON_NONE, NONE},
		{"... but not from a blocked source", POLICY_SANDBOXED, PHASE_SETUP, 7, REASON_BIND,
		 7},
		{"armed: no mount at all", POLICY_SANDBOXED, PHASE_ARMED, NONE, REASON_MOUNT, 102},
		{"armed, a blocked source: it is named", POLICY_SANDBOXED, PHASE_ARMED, 7,
		 REASON_BIND, 7},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct policy_head h = head;
		struct decision d;

		h.flags = rows[i].flags;
		d = decide_mount(&h, rows[i].phase, rows[i].by_bind);
		if (d.reason != rows[i].reason || d.rule != rows[i].rule)
			fail_msg("%s: reason %u, rule %u", rows[i].why, d.reason, d.rule);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exec_rows),
		cmocka_unit_test(socket_rows),
		cmocka_unit_test(mount_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
