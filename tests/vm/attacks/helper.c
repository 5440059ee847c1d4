// SPDX-License-Identifier: GPL-2.0-only
/* Who else runs a program? The kernel does, as root and outside every session, when it is told by a
 * file in which there is the name of one; and processes outside do.
 */
#include "attack.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <time.h>

/* HELPER leaves a file. It is started by a worker of the kernel, so not at once. */
static int helped(const char *how)
{
	for (int i = 0; i < 20; i++) {
		if (!access(HELPED, F_OK)) {
			see("%s: the kernel ran a program outside", how);
			return ESCAPED;
		}
		usleep(100000);
	}
	see("%s: no program was run", how);
	return NOT_HERE;
}

static void begin(void)
{
	unlink(HELPED);
}

/* Is written, and put back as it was: the attack is over before anything else happens. */
struct setting {
	const char *path;
	char before[256];
};

static void setting_change(struct setting *s, const char *path, const char *value)
{
	int fd = open(path, O_RDWR);
	ssize_t n;

	s->path = path;
	step(fd, path);
	n = read(fd, s->before, sizeof(s->before) - 1);
	s->before[n > 0 ? n : 0] = '\0';
	step(pwrite(fd, value, strlen(value), 0), path);
	close(fd);
}

static void setting_restore(const struct setting *s)
{
	file_put(s->path, s->before);
}

static int by_core_pattern(const struct attack *a)
{
	struct rlimit some = {1 << 20, 1 << 20};
	struct setting s;
	int r;

	(void)a;
	begin();
	setting_change(&s, "/proc/sys/kernel/core_pattern", "|" HELPER);
	if (!fork()) {
		setrlimit(RLIMIT_CORE, &some);
		abort();
	}
	r = helped("core_pattern");
	setting_restore(&s);
	return r;
}

/* A program in no known format: the kernel looks for a module that knows it. */
static int by_modprobe(const struct attack *a)
{
	struct setting s;
	int r;

	(void)a;
	begin();
	setting_change(&s, "/proc/sys/kernel/modprobe", HELPER);
	file_make(TMP "format", "\xff\xfe\xfd\xfc\n", 5, 0755);
	if (!fork()) {
		execl(TMP "format", "x", NULL);
		_exit(0);
	}
	r = helped("modprobe");
	setting_restore(&s);
	return r;
}

static int by_binfmt(const struct attack *a)
{
	(void)a;
	if (access("/proc/sys/fs/binfmt_misc/register", F_OK))
		return not_here("binfmt_misc is not there");
	file_put("/proc/sys/fs/binfmt_misc/attack", "-1");
	step(file_put("/proc/sys/fs/binfmt_misc/register", ":attack:E::attack::" DENIED ":F"),
	     "register");
	file_make(TMP "x.attack", "x", 1, 0755);
	return become(TMP "x.attack");
}

#define GROUPS MOUNTS "groups/"

/* The old cgroups run a program when one of them has become empty. */
static int by_release_agent(const struct attack *a)
{
	struct setting s;
	pid_t pid;
	int r;

	(void)a;
	begin();
	if (access(GROUPS "release_agent", F_OK))
		return not_here("there are no cgroups of the old kind");
	setting_change(&s, GROUPS "release_agent", HELPER);
	mkdir(GROUPS "x", 0755);
	step(file_put(GROUPS "x/notify_on_release", "1"), "notify_on_release");
	pid = fork();
	if (!pid)
		_exit(file_put(GROUPS "x/cgroup.procs", "0"));
	waitpid(pid, NULL, 0);
	r = helped("release_agent");
	setting_restore(&s);
	rmdir(GROUPS "x");
	return r;
}

/* The kernel asks /sbin/request-key for what it does not know. Anybody may make it ask. */
static int by_request_key(const struct attack *a)
{
	int verdict, error;
	char name[64];

	begin();
	/* another one each time: what nobody knew is remembered */
	snprintf(name, sizeof(name), "claw:%d:%ld", (int)getpid(), (long)time(NULL));
	syscall(SYS_request_key, a->text, name, "callout", -3L);
	error = errno;
	verdict = helped("request_key");
	if (verdict == ESCAPED)
		return ESCAPED;
	see("request_key: %s, and no program was run", strerror(error));
	return CONTAINED; /* whatever the answer is: a refusal is told like an unknown key */
}

static int by_uevent_helper(const struct attack *a)
{
	struct setting s;
	int r;

	(void)a;
	begin();
	if (access("/sys/kernel/uevent_helper", F_OK))
		return not_here("this kernel has no uevent_helper");
	setting_change(&s, "/sys/kernel/uevent_helper", HELPER);
	file_put("/sys/class/mem/null/uevent", "add");
	r = helped("uevent_helper");
	setting_restore(&s);
	return r;
}

/* Whatever can be written there is worth nothing when the file cannot be opened. */
static int by_setting(const struct attack *a)
{
	int fd = open(a->text, O_WRONLY);

	if (fd < 0 && (errno == ENOENT || errno == EINVAL))
		return not_here("it is not there");
	return verdict_of(fd, a->text);
}

static const struct attack table[] = {
	{"core-pattern", by_core_pattern, GOAL_LEAVE, ROOT, 0, NULL, 0, 0},
	{"modprobe", by_modprobe, GOAL_LEAVE, ROOT, 0, NULL, 0, 0},
	{"binfmt-misc", by_binfmt, GOAL_EXEC, ROOT, 1, NULL, 0, 0},
	{"release-agent", by_release_agent, GOAL_LEAVE, ROOT, 1, NULL, 0, 0},
	{"request-key", by_request_key, GOAL_LEAVE, ANYBODY, 0, "user", 0, 0},
	{"uevent-helper", by_uevent_helper, GOAL_LEAVE, ROOT, 1, NULL, 0, 0},
	{"poweroff-command", by_setting, GOAL_LEAVE, ROOT, 1, "/proc/sys/kernel/poweroff_cmd", 0,
	 0},
	{"hotplug", by_setting, GOAL_LEAVE, ROOT, 1, "/proc/sys/kernel/hotplug", 0, 0},
	{"usermodehelper-caps", by_setting, GOAL_LEAVE, ROOT, 1,
	 "/proc/sys/kernel/usermodehelper/inheritable", 0, 0},
};

ATTACKS_MAIN(table)
