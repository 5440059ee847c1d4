// SPDX-License-Identifier: GPL-2.0-only
/* Which commands does a pattern let out of the sandbox, and which attacks does it not? */
#include "doc.h"
#include "policy/command/argv_pattern.h"

#define ARGS 8

static const struct {
	const char *pattern;
	const char *argv[ARGS];
	bool matches;
	const char *why;
} rows[] = {
	{"git push *", {"git", "push", "origin", "main"}, true, "what it was written for"},
	{"git push *", {"git", "push"}, true, "none is also all that are left"},
	{"git push *", {"/usr/bin/git", "push", "origin"}, true, "by its path: looked up later"},
	{"git push *",
	 {"git", "push", "-u", "origin", "main"},
	 true,
	 "an option that starts nothing"},
	{"git push *",
	 {"git", "push", "--force-with-lease=main", "origin"},
	 true,
	 "with its value"},
	{"git push *", {"git", "pull", "origin"}, false, "another command"},
	{"git push *", {"git"}, false, "less than the pattern"},
	{"git push *", {"gitx", "push"}, false, "another program"},
	{"git push *", {"GIT", "push"}, false, "in capitals"},
	{"git push *", {"git ", "push"}, false, "with a space behind it"},
	{"git push *", {"git push", "origin"}, false, "two words in one"},
	{"git push *", {"./git", "push"}, false, "a look-alike in the working directory"},
	{"git push *", {"bin/git", "push"}, false, "one below it"},
	{"git push *", {"sh", "-c", "git push origin"}, false, "by a shell"},
	{"git push *", {"env", "git", "push"}, false, "by env"},
	{"git push *", {"GIT_SSH=/tmp/x", "git", "push"}, false, "an assignment before it"},
	{"git push *",
	 {"git", "-c", "core.sshCommand=/tmp/x", "push"},
	 false,
	 "options before the word"},
	{"git push *", {"git", "--exec-path=/tmp", "push"}, false, "of another git"},
	{"git push *", {"git", "-C", "/tmp/x", "push"}, false, "in another repository"},
	{"git push *",
	 {"git", "push", "--receive-pack=/tmp/x", "origin"},
	 false,
	 "a program to be run"},
	{"git push *", {"git", "push", "--exec=/tmp/x", "origin"}, false, "by its other name"},
	{"git push *", {"git", "push", "--exe=/tmp/x", "origin"}, false, "shortened"},
	{"git push *", {"git", "push", "--receive-pack", "/tmp/x"}, false, "in two words"},
	{"git push *", {"git", "push", "-o", "ProxyCommand=x"}, false, "an option with a value"},
	{"git push *", {"git", "push", "-fo"}, false, "hidden behind a harmless one"},
	{"git *", {"git", "push", "x"}, false, "a repository defines commands"},
	{"git pu*", {"git", "push"}, false, "the same"},
	{"git clone *", {"git", "clone", "-u", "x"}, false, "here it is a program"},
	{"git push *", {"git", "push", "--", "x"}, false, "what ends the options"},
	{"git push *", {"git", "push", "-"}, false, "a dash"},
	{"git push *", {"git", "push", "x; rm -rf /"}, false, "a second command"},
	{"git push *", {"git", "push", "x", ";", "rm"}, false, "in words of its own"},
	{"git push *", {"git", "push", "x", "&&", "rm"}, false, "the same"},
	{"git push *", {"git", "push", "$(rm x)"}, false, "a substitution"},
	{"git push *", {"git", "push", "`rm x`"}, false, "the older one"},
	{"git push *", {"git", "push", "$HOME"}, false, "a variable"},
	{"git push *", {"git", "push", "x|y"}, false, "a pipe"},
	{"git push *", {"git", "push", "x>y"}, false, "a redirection"},
	{"git push *", {"git", "push", "<(x)"}, false, "a process"},
	{"git push *", {"git", "push", "x\nrm -rf /"}, false, "a new line"},
	{"git push *", {"git", "push", "x\rrm"}, false, "what overwrites the line shown"},
	{"git push *", {"git", "push", "x\x1b[2K"}, false, "what a terminal acts on"},
	{"git push *",
	 {"git", "push",
	  "x\xe2\x80\xae"
	  "y"},
	 false,
	 "text that runs backwards"},
	{"git push *", {"git", "push", "x\xe2\x80\x8b"}, false, "what is not seen at all"},
	{"git push *", {"git", "push", "x\xc2\xad"}, false, "a hyphen that is not shown"},
	{"git push *", {"git", "push", "\xff"}, false, "no text"},
	{"git push *", {"git", "push", "ext::sh -c x"}, false, "a helper of git's"},
	{"git push *", {"git", "push", "@/tmp/x"}, false, "a file of arguments"},
	{"git push *", {"git", "push", "a", "b", "--exec=x"}, false, "at the end of many"},
	{"git push *",
	 {"git", "push",
	  "gr\xc3\xbc\xc3\x9f"
	  "e"},
	 true,
	 "letters of any script"},
	{"git push *", {"git", "push", ""}, true, "an empty one"},
	{"git push *",
	 {"git", "push", "+refs/heads/*:refs/heads/*"},
	 true,
	 "no shell is there for it"},
	{"git push", {"git", "push"}, true, "without a star: just this"},
	{"git push", {"git", "push", "x"}, false, "and nothing else"},
	{"git push --no-verify *",
	 {"git", "push", "--no-verify", "x"},
	 true,
	 "options in the pattern"},
	{"git push --no-verify *", {"git", "push", "x", "--no-verify"}, false, "where they stand"},
	{"git tag v* *", {"git", "tag", "v1", "main"}, true, "a star within a word"},
	{"git tag v* *", {"git", "tag", "v1;x"}, false, "of plain characters too"},
	{"git tag v* *", {"git", "tag", "x1"}, false, "and what stands before it"},
	{"tool * status", {"tool", "x", "status"}, true, "one word in the middle"},
	{"tool * status", {"tool", "status"}, false, "not none"},
	{"tool * status", {"tool", "x", "y", "status"}, false, "not two"},
	{"tool * status", {"tool", "-cx=y", "status"}, false, "no option either"},
	{"git --git-dir=* status", {"git", "--git-dir=/x", "status"}, true, "said by the pattern"},
	{"journalctl *", {"journalctl", "-u", "nginx", "-n50"}, true, "as it is used"},
	{"journalctl *", {"journalctl", "-fu", "nginx"}, true, "letters together"},
	{"journalctl *", {"journalctl", "--root=/tmp/x"}, false, "another root"},
	{"journalctl *", {"journalctl", "--vacuum-time=1s"}, false, "that removes it"},
	{"systemctl status *",
	 {"systemctl", "status", "nginx", "--no-pager"},
	 true,
	 "as it is used"},
	{"systemctl status *", {"systemctl", "status", "-Hevil"}, false, "another machine"},
	{"systemctl status *", {"systemctl", "-H", "evil", "status"}, false, "before the word"},
	{"docker *", {"docker", "ps", "-a"}, true, "as it is used"},
	{"docker *", {"docker", "run", "--privileged", "x"}, false, "all of the machine"},
	{"docker *", {"docker", "run", "-v/:/h", "x"}, false, "its files"},
	{"brew *", {"brew", "install", "jq"}, true, "as it is used"},
	{"/usr/bin/git push *", {"/usr/bin/git", "push"}, true, "a path"},
	{"/usr/bin/git push *", {"git", "push"}, true, "by its name: looked up later"},
	{"/usr/bin/git push *", {"/tmp/git", "push"}, false, "another path"},
	{"tool/git push", {"tool/git", "push"}, false, "half a path"},
	{"*", {"rm", "x"}, false, "no program is named"},
	{"g* push", {"git", "push"}, false, "nor half of one"},
	{"", {"git"}, false, "nothing at all"},
	{"   ", {"git"}, false, "the same"},
	{"bash *", {"bash", "x.sh"}, false, "runs what it is told"},
	{"sudo *", {"sudo", "x"}, false, "the same"},
	{"env *", {"env", "x"}, false, "the same"},
	{"python3 *", {"python3", "x.py"}, false, "the same"},
	{"xargs *", {"xargs", "x"}, false, "the same"},
	{"ssh *", {"ssh", "x"}, false, "the same"},
	{"tar *", {"tar", "cIf", "/tmp/x", "o"}, false, "its options need no dash"},
	{"npm run *", {"npm", "run", "x"}, false, "what its folder says"},
	{"make *", {"make", "x"}, false, "the same"},
	{"cargo build *", {"cargo", "build"}, false, "the same"},
	{"npm run build", {"npm", "run", "build"}, true, "told by the pattern"},
	{"crontab *", {"crontab", "x"}, false, "a file of commands"},
	{"apt install *", {"apt", "install", "jq"}, true, "a package by its name"},
	{"apt install *", {"apt", "install", "./x.deb"}, false, "one of the session's"},
	{"apt-get install *", {"apt-get", "install", "/tmp/x.deb"}, false, "by its path"},
	{"dnf install *", {"dnf", "install", "x.rpm"}, false, "in the working directory"},
	{"apt install ./*", {"apt", "install", "./x.deb"}, true, "told by the pattern"},
	{"bash /opt/deploy.sh", {"bash", "/opt/deploy.sh"}, true, "told by the pattern"},
	{"bash /opt/deploy.sh", {"bash", "/opt/deploy.sh", "x"}, false, "and nothing else"},
	{"GIT push", {"git", "push"}, false, "as it is written"},
	{"  git   push\t* ", {"git", "push", "x"}, true, "spaces are no words"},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct setting one = {.key = (char *)"k", .text = (char *)rows[i].pattern};
		struct setting_list list = {.key = (char *)"l", .items = &one, .count = 1};
		struct argv_match m;

		argv_patterns_match(&list, (char *const *)rows[i].argv, &m);
		if (!!m.pattern != rows[i].matches)
			fail_msg("row %zu, \"%s\": %s: %s", i, rows[i].pattern, rows[i].why, m.why);
		assert_true(m.pattern || m.why[0]);
	}
}

static void test_first_that_matches(void **state)
{
	struct setting items[] = {{.text = (char *)"git pull *"}, {.text = (char *)"git push *"}};
	struct setting_list list = {.items = items, .count = 2};
	const char *const push[] = {"git", "push", NULL}, *const ls[] = {"ls", NULL};
	struct argv_match m;

	(void)state;
	argv_patterns_match(&list, (char *const *)push, &m);
	assert_ptr_equal(m.pattern, &items[1]);
	argv_patterns_match(&list, (char *const *)ls, &m);
	assert_null(m.pattern);
	assert_string_equal(m.why, "no pattern is for \"ls\"");
}

static void test_long(void **state)
{
	char pattern[2048], *argv[] = {pattern, NULL};
	struct setting one = {.text = pattern};
	struct setting_list list = {.items = &one, .count = 1};
	struct argv_match m;

	(void)state;
	memset(pattern, 'x', sizeof(pattern));
	pattern[sizeof(pattern) - 1] = '\0';
	argv_patterns_match(&list, argv, &m);
	assert_null(m.pattern);
	memset(pattern, 0, sizeof(pattern));
	for (size_t i = 0; i < 100; i++)
		strcat(pattern, "x ");
	argv_patterns_match(&list, argv, &m);
	assert_null(m.pattern);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_first_that_matches),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
