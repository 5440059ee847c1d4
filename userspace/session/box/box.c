// SPDX-License-Identifier: GPL-2.0-only
/* How does a process become a sandbox? */
#include "session/box/box.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "seccomp_filter.h"
#include "session/box/box_stage.h"
#include "util/cleanup.h"
#include "util/mask.h"
#include "util/path.h"

/* --- before there is a process -----------------------------------------------------------------
 */

static int bwrap_check(struct err *err)
{
	struct stat st;

	if (stat(BOX_BWRAP, &st)) {
		err_errno(err, errno, "the sandbox needs bubblewrap (" BOX_BWRAP ")");
		return err_fix(err, "apt-get install bubblewrap");
	}
	if (st.st_uid || st.st_mode & (S_IWGRP | S_IWOTH))
		return err_set(err, EPERM, BOX_BWRAP " can be written by others than root");
	if (st.st_mode & (S_ISUID | S_ISGID))
		return err_set(err, EPERM, BOX_BWRAP " is setuid, which it need not be");
	return 0;
}

static int filter_open(struct box_place *p, struct err *err)
{
	p->filter = memfd_create("filter", MFD_CLOEXEC);
	if (p->filter < 0 ||
	    write(p->filter, seccomp_filter, sizeof(seccomp_filter)) != sizeof(seccomp_filter) ||
	    lseek(p->filter, 0, SEEK_SET))
		return err_errno(err, errno, "the sandbox's filter cannot be written");
	return 0;
}

/* A workspace that the sandbox may write must be one that its user may write. */
static int workspace_check(const struct box_place *p, struct err *err)
{
	const struct box *b = p->box;
	struct stat st;

	if (b->access != WORKSPACE_RW || stat(b->workspace, &st) || st.st_uid == p->user.uid ||
	    st.st_mode & S_IWOTH || (st.st_gid == p->user.gid && st.st_mode & S_IWGRP))
		return 0;
	err_set(err, EACCES, "the workspace %s cannot be written by the sandbox's user (uid %u)",
		b->workspace, (unsigned int)p->user.uid);
	err_key(err, "agents.defaults.sandbox.workspaceAccess");
	return err_fix(err, "chown it to a user who is not root: that is who the sandbox runs as");
}

/* As the agent would: a workspace that is not there yet is made. */
static int folders_make(const struct box_place *p, struct err *err)
{
	const struct box *b = p->box;
	int r = 0;

	if (b->access != WORKSPACE_NONE && access(b->workspace, F_OK))
		r = box_folder_make(b->workspace, &p->user, err);
	return r || b->access == WORKSPACE_RW ? r : box_folder_make(b->folder, &p->user, err);
}

int box_place_make(const struct box *b, const char *user, struct box_place *ret, struct err *err)
{
	int r = bwrap_check(err);

	*ret = BOX_PLACE_EMPTY;
	ret->box = b;
	ret->parent = getpid();
	if (!r)
		r = box_streams_check(ret, err);
	if (!r)
		r = box_user_find(b, user, &ret->user, err);
	if (!r)
		r = workspace_check(ret, err);
	if (!r)
		r = folders_make(ret, err);
	if (!r)
		r = box_etc_make(&ret->user, &ret->etc, err);
	if (!r)
		r = box_stage_prepare(ret, err);
	if (!r)
		r = filter_open(ret, err);
	if (!r && pipe2(ret->status, O_CLOEXEC))
		r = err_errno(err, errno, "no pipe can be made");
	return r ? r : box_args_write(ret, err);
}

void box_place_clear(struct box_place *p)
{
	for (size_t i = 0; p->staged_host && i < p->box->mount_count; i++)
		free(p->staged_host[i]);
	free(p->staged_host);
	free(p->staged);
	free(p->etc);
	cleanup_close(&p->args);
	cleanup_close(&p->filter);
	cleanup_close(&p->status[0]);
	cleanup_close(&p->status[1]);
	*p = BOX_PLACE_EMPTY;
}

/* --- the process -------------------------------------------------------------------------------
 */

static int user_become(const struct box_user *user)
{
	if (setgroups(0, NULL) || setresgid(user->gid, user->gid, user->gid) ||
	    setresuid(user->uid, user->uid, user->uid))
		return errno;
	return 0;
}

static int become_bwrap(const struct box_place *p, char **argv)
{
	static char *const no_env[] = {NULL};
	autofree char **words = NULL;
	char fd[16];
	size_t n = 0;

	while (argv[n])
		n++;
	words = calloc(n + 5, sizeof(*words));
	if (!words)
		return ENOMEM;
	snprintf(fd, sizeof(fd), "%d", p->args);
	words[0] = (char *)"bwrap";
	words[1] = (char *)"--args";
	words[2] = fd;
	words[3] = (char *)"--";
	memcpy(words + 4, argv, n * sizeof(*words));
	mask_give();
	execve(BOX_BWRAP, words, no_env);
	return errno;
}

int box_become(struct box_place *p, char **argv, const char **ret_what)
{
	int error;

	/* First: the mount that a file lies on has to be one of the caller's namespace. */
	error = box_inherit(p, ret_what);
	if (error)
		return error;
	*ret_what = "its mounts";
	error = box_stage_mount(p);
	if (error)
		return error;
	*ret_what = "its user";
	error = chdir("/") ? errno : user_become(&p->user);
	if (error)
		return error;
	/* Whoever has become another user is not ended with its parent any more. */
	if (!p->terminal && (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != p->parent))
		return ECHILD;
	*ret_what = BOX_BWRAP;
	error = box_descriptors_close(p);
	return error ? error : become_bwrap(p, argv);
}

/* --- what became of it -------------------------------------------------------------------------
 */

bool box_started(struct box_place *p)
{
	char text[512];
	ssize_t n;

	cleanup_close(&p->status[1]);
	p->status[1] = -1;
	fcntl(p->status[0], F_SETFL, O_NONBLOCK);
	n = read(p->status[0], text, sizeof(text) - 1);
	if (n <= 0)
		return false;
	text[n] = '\0';
	/* Said only when the program was executed: a status of 1 may also be bubblewrap's own. */
	return strstr(text, "\"exit-code\"");
}

/* By links of the host's own, such as /usr/bin/awk. */
static bool program_is_in(const char *folder, const char *name)
{
	char path[PATH_MAX];

	return snprintf(path, sizeof(path), "%s/%s", folder, name) < (int)sizeof(path) &&
	       !access(path, F_OK);
}

/*
 * In what the sandbox may write, and by none of its links to elsewhere: they would tell it what
 * there is on the host. A link itself is there, wherever it leads.
 */
static bool name_is_below(const char *folder, const char *name)
{
	const struct open_how how = {.flags = O_PATH | O_CLOEXEC | O_NOFOLLOW,
				     .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
	autoclose int at = open(folder, O_PATH | O_CLOEXEC), fd = -1;

	name += strspn(name, "/");
	if (at < 0 || !*name)
		return at >= 0;
	fd = (int)syscall(SYS_openat2, at, name, &how, sizeof(how));
	return fd >= 0;
}

/* What stands at a path of the sandbox, on the host. The rest of the host is nobody's business. */
static bool path_is_there(const struct box_place *p, const char *path)
{
	static const char *const programs[] = {"/usr",   "/bin",   "/sbin",  "/lib",
					       "/lib32", "/lib64", "/libx32"};

	for (size_t i = p->box->mount_count; i-- > 0;) {
		const struct box_mount *m = &p->box->mounts[i];

		if (path_is_below(path, m->container))
			return name_is_below(m->host, path + strlen(m->container));
	}
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++)
		if (path_is_below(path, programs[i]))
			return !access(path, F_OK);
	if (path_is_below(path, "/etc"))
		return p->etc && name_is_below(p->etc, path + strlen("/etc"));
	return path_is_below(path, "/proc") || path_is_below(path, "/dev");
}

int box_exec_status(const struct box_place *p, const char *program)
{
	static const char *const folders[] = {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
					      "/usr/bin",        "/sbin",          "/bin"};

	if (program[0] == '/')
		return path_is_there(p, program) ? 126 : 127;
	if (strchr(program, '/'))
		return 126;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (program_is_in(folders[i], program))
			return 126;
	return 127;
}

static pid_t first_child(pid_t pid)
{
	char path[64], text[32];
	autoclose int fd = -1;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	return (pid_t)strtol(text, NULL, 10);
}

pid_t box_program(pid_t pid)
{
	pid_t init = first_child(pid);

	return init ? first_child(init) : 0;
}
