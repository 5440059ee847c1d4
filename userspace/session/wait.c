// SPDX-License-Identifier: GPL-2.0-only
/* When does a program end, and who ended it? */
#include "session/wait.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "session/box/box.h"
#include "session/cgroup.h"

static const int forwarded[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};

static void signals_wanted(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
	for (size_t i = 0; i < sizeof(forwarded) / sizeof(forwarded[0]); i++)
		sigaddset(set, forwarded[i]);
}

void wait_prepare(sigset_t *ret_old)
{
	sigset_t set;

	signals_wanted(&set);
	sigprocmask(SIG_BLOCK, &set, ret_old);
}

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000000000ll + now.tv_nsec;
}

/*
 * A terminal's Ctrl-C reaches bubblewrap as well, which ends of it, while the program may have
 * other plans. Then what is left of the sandbox becomes our child, and tells how the program ended.
 */
static bool is_orphaned(const struct waiting *w, int status)
{
	siginfo_t info;

	return w->boxed && WIFSIGNALED(status) && !w->timed_out &&
	       waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

static bool reap(struct waiting *w, int *ret_status)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (w->pid && pid != w->pid)
			continue;
		*ret_status = status;
		if (!is_orphaned(w, status))
			return true;
		w->pid = 0; /* whoever comes to us */
	}
	return pid < 0 && errno == ECHILD;
}

static void forward(const struct waiting *w, const siginfo_t *info)
{
	pid_t pid = w->pid;
	struct err ignored;

	if (info->si_code == SI_KERNEL)
		return; /* the terminal's: the program has got it by itself */
	if (w->boxed)
		pid = box_program(w->pid);
	if (pid > 0)
		kill(pid, info->si_signo);
	else if (info->si_signo != SIGUSR1 && info->si_signo != SIGUSR2)
		cgroup_kill(w->cgroup, &ignored); /* the sandbox is not even made */
}

static void time_is_up(struct waiting *w)
{
	struct err ignored;

	w->timed_out = true;
	if (cgroup_kill(w->cgroup, &ignored) && w->pid > 0)
		kill(w->pid, SIGKILL);
}

int wait_program(struct waiting *w)
{
	long long end = w->timeout ? now_ns() + w->timeout * 1000000000ll : 0, left;
	int status = 1 << 8;
	siginfo_t info;
	sigset_t set;

	signals_wanted(&set);
	while (!reap(w, &status)) {
		struct timespec step = {.tv_sec = 3600};
		int signal;

		left = end ? end - now_ns() : 0;
		if (end && !w->timed_out && left <= 0)
			time_is_up(w);
		else if (end && !w->timed_out && left < 3600 * 1000000000ll)
			step = (struct timespec){left / 1000000000, left % 1000000000};
		signal = sigtimedwait(&set, &info, &step);
		if (signal > 0 && signal != SIGCHLD)
			forward(w, &info);
	}
	return status;
}
