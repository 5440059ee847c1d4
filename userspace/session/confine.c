// SPDX-License-Identifier: GPL-2.0-only
/* What may git start and write, whatever its repository says? */
#include "session/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/landlock.h>

#include "kernel/lock.h"
#include "policy/command/git.h"
#include "util/cleanup.h"
#include "util/path.h"

/* Of later versions than the headers may be; their numbers are the kernel's for ever. */
#define RIGHT_REFER    (1ull << 13)
#define RIGHT_TRUNCATE (1ull << 14)

#define RIGHTS_FILE (LANDLOCK_ACCESS_FS_WRITE_FILE | RIGHT_TRUNCATE)
#define RIGHTS_WRITE                                                                               \
	(RIGHTS_FILE | RIGHT_REFER | LANDLOCK_ACCESS_FS_REMOVE_DIR |                               \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |                            \
	 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SYM |                               \
	 LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |                             \
	 LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK)

/* git's own, ssh and its helpers, and what maps them: never a shell. */
static const char *const programs[] = {
	"/usr/lib/git-core",    "/usr/libexec/git-core",       "/usr/local/libexec/git-core",
	"/usr/bin/ssh",         "/usr/local/bin/ssh",          "/usr/lib/openssh",
	"/usr/libexec/openssh", "/lib64/ld-linux-x86-64.so.2", "/lib/ld-musl-x86_64.so.1",
};

static const char *const devices[] = {"/dev/null", "/dev/tty", "/dev/zero"};

static long landlock_abi(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

/* Which of its rights this kernel knows. REFER came with 2: without it git could not rename. */
static __u64 known(__u64 rights, long abi)
{
	return abi < 3 ? rights & ~RIGHT_TRUNCATE : rights;
}

int confine_prepare(bool git, struct err *err)
{
	char self[PATH_MAX] = "", now[PATH_MAX] = "";

	if (git && landlock_abi() < 2) {
		err_set(err, EOPNOTSUPP,
			"git is not elevated without Landlock: its repository could name any "
			"program to it");
		return err_fix(err, "boot with landlock among the active security modules (lsm=)");
	}
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return err_errno(err, errno, "/proc/self/exe");
	if (mkdir(RUN_FOLDER, 0755) && errno != EEXIST)
		return err_errno(err, errno, RUN_FOLDER " cannot be made");
	if (readlink(GIT_SSH_PATH, now, sizeof(now) - 1) > 0 && !strcmp(self, now))
		return 0;
	unlink(GIT_SSH_PATH);
	if (symlink(self, GIT_SSH_PATH) && errno != EEXIST)
		return err_errno(err, errno, GIT_SSH_PATH " cannot be made");
	return 0;
}

static int allow_open(int rules, int fd, const struct stat *st, __u64 rights)
{
	struct landlock_path_beneath_attr a = {.allowed_access = rights, .parent_fd = fd};

	if (!S_ISDIR(st->st_mode))
		a.allowed_access &= RIGHTS_FILE | LANDLOCK_ACCESS_FS_EXECUTE;
	return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &a, 0) ? errno : 0;
}

/* What is not there needs no rule. */
static int allow(int rules, const char *path, __u64 rights)
{
	autoclose int fd = open(path, O_PATH | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : errno;
	return fstat(fd, &st) ? errno : allow_open(rules, fd, &st, rights);
}

/* It is ours still: who could put another in its place has had time to, while somebody was asked.
 */
static int allow_ssh(int rules)
{
	autoclose int fd = open(GIT_SSH_PATH, O_PATH | O_CLOEXEC);
	struct stat st, self;

	if (fd < 0 && errno == ENOENT) /* nothing there may be executed, then: git has no ssh */
		return 0;
	if (fd < 0 || fstat(fd, &st) || stat("/proc/self/exe", &self))
		return errno;
	if (st.st_dev != self.st_dev || st.st_ino != self.st_ino)
		return ESTALE;
	return allow_open(rules, fd, &st, LANDLOCK_ACCESS_FS_EXECUTE);
}

/* The folder that git would take for the repository's, else the one it works in. */
static int repository_of(char *ret, size_t size, bool *ret_found)
{
	char folder[PATH_MAX], git[PATH_MAX + 8];

	if (!getcwd(folder, sizeof(folder)) || folder[0] != '/')
		return errno ? errno : ENOENT;
	snprintf(ret, size, "%s", folder);
	while (folder[1]) {
		struct stat st;

		snprintf(git, sizeof(git), "%s/.git", folder);
		if (!lstat(git, &st)) {
			snprintf(ret, size, "%s", folder);
			*ret_found = true;
			return 0;
		}
		*(strrchr(folder, '/') == folder ? folder + 1 : strrchr(folder, '/')) = '\0';
	}
	return 0;
}

/* core.worktree could make another folder's files those of the repository. */
static int work_tree_set(const char *repository, char *const *argv)
{
	bool own;
	size_t at = git_command(argv, &own);

	if (at && (!strcmp(argv[at], "clone") || !strcmp(argv[at], "init")))
		return 0; /* to which this would be where the new one goes */
	return setenv("GIT_WORK_TREE", repository, 1) ? errno : 0;
}

int confine_git(const char *program, char *const *argv)
{
	struct landlock_ruleset_attr all = {0};
	char repository[PATH_MAX];
	long abi = landlock_abi();
	autoclose int rules = -1;
	bool found = false;
	int error;

	if (abi < 2)
		return EOPNOTSUPP;
	all.handled_access_fs = known(RIGHTS_WRITE, abi) | LANDLOCK_ACCESS_FS_EXECUTE;
	rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	if (rules < 0)
		return errno;
	error = repository_of(repository, sizeof(repository), &found);
	if (!error && found)
		error = work_tree_set(repository, argv);
	if (!error)
		error = allow(rules, repository, known(RIGHTS_WRITE, abi));
	if (!error)
		error = allow(rules, program, LANDLOCK_ACCESS_FS_EXECUTE);
	if (!error)
		error = allow_ssh(rules);
	for (size_t i = 0; !error && i < ARRAY_SIZE(programs); i++)
		error = allow(rules, programs[i], LANDLOCK_ACCESS_FS_EXECUTE);
	for (size_t i = 0; !error && i < ARRAY_SIZE(devices); i++)
		error = allow(rules, devices[i], known(RIGHTS_FILE, abi));
	if (error)
		return error;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_landlock_restrict_self, rules, 0))
		return errno;
	return 0;
}
