// SPDX-License-Identifier: GPL-2.0-only
/* Where a product's exec allowlist says yes too easily: do we say so, and what counts? */
#include <fcntl.h>

#include "config/choice.h"
#include "config/schema.h"
#include "doc.h"
#include "folder.h"
#include "policy/command/exec_list.h"

static const char *const programs[] = {"bin",      "bin/rg",   "bin/rm",        "bin/env",
				       "bin/echo", "bin/sh",   "bin/nohup",     "bin/find",
				       "bin/sudo", "bin/tool", "bin/script.sh", NULL};

static void make_place(const char *root)
{
	for (const char *const *p = programs; *p; p++) {
		autofree char *path = folder_path(root, *p);

		if (p == programs)
			assert_int_equal(mkdir(path, 0755), 0);
		else
			assert_int_equal(close(creat(path, 0755)), 0);
	}
}

static const struct {
	const char *patterns[3], *command;
	bool clawdbot, openclaw, counts; /* counts: under clawdbot's rules */
	const char *why;
} rows[] = {
	{{"/bin/rg"}, "rg x", true, true, true, "plainly listed"},
	{{"/bin/rg"}, "rg x | rm y", false, false, false, "every program of a pipe"},
	{{"/bin/rg"}, "rg x; rm y", false, false, false, "and of a list"},
	{{"/bin/echo"}, "echo \"$(rm x)\"", true, false, false, "what is in double quotes runs"},
	{{"/bin/echo"}, "echo \"`rm x`\"", true, false, false, "backticks, too"},
	{{"/bin/echo"}, "echo \"a\\\" && rm x # \"", false, true, false, "escaped quotes"},
	{{"/bin/echo"}, "echo $(rm x)", false, false, false, "seen by both outside of quotes"},
	{{"/bin/echo"}, "echo $HOME", true, false, false, "the shell makes the argument"},
	{{"/bin/echo"}, "echo a > /bin/rg", false, false, false, "redirections write files"},
	{{"/bin/t.ol"}, "tool", true, false, false, "a dot is any character there"},
	{{"/bin/r|/bin/x"}, "rg", true, false, false, "an expression of two halves"},
	{{"/BIN/RG"}, "rg", true, false, false, "any case"},
	{{"/bin/env"}, "env rm x", true, false, false, "env starts something else"},
	{{"/bin/env", "/bin/rm"}, "env rm x", true, true, true, "which is listed here"},
	{{"/bin/rm"}, "env A=1 rm x", false, false, false, "with another environment"},
	{{"/bin/nohup"}, "nohup rm x", true, false, false, "nohup starts it"},
	{{"/bin/sudo"}, "sudo rm x", true, false, false, "sudo is never looked through"},
	{{"/bin/find"}, "find . -exec rm {} +", true, false, false, "find starts programs"},
	{{"/bin/find"}, "find . -name x", true, true, true, "and does not always"},
	{{"/bin/sh"}, "sh -c 'rm x'", true, false, false, "a shell runs what it is given"},
	{{"/bin/sh", "/bin/rm"}, "sh -c 'rm x'", true, true, true, "which is listed here"},
	{{"/bin/sh"}, "sh -c 'rm x &'", true, false, false, "a line that is not looked into"},
	{{"/bin/sh"}, "sh /bin/script.sh", true, false, false, "a script is a program"},
	{{"/bin/sh", "/bin/script.sh"}, "sh /bin/script.sh", true, true, true, "which is listed"},
	{{"/bin/rg"}, "PATH=/tmp rg", false, false, false, "variables before it"},
	{{"rg"}, "rg x", false, true, false, "a name stands for a program on PATH"},
	{{"rg"}, "/bin/rg x", false, false, false, "and for no path"},
	{{"*"}, "rm x", false, true, false, "a star is everything, in the newer one"},
	{{"*"}, "eval rm", false, false, false, "but nothing that is read as commands"},
	{{"*"}, "rm x &", false, false, false, "nor in the background"},
	{{NULL}, "cd /tmp", false, true, false, "what the shell does itself"},
	{{NULL}, "", false, false, false, "nothing is no command"},
	{{"/bin/rg"}, "rg \\\n x", true, false, false, "a line that goes on"},
	{{"/bin/rg"}, "rg $'\\x41'", true, false, false, "a character by its number"},
};

static void ask(size_t row, int dialect, const char *root, struct exec_answer *a)
{
	const struct exec_place place = {.cwd = "/", .path = "/bin", .home = "/", .root = root};
	struct exec_list l = {.patterns = rows[row].patterns};
	struct err err = {0};
	const struct dialect_choice choice = {.dialect = dialect};
	struct doc d autodoc = {.sources = sources_new(false)};

	while (rows[row].patterns[l.count])
		l.count++;
	assert_int_equal(json5_read("t", "{}", 2, &d.root, NULL, &err), 0);
	assert_int_equal(config_decode_as(d.root, d.sources, &choice, &d.config, NULL, &err), 0);
	assert_int_equal(exec_list_ask(dialect_of(d.config), &l, &place, rows[row].command, a), 0);
}

static void test_rows(void **state)
{
	char *root autofolder = folder_new();

	(void)state;
	make_place(root);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct exec_answer older autodestroy(exec_answer_clear) = {0};
		struct exec_answer newer autodestroy(exec_answer_clear) = {0};

		ask(i, DIALECT_CLAWDBOT, root, &older);
		ask(i, DIALECT_OPENCLAW, root, &newer);
		if (older.listed != rows[i].clawdbot || newer.listed != rows[i].openclaw ||
		    older.allowed != rows[i].counts || newer.allowed != rows[i].openclaw)
			fail_msg("%s: %s: %d %d %d, why %s", rows[i].why, rows[i].command,
				 older.listed, newer.listed, older.allowed,
				 older.why   ? older.why
				 : newer.why ? newer.why
					     : "-");
		/* What is not allowed has a reason in words. */
		if (!older.allowed)
			assert_true(older.why || older.failure);
		if (!newer.allowed)
			assert_non_null(newer.why);
	}
}

/* Whatever the command line, nothing is read past its end and the safe answer is no laxer. */
static void test_cut(void **state)
{
	static const char line[] = "A=1 env -- rg \"a $x `b` \\\" c\" 'd' $'e\\n' ${f} $(g) && (h) "
				   "| sh -c 'i; j' |& k > l & ! m; n # o\n<<EOF";
	const char *const patterns[] = {"*", "/bin/*", "/**"};
	struct exec_list l = {.patterns = patterns, .count = 3};
	const struct exec_place place = {.cwd = "/", .path = "/bin", .home = "/"};

	(void)state;
	for (size_t from = 0; from < sizeof(line); from++) {
		for (size_t len = 0; from + len < sizeof(line); len++) {
			autofree char *part = strndup(line + from, len);
			struct exec_answer a autodestroy(exec_answer_clear) = {0};

			assert_int_equal(exec_list_ask(&dialect_clawdbot, &l, &place, part, &a), 0);
			assert_true(!a.allowed || (a.listed && a.understood));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
