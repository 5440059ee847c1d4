// SPDX-License-Identifier: GPL-2.0-only
/* With which arguments is a command started, in a container and outside? */
#include "golden.h"

#include "policy/container/container_exec.h"

static bool same_args(const struct container_args *a, const struct node *list, struct buf *ours)
{
	bool same = list->array.count == a->count;

	for (size_t i = 0; i < a->count; i++) {
		buf_printf(ours, "%s ", a->items[i]);
		same = same && !strcmp(a->items[i], list->array.items[i]->string.bytes);
	}
	return same;
}

/* What the recorded call was given, which is not in the collection. */
static bool same_docker_exec(const struct node *output, struct buf *ours)
{
	static const char set[] = "{LANG:'C.UTF-8'}", call[] = "{X:'1'}";
	struct node *env autodestroy(node_free) = NULL, *call_env autodestroy(node_free) = NULL;
	struct container_args a autodestroy(container_args_clear) = {0};
	struct container_exec x = {.container = "clawdbot-sbx-agent-main-f331f052",
				   .workdir = "/workspace",
				   .path = "/usr/bin:/bin",
				   .command = "ls -la"};
	struct err err;

	assert_int_equal(json5_read("set", set, strlen(set), &env, NULL, &err), 0);
	assert_int_equal(json5_read("call", call, strlen(call), &call_env, NULL, &err), 0);
	x.env = env;
	x.call_env = call_env;
	container_exec_args(&x, &a);
	return !a.failed && same_args(&a, output, ours);
}

static bool same_shell(const struct node *in, const struct node *output, struct buf *ours)
{
	struct container_args a autodestroy(container_args_clear) = {0};
	const char *shell = node_text(output, "shell");

	host_shell_args(node_text(in, "SHELL"), "/usr/bin:/bin", &a);
	buf_printf(ours, "%s %s", a.items[0], a.items[1]);
	return !a.failed && a.count == 2 && shell && !strcmp(a.items[0], shell) &&
	       node_list_has(node_get(output, "args"), a.items[1]);
}

static void test_docker_exec(void **state)
{
	struct golden g autogolden = golden_open(DIALECT_CLAWDBOT, "dockerexec");
	const struct node *one;

	(void)state;
	node_for_each_item (g.root, one) {
		const struct node *in = node_get(one, "input"), *output = node_get(one, "output");
		bool shell = !strcmp(node_text(in, "fn"), "getShellConfig");
		autobuf struct buf ours = {0};

		golden_count(&g, one,
			     shell ? same_shell(in, output, &ours)
				   : same_docker_exec(output, &ours),
			     NULL, ours.data);
	}
	golden_report(&g, DIALECT_CLAWDBOT, "dockerexec");
}

static const struct {
	const char *shell, *path, *expected;
} shells[] = {
	{"", "", "sh"},
	{" /bin/dash ", "", "/bin/dash"},
	{"/usr/bin/fish", "/nowhere::/bin", "/bin/bash"},
	{"fish", "/nowhere", "fish"},
	{"/opt/fishy", "/bin", "/opt/fishy"},
};

/* What a call says comes last, and each variable is said once, where it was said first. */
static void test_started(void **state)
{
	static const char set[] = "{B:'1',HOME:'/h',N:2}", call[] = "{C:'3',B:'2',PATH:''}";
	struct node *env autodestroy(node_free) = NULL, *call_env autodestroy(node_free) = NULL;
	struct container_args a autodestroy(container_args_clear) = {0};
	struct container_exec x = {.container = "c", .path = "/bin", .command = "id", .tty = true};
	autobuf struct buf all = {0};
	struct err err;

	(void)state;
	assert_int_equal(json5_read("set", set, strlen(set), &env, NULL, &err), 0);
	assert_int_equal(json5_read("call", call, strlen(call), &call_env, NULL, &err), 0);
	x.env = env;
	x.call_env = call_env;
	container_exec_args(&x, &a);
	for (size_t i = 0; i < a.count; i++)
		buf_printf(&all, "%s ", a.items[i]);
	assert_string_equal(all.data, "exec -i -t -e PATH= -e HOME=/h -e B=2 -e C=3 c sh -lc id ");
	for (size_t i = 0; i < ARRAY_SIZE(shells); i++) {
		struct container_args one autodestroy(container_args_clear) = {0};

		host_shell_args(shells[i].shell, shells[i].path, &one);
		assert_string_equal(one.items[0], shells[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_docker_exec),
		cmocka_unit_test(test_started),
	};

	return cmocka_run_group_tests_name("container_exec", tests, NULL, NULL);
}
