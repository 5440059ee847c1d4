// SPDX-License-Identifier: GPL-2.0-only
/* Is anything refused at all? */
#include "session/selftest.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "kernel/maps.h"
#include "kernel/program.h"
#include "policy/image.h"
#include "session/cgroup.h"
#include "util/cleanup.h"

/* Each answers with the errno that it got, 0: it was allowed. Run in a child of our own. */
static int try_exec(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		char *argv[] = {(char *)"clawbpf", (char *)"--version", NULL}, *env[] = {NULL};
		int null = open("/dev/null", O_RDWR);

		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execve("/proc/self/exe", argv, env);
		_exit(errno);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return EIO;
	return WEXITSTATUS(status);
}

static int try_socket(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* In a mount namespace of its own, where nobody sees it. */
static int try_mount(void)
{
	return mount("/etc", "/etc", NULL, MS_BIND, NULL) ? errno : 0;
}

static const struct {
	const char *name, *program;
	enum claw_hook hook;
	int (*attempt)(void);
} items[SELF_TEST_COUNT] = {
	[SELF_TEST_EXEC] = {"an exec", "claw_exec", HOOK_BPRM_CHECK, try_exec},
	[SELF_TEST_SOCKET] = {"a socket", "claw_sk_create", HOOK_SOCKET_CREATE, try_socket},
	[SELF_TEST_MOUNT] = {"a mount", "claw_mount", HOOK_SB_MOUNT, try_mount},
};

const char *self_test_name(enum self_test_item item)
{
	return items[item].name;
}

static void attempt_all(int answers[SELF_TEST_COUNT])
{
	for (int i = 0; i < SELF_TEST_COUNT; i++)
		answers[i] = items[i].attempt();
}

/* What the child tells: before it was in the session, and in it. */
struct report {
	int outside[SELF_TEST_COUNT], inside[SELF_TEST_COUNT];
};

static void child_run(int ready, int go, int out)
{
	struct report report;
	char c = 0;

	/* It holds our lock, too: it must not live longer than we do. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		_exit(1);
	attempt_all(report.outside);
	if (write(ready, &c, 1) != 1 || read(go, &c, 1) != 1)
		_exit(1);
	attempt_all(report.inside);
	_exit(write(out, &report, sizeof(report)) != sizeof(report));
}

static int child_talk(const char *cgroup, struct report *ret, struct err *err)
{
	int ready[2] = {-1, -1}, go[2] = {-1, -1}, out[2] = {-1, -1};
	struct err moved = {0};
	pid_t pid = -1;
	char c = 0;
	int r = -1;

	if (!pipe2(ready, O_CLOEXEC) && !pipe2(go, O_CLOEXEC) && !pipe2(out, O_CLOEXEC))
		pid = fork();
	if (pid == 0) {
		close(go[1]); /* so that it sees when we are gone */
		child_run(ready[1], go[0], out[1]);
	}
	if (ready[1] >= 0)
		close(ready[1]);
	if (out[1] >= 0)
		close(out[1]);
	if (pid > 0 && read(ready[0], &c, 1) == 1 && !cgroup_move(cgroup, pid, &moved) &&
	    write(go[1], &c, 1) == 1 && read(out[0], ret, sizeof(*ret)) == sizeof(*ret))
		r = 0;
	if (go[1] >= 0)
		close(go[1]); /* a child that still waits ends */
	for (int i = 0; i < 2; i++)
		close(i ? go[0] : ready[0]);
	if (out[0] >= 0)
		close(out[0]);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	if (moved.code) {
		*err = moved;
		return -moved.code;
	}
	return r ? err_set(err, EIO, "the self-test could not be run") : 0;
}

static int refusals_read(const struct kernel *k, u64 ret[SELF_TEST_COUNT], struct err *err)
{
	int r = 0;

	for (int i = 0; !r && i < SELF_TEST_COUNT; i++) {
		struct hook_stats stats = {0};

		r = hook_stats_read(k, items[i].hook, &stats, err);
		ret[i] = stats.refused;
	}
	return r;
}

static int judge(const struct kernel *k, const struct report *report, const u64 *before,
		 const u64 *after, enum self_test_result *ret, struct err *err)
{
	for (int i = 0; i < SELF_TEST_COUNT; i++) {
		bool attached = k->link[program_find(items[i].program)] >= 0;

		if (!attached) {
			ret[i] = SELF_TEST_NOT_NEEDED;
			continue;
		}
		if (report->outside[i])
			return err_set(err, EIO,
				       "the self-test could not try %s outside a session: %s",
				       items[i].name, strerror(report->outside[i]));
		if (report->inside[i] != EPERM || after[i] <= before[i]) {
			err_set(err, ENOTSUP,
				"nothing is enforced: the kernel allowed %s to a session "
				"that may do nothing",
				items[i].name);
			return err_fix(err,
				       "`clawbpf doctor` says what is missing, most often \"bpf\" "
				       "in the kernel's lsm= list, or kernel.ftrace_enabled is 0");
		}
		ret[i] = SELF_TEST_REFUSED;
	}
	return 0;
}

int self_test(struct kernel *k, enum self_test_result ret[SELF_TEST_COUNT], struct err *err)
{
	struct cgroup_entry entry = {.session = SESSION_SELF_TEST,
				     .first_program = FIRST_PROGRAM_DONE};
	enum self_test_result results[SELF_TEST_COUNT];
	u64 before[SELF_TEST_COUNT], after[SELF_TEST_COUNT], id;
	struct report report = {0};
	autofree char *path = NULL;
	autoclose int hold = -1;
	struct err ignored;
	char name[32];
	int r;

	cgroup_remove_empty("self-test-"); /* of those that were killed */
	snprintf(name, sizeof(name), "self-test-%d", (int)getpid());
	r = cgroup_create(name, &path, &id, &hold, err);
	if (r)
		return r;
	r = cgroup_entry_write(k, id, &entry, err);
	if (!r)
		r = refusals_read(k, before, err);
	if (!r)
		r = child_talk(path, &report, err);
	if (!r)
		r = refusals_read(k, after, err);
	if (!r)
		r = judge(k, &report, before, after, results, err);
	cgroup_entry_remove(k, id, &ignored);
	cgroup_remove(path, &ignored);
	if (!r && ret)
		memcpy(ret, results, sizeof(results));
	return r;
}
