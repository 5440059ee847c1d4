// SPDX-License-Identifier: GPL-2.0-only
/* Is the command line understood, and what is wrong with it said? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "util/cleanup.h"
#include "util/nearest.h"

/* The order of audit's options. */
enum { FOLLOW, SESSION };

/* "audit --json x" as an argv. */
static int read_line(struct context *ctx, const char *line, char words[][64], char **argv,
		     int *ret_argc, char ***ret_argv, struct err *err)
{
	char copy[256];
	int argc = 0;

	snprintf(copy, sizeof(copy), "clawbpf %s", line);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
		snprintf(words[argc], 64, "%s", word);
		argv[argc] = words[argc];
		argc++;
	}
	argv[argc] = NULL;
	*ret_argc = argc;
	*ret_argv = argv;
	return context_read(ctx, ret_argc, ret_argv, err);
}

static const struct {
	const char *line;
	const char *command; /* NULL: refused */
	int argc;
	const char *first; /* word that is no option; or, refused, what the message has */
	const char *fix;   /* refused: what the remedy has */
	bool json;
	const char *session;
} cases[] = {
	{"version", "version", 0, NULL, NULL, false, NULL},
	{"--json version", "version", 0, NULL, NULL, true, NULL},
	{"version --json", "version", 0, NULL, NULL, true, NULL},
	{"audit --session a --json", "audit", 0, NULL, NULL, true, "a"},
	{"audit --session=a", "audit", 0, NULL, NULL, false, "a"},
	{"audit -s a", "audit", 0, NULL, NULL, false, "a"},
	{"audit -fsa", "audit", 0, NULL, NULL, false, "a"},
	{"audit -s --json", "audit", 0, NULL, NULL, false, "--json"},
	{"audit --session a --session b", "audit", 0, NULL, NULL, false, "b"},
	{"help audit", "help", 1, "audit", NULL, false, NULL},
	{"help --json audit", "help", 1, "audit", NULL, true, NULL},
	{"help -- --json", "help", 1, "--json", NULL, false, NULL},
	{"audit --help", "help", 1, "audit", NULL, false, NULL},
	{"audit -s a -h", "help", 1, "audit", NULL, false, NULL},
	{"--help", "help", 0, NULL, NULL, false, NULL},
	{"--help audit", "help", 1, "audit", NULL, false, NULL},
	{"--version", "version", 0, NULL, NULL, false, NULL},
	{"audit --version", "version", 0, NULL, NULL, false, NULL},
	{"", NULL, 0, "a command is missing", "help", false, NULL},
	{"--json", NULL, 0, "a command is missing", "help", true, NULL},
	{"audti", NULL, 0, "\"audti\"", "\"audit\"", false, NULL},
	{"xyzzy --json", NULL, 0, "\"xyzzy\"", "help", true, NULL},
	{"xyzzy -- --json", NULL, 0, "\"xyzzy\"", "help", false, NULL},
	{"audit --sesion a", NULL, 0, "--sesion", "--session?", false, NULL},
	{"audit --sesion=a --json", NULL, 0, "--sesion", "--session?", true, NULL},
	{"audit --xyzzy", NULL, 0, "--xyzzy", "audit --help", false, NULL},
	{"audit -x", NULL, 0, "-x", "audit --help", false, NULL},
	{"audit -fx", NULL, 0, "-x", "audit --help", false, NULL},
	{"audit --session", NULL, 0, "--session needs its KEY", "audit --help", false, NULL},
	{"audit -s", NULL, 0, "--session needs its KEY", "audit --help", false, NULL},
	{"audit --follow=1", NULL, 0, "--follow takes no value", "audit --help", false, NULL},
	{"audit extra", NULL, 0, "\"extra\"", "usage: clawbpf audit", false, NULL},
	{"version --color=pink", NULL, 0, "\"pink\"", "", false, NULL},
	{"--session a audit", NULL, 0, "--session", "", false, NULL},
};

static void test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct context ctx = {0};
		struct err err = {0};
		char words[16][64], *array[17], **argv;
		int argc, r = read_line(&ctx, cases[i].line, words, array, &argc, &argv, &err);

		if (ctx.json != cases[i].json)
			fail_msg("\"%s\": json", cases[i].line);
		if (!cases[i].command) {
			usage_hint(&ctx, &err);
			if (r != -CMD_USAGE || !strstr(err.message, cases[i].first) ||
			    !strstr(err.fix, cases[i].fix))
				fail_msg("\"%s\": %d %s; %s", cases[i].line, r, err.message,
					 err.fix);
			continue;
		}
		if (r || strcmp(ctx.command->name, cases[i].command) != 0 || argc != cases[i].argc)
			fail_msg("\"%s\": %d %s", cases[i].line, r, err.message);
		assert_null(argv[argc]);
		if (cases[i].first)
			assert_string_equal(argv[0], cases[i].first);
		if (cases[i].session)
			assert_string_equal(ctx.opt[SESSION], cases[i].session);
	}
}

static void test_number(void **state)
{
	static const struct {
		const char *text;
		long long number; /* -1: refused */
	} numbers[] = {{"1", 1},   {"10", 10}, {"0", -1}, {"11", -1},
		       {"1x", -1}, {"", -1},   {"x", -1}, {"99999999999999999999", -1},
		       {NULL, 5}};
	struct context ctx = {.command = &audit_command};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		struct err err = {0};
		long long number = 5;
		int r;

		ctx.opt[SESSION] = numbers[i].text;
		r = option_number(&ctx, SESSION, 1, 10, &number, &err);
		assert_int_equal(r, numbers[i].number < 0 ? -CMD_USAGE : 0);
		if (!r)
			assert_int_equal(number, numbers[i].number);
	}
}

/* What help, the manual page and the completion rely on. */
static void test_table(void **state)
{
	(void)state;
	for (const struct command *const *c = command_all(); *c; c++) {
		size_t options = 0;

		assert_ptr_equal(command_find((*c)->name), *c);
		assert_non_null((*c)->synopsis);
		assert_non_null((*c)->summary);
		assert_non_null((*c)->run);
		for (const struct option_row *o = (*c)->options; o && o->name; o++, options++) {
			assert_non_null(o->help);
			for (const struct option_row *g = global_options; g->name; g++) {
				assert_string_not_equal(o->name, g->name);
				assert_true(!o->letter || o->letter != g->letter);
			}
		}
		assert_in_range(options, 0, CMD_OPTIONS_MAX);
	}
}

static void test_nearest(void **state)
{
	static const char *const names[] = {"audit", "check", "status", "session", "run"};
	static const struct {
		const char *word, *name;
	} near[] = {
		{"audit", "audit"}, {"AUDIT", "audit"},   {"audti", "audit"},
		{"aduit", "audit"}, {"statsu", "status"}, {"sesion", "session"},
		{"rum", "run"},     {"chek", "check"},    {"xyzzy", NULL},
		{"", NULL},         {"r", NULL},          {"seesions", "session"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(near); i++) {
		const char *found = nearest_name(near[i].word, names, ARRAY_SIZE(names));

		if (!found != !near[i].name || (found && strcmp(found, near[i].name) != 0))
			fail_msg("\"%s\": %s", near[i].word, found ? found : "none");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_nearest),
	};

	return cmocka_run_group_tests_name("cmd", tests, NULL, NULL);
}
