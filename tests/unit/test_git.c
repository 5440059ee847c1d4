// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does an elevated git do for a repository that a session has written? A real git, in
 * repositories that name a program, a file or another machine in each way there is.
 */
#include <fcntl.h>
#include <linux/landlock.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "folder.h"
#include "policy/command/git.h"
#include "session/elevated.h"

/* --- what ssh may be told ---------------------------------------------------------------------*/

static void test_serves(void **state)
{
	static const struct {
		const char *command;
		bool plain;
	} rows[] = {
		{"git-receive-pack '/srv/x.git'", true},
		{"git-upload-pack 'x'", true},
		{"git-upload-archive '/a b'", true},
		{"git-receive-pack '/srv/x.git'; id", false},
		{"git-receive-pack 'x'; id #'", false},
		{"git-receive-pack '/srv/it'\\''s.git'", false},
		{"git-receive-pack ''", false},
		{"git-receive-pack x", false},
		{"git-receive-pack", false},
		{"git-receive-pack; id; git-receive-pack 'x'", false},
		{"id; git-receive-pack 'x'", false},
		{"/tmp/git-receive-pack 'x'", false},
		{"git-receive-pack 'x' ", false},
		{"", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (git_serves(rows[i].command) != rows[i].plain)
			fail_msg("%s", rows[i].command);
}

static void test_argv(void **state)
{
	char *const diff[] = {(char *)"git", (char *)"diff", (char *)"HEAD", NULL};
	char *const push[] = {(char *)"git", (char *)"push", NULL};
	char *const alone[] = {(char *)"git", NULL};
	char *const far[] = {(char *)"git", (char *)"-C",  (char *)"diff",
			     (char *)"-p",  (char *)"log", (char *)"x",
			     NULL};
	bool own;
	autofree char **a = git_argv(diff), **b = git_argv(push), **c = git_argv(alone),
		      **d = git_argv(far);

	(void)state;
	assert_string_equal(a[1], "diff");
	assert_string_equal(a[2], "--no-ext-diff");
	assert_string_equal(a[3], "--no-textconv");
	assert_string_equal(a[4], "HEAD");
	assert_null(a[5]);
	assert_string_equal(b[1], "push");
	assert_null(b[2]);
	assert_null(c[1]);
	assert_int_equal(git_command(far, &own), 4);
	assert_int_equal(git_command(alone, &own), 0);
	assert_int_equal(git_command(push, &own), 1);
	assert_true(own || access("/usr/lib/git-core/git-push", F_OK));
	assert_string_equal(d[4], "log");
	assert_string_equal(d[5], "--no-ext-diff");
	assert_string_equal(d[7], "x");
}

/* --- a repository against its user --------------------------------------------------------------
 */

/*
 * "@" is the attack's folder; repo in it is the repository, and mark is the proof that it went
 * well. evil is a script that makes it, and elf, this very program, too.
 */
static const struct {
	const char *why;
	const char *prepare; /* by a shell, in the repository */
	const char *argv[8];
	bool works; /* with git as it is; the others need a network, or git stops them by itself */
} attacks[] = {
	{"a filter, which status runs",
	 "git config filter.x.clean @/evil; echo '* filter=x' >.gitattributes; echo b >f",
	 {"git", "status"},
	 true},
	{"a filter with arguments",
	 "git config filter.x.clean 'touch @/mark; cat'; echo '* filter=x' >.gitattributes; "
	 "echo b >f",
	 {"git", "status"},
	 true},
	{"a filter that is a binary",
	 "git config filter.x.clean @/elf; echo '* filter=x' >.gitattributes; echo b >f",
	 {"git", "status"},
	 true},
	{"a filter process",
	 "git config filter.x.process @/evil; echo '* filter=x' >.gitattributes; echo b >f",
	 {"git", "status"},
	 true},
	{"a monitor of files", "git config core.fsmonitor @/evil", {"git", "status"}, true},
	{"an outer diff", "git config diff.external @/evil; echo b >f", {"git", "diff"}, true},
	{"an outer diff by attributes",
	 "git config diff.x.command @/evil; echo '* diff=x' >.gitattributes; echo b >f",
	 {"git", "diff"},
	 true},
	{"a text conversion",
	 "git config diff.x.textconv @/evil; echo '* diff=x' >.gitattributes; echo b >f",
	 {"git", "diff"},
	 true},
	{"a text conversion by the loader, of a program in the repository",
	 "cp @/elf f; git commit -qam elf; echo >>f; git config diff.x.textconv "
	 "/lib64/ld-linux-x86-64.so.2; echo '* diff=x' >.gitattributes",
	 {"git", "diff"},
	 true},
	{"the same with an option before the command",
	 "cp @/elf f; git commit -qam elf; echo >>f; git config diff.x.textconv "
	 "/lib64/ld-linux-x86-64.so.2; echo '* diff=x' >.gitattributes",
	 {"git", "-C", ".", "diff"},
	 true},
	{"the same in the log",
	 "git config diff.x.textconv @/evil; echo '* diff=x' >.gitattributes",
	 {"git", "log", "-p"},
	 true},
	{"the same in blame",
	 "git config diff.x.textconv @/evil; echo '* diff=x' >.gitattributes",
	 {"git", "blame", "f"},
	 true},
	{"an alias", "git config alias.x '!@/evil'", {"git", "x"}, true},
	{"an alias with arguments", "git config alias.x '!touch @/mark'", {"git", "x"}, true},
	{"an alias by the loader",
	 "git config alias.x '!/lib64/ld-linux-x86-64.so.2'",
	 {"git", "x", "../elf"},
	 true},
	{"a pager", "git config core.pager @/evil", {"git", "-p", "status"}, false},
	{"a hook",
	 "cp @/evil .git/hooks/post-checkout",
	 {"git", "checkout", "-qb", "other"},
	 false},
	{"a hook elsewhere",
	 "git config core.hooksPath h; mkdir h; cp @/evil h/post-checkout",
	 {"git", "checkout", "-qb", "other"},
	 false},
	{"a merge driver",
	 "git config merge.x.driver @/evil; echo '* merge=x' >.gitattributes; git checkout -qb o; "
	 "echo o >f; git commit -qam o; git checkout -q -; echo m >f; git commit -qam m",
	 {"git", "merge", "-q", "-m", "x", "o"},
	 true},
	{"an ssh of its own",
	 "git config core.sshCommand @/evil; git remote add o ssh://localhost/x",
	 {"git", "push", "o", "HEAD"},
	 true},
	{"a helper for a protocol", "git remote add o 'ext::@/evil'", {"git", "push", "o"}, false},
	{"a vcs",
	 "git remote add o x; git config remote.o.vcs ext",
	 {"git", "push", "o", "HEAD"},
	 false},
	{"a proxy",
	 "git config core.gitProxy @/evil; git remote add o git://localhost/x",
	 {"git", "push", "o", "HEAD"},
	 true},
	{"another repository, and its hooks",
	 "git init -q --bare ../other; cp @/evil ../other/hooks/pre-receive; git remote add o "
	 "../other",
	 {"git", "push", "o", "HEAD"},
	 false},
	{"a missing object on another machine",
	 "git config core.repositoryFormatVersion 1; git config extensions.partialClone o; "
	 "git remote add o ssh://localhost/x; git config remote.o.promisor true; "
	 "git config core.sshCommand @/evil; rm -rf .git/objects/??",
	 {"git", "log"},
	 true},
	{"a program to sign",
	 "git config gpg.program @/evil; git config commit.gpgSign true",
	 {"git", "commit", "--allow-empty", "-m", "x"},
	 true},
	{"an editor", "git config core.editor @/evil", {"git", "commit", "--allow-empty"}, true},
	/* What it writes goes to where a link leads. */
	{"a log that leads outside",
	 "mkdir -p .git/logs/refs/heads; ln -s @/mark .git/logs/refs/heads/new; git config "
	 "core.logAllRefUpdates always",
	 {"git", "branch", "new"},
	 true},
	{"a work tree outside",
	 "git mv f mark; git commit -qm m; git config core.worktree @",
	 {"git", "checkout", "-q", "-f", "HEAD"},
	 true},
	{"references outside",
	 "mkdir @/out; rm -rf .git/refs/heads; ln -s @/out .git/refs/heads; git config user.name x",
	 {"git", "update-ref", "refs/heads/../../mark", "HEAD"},
	 false},
};

static void at_put(struct buf *b, const char *text, const char *folder)
{
	for (; *text; text++) {
		if (*text == '@' && text[1] != 'y')
			buf_puts(b, folder);
		else
			buf_putc(b, *text);
	}
}

static void shell(const char *folder, const char *text)
{
	autobuf struct buf b = {0};

	at_put(&b, "export HOME=@; cd @/repo && {\n", folder);
	at_put(&b, text, folder);
	buf_puts(&b, "\n} >/dev/null 2>&1 </dev/null");
	if (b.failed || system(b.data) == -1)
		fail_msg("%s", text);
}

static char *attack_folder(size_t i)
{
	char *folder = folder_new();
	autofree char *repo = folder_path(folder, "repo");
	autobuf struct buf b = {0};

	buf_printf(&b,
		   "cp /proc/%d/exe @/elf; : >@/attacked\n"
		   "printf '[user]\\nname = x\\nemail = x@y\\n' >@/.gitconfig\n"
		   "printf '#!/bin/sh\\ntouch @/mark\\n' >@/evil; chmod 755 @/evil @/elf\n"
		   "git init -q; echo a >f; git add f; git commit -qm first\n",
		   (int)getpid());
	assert_int_equal(mkdir(repo, 0755), 0);
	shell(folder, b.data);
	shell(folder, attacks[i].prepare);
	return folder;
}

static void child(const char *folder, size_t i, bool elevated)
{
	struct elevated_user user = {
		.uid = getuid(), .gid = getgid(), .home = (char *)folder, .name = NULL};
	struct run_elevated e = {.program = "/usr/bin/git", .user = &user};
	autofree char *repo = folder_path(folder, "repo"), *log = folder_path(folder, "log");
	const char *what;
	int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);

	if (chdir(repo) || dup2(fd, 1) < 0 || dup2(fd, 2) < 0 || !freopen("/dev/null", "r", stdin))
		_exit(120);
	alarm(120);
	if (elevated) {
		elevated_become(&e, (char *const *)attacks[i].argv, &what);
		_exit(121);
	}
	setenv("HOME", folder, 1);
	execv("/usr/bin/git", (char *const *)attacks[i].argv);
	_exit(122);
}

/* Does the mark appear? *ret_status: git's. */
static bool attack_goes(size_t i, bool elevated, int *ret_status)
{
	char *folder autofolder = attack_folder(i);
	autofree char *mark = folder_path(folder, "mark");
	pid_t pid;

	unlink(mark);
	pid = fork();
	if (pid == 0)
		child(folder, i, elevated);
	assert_int_equal(waitpid(pid, ret_status, 0), pid);
	return !access(mark, F_OK);
}

static void test_attacks(void **state)
{
	int status, bad = 0;

	(void)state;
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 2 ||
	    access("/usr/bin/git", X_OK))
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(attacks); i++) {
		if (attacks[i].works && !attack_goes(i, false, &status))
			print_error("%s: the attack itself does not work\n", attacks[i].why), bad++;
		if (attack_goes(i, true, &status))
			print_error("%s: it goes through\n", attacks[i].why), bad++;
		if (WIFEXITED(status) && (WEXITSTATUS(status) == 120 || WEXITSTATUS(status) == 121))
			print_error("%s: git was not started\n", attacks[i].why), bad++;
	}
	assert_int_equal(bad, 0);
}

/* What people have git do goes on. */
static const char *const ordinary[][8] = {
	{"git", "status", "--short"},
	{"git", "log", "--oneline"},
	{"git", "diff", "HEAD"},
	{"git", "show", "HEAD"},
	{"git", "checkout", "-q", "-b", "new"},
	{"git", "commit", "--allow-empty", "-q", "-m", "x"},
	{"git", "gc", "-q"},
	{"git", "fsck"},
};

static void test_ordinary(void **state)
{
	(void)state;
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 2 ||
	    access("/usr/bin/git", X_OK))
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(ordinary); i++) {
		char *folder autofolder = attack_folder(0);
		struct elevated_user user = {.uid = getuid(), .gid = getgid(), .home = folder};
		struct run_elevated e = {.program = "/usr/bin/git", .user = &user};
		autofree char *repo = folder_path(folder, "repo");
		const char *what;
		int status;
		pid_t pid;

		shell(folder, "git config --remove-section filter.x; rm -f .gitattributes");
		pid = fork();
		if (pid == 0) {
			if (chdir(repo) || !freopen("/dev/null", "w", stdout))
				_exit(120);
			elevated_become(&e, (char *const *)ordinary[i], &what);
			_exit(121);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (status)
			fail_msg("git %s: status %x", ordinary[i][1], (unsigned int)status);
	}
}

/* The files of the repository are those of its folder, whatever it says. */
static void test_work_tree(void **state)
{
	char *folder autofolder = attack_folder(0);
	autofree char *repo = folder_path(folder, "repo"), *out = folder_path(folder, "out");
	struct elevated_user user = {.uid = getuid(), .gid = getgid(), .home = folder};
	struct run_elevated e = {.program = "/usr/bin/git", .user = &user};
	char *const argv[] = {(char *)"git", (char *)"rev-parse", (char *)"--show-toplevel", NULL};
	autofile FILE *f = NULL;
	char line[4096] = "";
	const char *what;
	int status;
	pid_t pid;

	(void)state;
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 2 ||
	    access("/usr/bin/git", X_OK))
		skip();
	shell(folder, "mkdir below; git config core.worktree @");
	pid = fork();
	if (pid == 0) {
		if (chdir(repo) || chdir("below") || !freopen(out, "w", stdout))
			_exit(120);
		elevated_become(&e, argv, &what);
		_exit(121);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	f = fopen(out, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	line[strcspn(line, "\n")] = '\0';
	assert_string_equal(line, repo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_serves),    cmocka_unit_test(test_argv),
		cmocka_unit_test(test_attacks),   cmocka_unit_test(test_ordinary),
		cmocka_unit_test(test_work_tree),
	};

	if (!access("../attacked", F_OK)) /* as what an attack has started */
		return creat("../mark", 0644) < 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
