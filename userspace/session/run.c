// SPDX-License-Identifier: GPL-2.0-only
/* A program started in a session, and everything that it starts. */
#include "session/run.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "kernel/lock.h"
#include "kernel/maps.h"
#include "session/cgroup.h"
#include "session/inherit.h"
#include "session/registry.h"
#include "util/cleanup.h"

struct running {
	struct kernel *kernel;
	u32 session;
	char *cgroup; /* owned */
	u64 cgroup_id;
	pid_t pid;
	int go;     /* closed unread: the child ends; a byte: it executes the program */
	int failed; /* the child writes an errno here when it could not */
};

static int user_become(const char *name)
{
	const struct passwd *pw;

	if (!name)
		return 0;
	errno = 0;
	pw = getpwnam(name);
	if (!pw)
		return errno ? errno : ENOENT;
	if (initgroups(name, pw->pw_gid) || setgid(pw->pw_gid) || setuid(pw->pw_uid))
		return errno;
	setenv("HOME", pw->pw_dir, 1);
	setenv("USER", name, 1);
	setenv("LOGNAME", name, 1);
	return 0;
}

static void child_run(const struct run_request *request, int go, int failed)
{
	int error;
	char c;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (read(go, &c, 1) != 1)
		_exit(1);
	prctl(PR_SET_PDEATHSIG, 0); /* in the session now: it may outlive us, the policy does too */
	signal(SIGPIPE, SIG_DFL);
	error = user_become(request->user);
	if (!error) {
		execvp(request->argv[0], request->argv);
		error = errno;
	}
	if (write(failed, &error, sizeof(error)) < 0)
		_exit(125);
	_exit(126);
}

static int child_start(const struct run_request *request, struct running *run, struct err *err)
{
	int go[2], failed[2];

	if (pipe2(go, O_CLOEXEC))
		return err_errno(err, errno, "no pipe can be made");
	if (pipe2(failed, O_CLOEXEC)) {
		close(go[0]);
		close(go[1]);
		return err_errno(err, errno, "no pipe can be made");
	}
	run->pid = fork();
	if (run->pid == 0) {
		close(go[1]);
		close(failed[0]);
		child_run(request, go[0], failed[1]);
	}
	close(go[0]);
	close(failed[1]);
	run->go = go[1];
	run->failed = failed[0];
	return run->pid < 0 ? err_errno(err, errno, "no process can be made") : 0;
}

/* The child is in the session when its label says so, and does nothing before. */
static int child_enter(struct running *run, struct err *err)
{
	struct label label;
	int r = cgroup_move(run->cgroup, run->pid, err);

	if (!r)
		r = label_read(run->kernel, run->pid, &label, err);
	if (!r && label.session != run->session)
		r = err_set(err, EPERM, "the caller is in another session, which it cannot leave");
	if (!r && write(run->go, "", 1) != 1)
		r = err_errno(err, errno, "the program cannot be started");
	return r;
}

static int session_begin(const struct run_request *request, struct running *run, struct err *err)
{
	autoclose int lock = -1;
	char name[48];
	int r = lock_take(LOCK_CHANGE, &lock, err);

	if (!r)
		r = kernel_open(&run->kernel, err);
	if (!r)
		r = registry_add(run->kernel, request->session, &run->session, NULL, err);
	if (!r)
		r = inherit_prepare(run->kernel, run->session, err);
	if (r)
		return r;
	snprintf(name, sizeof(name), RUN_CGROUP "%d", run->session, (int)getpid());
	r = cgroup_create(name, &run->cgroup, &run->cgroup_id, err);
	if (!r)
		r = registry_add_cgroup(run->kernel, run->session, run->cgroup, 0, err);
	return r;
}

static int wait_status(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) != pid) {
		if (errno != EINTR)
			return 1 << 8; /* nobody's child: cannot be */
	}
	return status;
}

static void session_end(struct running *run, unsigned int *ret_left)
{
	autoclose int lock = -1;
	struct err ignored;

	*ret_left = 0;
	if (run->cgroup && cgroup_populated(run->cgroup)) {
		*ret_left = 1;
		cgroup_kill(run->cgroup, &ignored);
	}
	if (run->cgroup)
		cgroup_remove(run->cgroup, &ignored);
	if (!run->kernel || lock_take(LOCK_CHANGE, &lock, &ignored))
		return;
	if (run->cgroup)
		cgroup_entry_remove(run->kernel, run->cgroup_id, &ignored);
	/* Another run of the same session may be under way: then the session stays. */
	if (run->session)
		registry_remove(run->kernel, run->session, &ignored);
}

static pid_t forward_to;

static void on_signal(int signal)
{
	if (forward_to > 0)
		kill(forward_to, signal);
}

/* The terminal's signals reach the program by themselves; those that are sent to us we pass on. */
static void signals_prepare(pid_t pid)
{
	struct sigaction forward = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	forward_to = pid;
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	sigaction(SIGTERM, &forward, NULL);
	sigaction(SIGHUP, &forward, NULL);
	sigaction(SIGUSR1, &forward, NULL);
	sigaction(SIGUSR2, &forward, NULL);
}

int run(const struct run_request *request, struct run_result *ret, struct err *err)
{
	struct running run = {.pid = -1, .go = -1, .failed = -1};
	int r, error = 0;

	r = session_begin(request, &run, err);
	if (!r)
		r = child_start(request, &run, err);
	if (!r) {
		signals_prepare(run.pid);
		r = child_enter(&run, err);
	}
	if (run.go >= 0)
		close(run.go);
	if (r && run.pid > 0)
		kill(run.pid, SIGKILL);
	if (run.pid > 0)
		ret->status = wait_status(run.pid);
	if (!r && read(run.failed, &error, sizeof(error)) == sizeof(error))
		ret->exec_error = error;
	if (run.failed >= 0)
		close(run.failed);
	session_end(&run, &ret->left_behind);
	free(run.cgroup);
	kernel_free(&run.kernel);
	return r;
}
