// SPDX-License-Identifier: GPL-2.0-only
/* A program started in a session, and everything that it starts. */
#include "session/run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "kernel/apply.h"
#include "kernel/lock.h"
#include "kernel/maps.h"
#include "kernel/sessions.h"
#include "policy/key/session_key.h"
#include "session/born.h"
#include "session/box/box.h"
#include "session/cgroup.h"
#include "session/elevated.h"
#include "session/find_out.h"
#include "session/inherit.h"
#include "session/limits.h"
#include "session/plan.h"
#include "session/registry.h"
#include "session/user.h"
#include "session/wait.h"
#include "util/cleanup.h"
#include "util/mask.h"

/* As many sessions are made before those that are over are looked for. */
#define SWEEP_EVERY 64

struct failure {
	int error; /* errno value */
	char what[64];
};

struct running {
	const struct run_request *request;
	struct kernel *kernel;
	/* What the box borrows from: one of them, or none without a sandbox. */
	struct plan *plan;
	struct found *found;
	struct box *box;
	struct box_place place;
	u32 session;
	char *cgroup; /* owned */
	u64 cgroup_id;
	int hold;     /* of the cgroup */
	u64 refusals; /* of the session, when this run began */
	pid_t pid;
	sigset_t signals;       /* which were blocked before */
	int go;                 /* closed unread: the child ends; a byte: it executes the program */
	int failed;             /* the child writes a struct failure here when it could not */
	bool elsewhere;         /* the sandbox's first process is not in the session */
	struct failure failure; /* why it could not become one */
};

/* --- the child ---------------------------------------------------------------------------------
 */

/* Returns why it could not: an errno value. */
static int user_run(const struct run_request *request)
{
	int error = user_become(request->user);

	if (error)
		return error;
	mask_give();
	execvp(request->argv[0], request->argv);
	return errno;
}

static void child_run(const struct run_request *request, struct running *run, int go, int failed)
{
	struct failure f = {0};
	const char *what = "";
	char c;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (read(go, &c, 1) != 1)
		_exit(1);
	prctl(PR_SET_PDEATHSIG, 0); /* in the session now: it may outlive us, the policy does too */
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &run->signals, NULL);
	f.error = request->elevated ? elevated_become(request->elevated, request->argv, &what)
				    : user_run(request);
	snprintf(f.what, sizeof(f.what), "%s", what);
	if (write(failed, &f, sizeof(f)) < 0)
		_exit(125);
	_exit(126);
}

static int child_start(const struct run_request *request, struct running *run, struct err *err)
{
	int go[2], failed[2];
	int r = request->elevated ? 0 : user_check(request->user, err);

	if (r)
		return r;
	if (pipe2(go, O_CLOEXEC))
		return err_errno(err, errno, "no pipe can be made");
	if (pipe2(failed, O_CLOEXEC)) {
		close(go[0]);
		close(go[1]);
		return err_errno(err, errno, "no pipe can be made");
	}
	wait_prepare(&run->signals);
	run->pid = fork();
	if (run->pid == 0) {
		close(go[1]);
		close(failed[0]);
		child_run(request, run, go[0], failed[1]);
	}
	close(go[0]);
	close(failed[1]);
	run->go = go[1];
	run->failed = failed[0];
	return run->pid < 0 ? err_errno(err, errno, "no process can be made") : 0;
}

/* It shares its parent's memory, until it is bubblewrap. */
static int box_child_run(void *arg)
{
	struct running *run = arg;
	const char *what = "";
	struct label label;
	struct err ignored;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	run->elsewhere = label_read(run->kernel, getpid(), &label, &ignored) ||
			 label.session != run->session;
	if (run->elsewhere)
		return 1;
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &run->signals, NULL);
	run->failure.error = box_become(&run->place, run->request->argv, &what);
	snprintf(run->failure.what, sizeof(run->failure.what), "%s", what);
	return 126;
}

/* It is in the session from its birth on, when its label says so, and does nothing otherwise. */
static int box_child_start(struct running *run, struct err *err)
{
	wait_prepare(&run->signals);
	run->pid = born_in_cgroup(run->hold, box_child_run, run);
	if (run->pid < 0)
		return err_errno(err, errno, "no process can be made in %s", run->cgroup);
	return run->elsewhere ? err_set(err, EPERM,
					"the caller is in another session, which it cannot leave")
			      : 0;
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

/* --- the session -------------------------------------------------------------------------------
 */

/* As an earlier run of it has found out. */
static bool session_known(const struct run_request *request, struct running *run)
{
	struct plan *plan autoplan = plan_read(run->kernel, request->session);
	struct policy_head head;
	struct err ignored;
	bool boxed;

	if (!plan)
		return false;
	run->session = plan->session;
	if (registry_add_known(run->kernel, plan->key, plan->agent, plan->policy, &run->session,
			       &ignored))
		return false;
	if (image_head(run->kernel, run->session, &head, &ignored) || head.policy != plan->policy)
		return false;
	boxed = run_is_boxed(request, &head);
	if (boxed && !plan->box)
		return false;
	if (run->session != plan->session) {
		plan->session = run->session;
		plan_write(run->kernel, request->session, plan);
	}
	if (boxed)
		run->box = TAKE_PTR(plan->box);
	run->plan = TAKE_PTR(plan);
	return true;
}

static int cgroup_begin(const struct run_request *request, struct running *run, struct err *err)
{
	char name[48];
	int r;

	snprintf(name, sizeof(name), RUN_CGROUP "%d", run->session, (int)getpid());
	r = cgroup_create(name, &run->cgroup, &run->cgroup_id, &run->hold, err);
	if (!r && run->box)
		r = limits_apply(run->cgroup, run->box, err);
	if (!r && request->elevated)
		return registry_add_cgroup_elevated(run->kernel, run->session, run->cgroup_id,
						    request->elevated->approval, err);
	return r ? r
		 : registry_add_new_cgroup(run->kernel, run->session, run->cgroup_id,
					   run->box ? ENTRY_RUN | ENTRY_CONTAINER : ENTRY_RUN, err);
}

static u64 refusals_read(const struct running *run)
{
	struct session_counts counts;
	struct err ignored;

	return session_counts_read(run->kernel, run->session, &counts, &ignored)
		       ? 0
		       : counts.refusals + counts.reports;
}

static int session_begin(const struct run_request *request, struct running *run, struct err *err)
{
	autoclose int lock = -1;
	int r = lock_take(LOCK_CHANGE, &lock, err);

	if (!r)
		r = request->elevated ? kernel_open(&run->kernel, err)
				      : kernel_open_few(&run->kernel, err);
	if (r)
		return session_key_first(request->session, r, err);
	if (request->elevated)
		r = elevated_register(run->kernel, request->session, request->elevated,
				      &run->session, err);
	else if (!session_known(request, run))
		r = session_find_out(request, &run->kernel, &run->session, &run->box, &run->found,
				     err);
	if (!r && run->box)
		r = box_place_make(run->box, request->user, &run->place, err);
	if (!r && !run->box) /* a sandbox inherits no network socket: box_streams_check */
		r = inherit_prepare(run->kernel, run->session, err);
	if (!r)
		r = cgroup_begin(request, run, err);
	if (!r && request->elevated)
		r = elevated_claim(run->kernel, request->elevated, run->cgroup_id, err);
	run->refusals = r ? 0 : refusals_read(run);
	return r;
}

/*
 * A session that is over stays, for its next run: to see which are takes a look at every task of
 * the machine. One in so many does it for all: numbers are given one after the other.
 */
static void look_after(u32 session, u64 refusals)
{
	struct kernel *k autokernel = NULL;
	struct err ignored;

	if (kernel_open(&k, &ignored))
		return;
	if (refusals)
		registry_drain(k, &ignored); /* somebody may want to read them now */
	if (session % SWEEP_EVERY == 0)
		registry_sweep(k, &ignored);
}

static void session_end(struct running *run, struct run_result *ret)
{
	autoclose int lock = -1;
	struct err ignored;

	/* A sandbox's processes end with it, and whoever has not got there yet is helped. */
	ret->left_behind = run->cgroup && !run->box && cgroup_populated(run->cgroup);
	if (run->cgroup && (run->box || ret->left_behind))
		cgroup_kill(run->cgroup, &ignored);
	while (run->box && waitpid(-1, NULL, 0) > 0) {
		/* all of the sandbox has become ours when bubblewrap ended */
	}
	if (run->cgroup)
		cgroup_remove(run->cgroup, &ignored);
	if (!run->kernel || lock_take(LOCK_CHANGE, &lock, &ignored))
		return;
	if (run->cgroup && run->request->elevated)
		registry_run_ends(run->kernel, run->cgroup_id, &ignored);
	else if (run->cgroup)
		cgroup_entry_remove(run->kernel, run->cgroup_id, &ignored);
	if (!run->session)
		return;
	ret->refusals = run->cgroup ? refusals_read(run) - run->refusals : 0;
	if (ret->refusals || run->session % SWEEP_EVERY == 0)
		look_after(run->session, ret->refusals);
}

/* --- from its start to its end -----------------------------------------------------------------
 */

static unsigned int timeout_of(const struct run_request *request, const struct running *run)
{
	if (request->timeout != RUN_TIMEOUT_CONFIG)
		return (unsigned int)request->timeout;
	return run->box ? run->box->timeout : 0;
}

static void child_wait(const struct run_request *request, struct running *run,
		       struct run_result *ret)
{
	struct waiting w = {.pid = run->pid,
			    .boxed = run->box,
			    .cgroup = run->cgroup,
			    .timeout = timeout_of(request, run)};
	struct failure f = run->failure;

	ret->status = wait_program(&w);
	ret->timed_out = w.timed_out ? w.timeout : 0;
	if (f.error || read(run->failed, &f, sizeof(f)) == sizeof(f)) {
		ret->exec_error = f.error;
		memcpy(ret->what, f.what, sizeof(ret->what));
	} else if (run->box && !w.timed_out && WIFEXITED(ret->status) &&
		   WEXITSTATUS(ret->status) == 1 && w.pid && !box_started(&run->place)) {
		ret->box_status = box_exec_status(&run->place, request->argv[0]);
	}
}

static void running_clear(struct running *run)
{
	if (run->go >= 0)
		close(run->go);
	if (run->failed >= 0)
		close(run->failed);
	if (run->hold >= 0)
		close(run->hold);
	box_place_clear(&run->place);
	box_free(&run->box);
	found_free(&run->found);
	plan_free(&run->plan);
	free(run->cgroup);
	kernel_free(&run->kernel);
}

int run(const struct run_request *request, struct run_result *ret, struct err *err)
{
	struct running run autodestroy(running_clear) = {.request = request,
							 .place = BOX_PLACE_EMPTY,
							 .pid = -1,
							 .hold = -1,
							 .go = -1,
							 .failed = -1};
	int r = session_begin(request, &run, err);

	if (!r && run.box)
		prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (!r && run.box)
		r = box_child_start(&run, err);
	else if (!r)
		r = child_start(request, &run, err);
	if (!r && !run.box)
		r = child_enter(&run, err);
	if (run.go >= 0)
		close(TAKE_FD(run.go));
	if (r && run.pid > 0)
		kill(run.pid, SIGKILL);
	if (run.pid > 0)
		child_wait(request, &run, ret);
	ret->cgroup = run.cgroup_id;
	session_end(&run, ret);
	return r;
}
