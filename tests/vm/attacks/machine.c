// SPDX-License-Identifier: GPL-2.0-only
/* What acts on the whole machine, clawbpf included: its programs and maps, its pins, the kernel's
 * code and memory, its clock, its settings, its cgroups, its log.
 */
#include "attack.h"

#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/acct.h>
#include <sys/fanotify.h>
#include <sys/file.h>
#include <sys/io.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/swap.h>
#include <sys/timex.h>
#include <time.h>

#define PINS "/sys/fs/bpf/"
#define OWN  "/var/lib/clawbpf/" /* where clawbpf keeps what was approved for always */

static long bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static int by_bpf_next(const struct attack *a)
{
	union bpf_attr attr = {0};

	return refused_late(bpf((int)a->number, &attr), "bpf");
}

static int by_bpf_map(const struct attack *a)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};

	(void)a;
	return verdict_of(bpf(BPF_MAP_CREATE, &attr), "bpf");
}

/* What is pinned there is clawbpf's, or with nothing loaded the test's. */
static int by_bpf_get(const struct attack *a)
{
	union bpf_attr attr = {.pathname = (unsigned long)(access(PINS "clawbpf/maps/state", F_OK)
								   ? PINS "attack/map"
								   : PINS "clawbpf/maps/state")};

	(void)a;
	return verdict_of(bpf(BPF_OBJ_GET, &attr), "bpf");
}

static int by_bpf_int80(const struct attack *a)
{
	char *attr = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long r;

	(void)a;
	if (attr == MAP_FAILED)
		return not_here("no memory below 4 GiB");
	asm volatile("int $0x80"
		     : "=a"(r)
		     : "a"(357L), "b"((long)BPF_PROG_GET_NEXT_ID), "c"(attr), "d"(16L)
		     : "memory");
	errno = (int)-r;
	return refused_late(r, "bpf by int 0x80");
}

static int by_unlink(const struct attack *a)
{
	return verdict_of(unlink(a->text), "unlink");
}

static int by_rmdir(const struct attack *a)
{
	return verdict_of(rmdir(a->text), "rmdir");
}

static int by_rename(const struct attack *a)
{
	return verdict_of(rename(a->text, PINS "moved"), "rename");
}

/* Another name for what is ours: behind it nobody would know it again. */
static int by_link(const struct attack *a)
{
	const char *other = a->number ? OWN "attack-link" : PINS "attack/other";
	int r = link(a->text, other);

	if (!r)
		unlink(other);
	return verdict_of(r, "link");
}

/* What is opened by the other name can be written, and with that name it goes unseen. */
static int by_link_and_write(const struct attack *a)
{
	static const char other[] = "/var/lib/attack-other";
	int fd;

	unlink(other);
	step(link(a->text, other), "link");
	fd = open(other, O_WRONLY | O_APPEND);
	step(fd, "open");
	step(write(fd, "x", 1), "write");
	return verdict_of(unlink(other), "unlink");
}

static int by_mkdir(const struct attack *a)
{
	int r = mkdir(a->text, 0700);

	if (!r)
		rmdir(a->text);
	return verdict_of(r, "mkdir");
}

static int by_symbolic_link(const struct attack *a)
{
	int r = symlink("/nowhere", a->text);

	if (!r)
		unlink(a->text);
	return verdict_of(r, "symlink");
}

/* Whoever has it keeps everybody else waiting. */
static int by_lock(const struct attack *a)
{
	int fd = open(a->text, O_RDONLY);

	step(fd, "open");
	return verdict_of(flock(fd, LOCK_EX), "flock");
}

/* None of these opens the file. */
static int by_truncate(const struct attack *a)
{
	return verdict_of(truncate(a->text, 0), "truncate");
}

static int by_mode(const struct attack *a)
{
	return verdict_of(chmod(a->text, (mode_t)a->number), "chmod");
}

static int by_owner(const struct attack *a)
{
	return verdict_of(chown(a->text, 0, 0), "chown");
}

static int by_unmount(const struct attack *a)
{
	step(unshare(CLONE_NEWNS), "unshare");
	return verdict_of(umount2("/sys/fs/bpf", (int)a->number), "umount2");
}

static int by_mount_over(const struct attack *a)
{
	step(unshare(CLONE_NEWNS), "unshare");
	return verdict_of(mount("none", a->text, "tmpfs", 0, NULL), "mount");
}

/* --- code and memory of the kernel --------------------------------------------------------------
 */

static int by_module(const struct attack *a)
{
	int fd = open(HARMLESS, O_RDONLY);

	if (a->number)
		return refused_late(syscall(SYS_finit_module, fd, "", 0), "finit_module");
	return refused_late(syscall(SYS_init_module, "nothing", 7, ""), "init_module");
}

static int by_module_removal(const struct attack *a)
{
	(void)a;
	return refused_late(syscall(SYS_delete_module, "no-such-module", O_NONBLOCK),
			    "delete_module");
}

static int by_kexec(const struct attack *a)
{
	int fd = open(HARMLESS, O_RDONLY);

	if (a->number)
		return refused_late(syscall(SYS_kexec_file_load, fd, fd, 1, "", 0),
				    "kexec_file_load");
	return refused_late(syscall(SYS_kexec_load, 0, 0, NULL, 0), "kexec_load");
}

static int by_ports(const struct attack *a)
{
	return verdict_of(a->number ? iopl(3) : ioperm(0x80, 1, 1), a->number ? "iopl" : "ioperm");
}

static int by_perf(const struct attack *a)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_SOFTWARE,
				       .size = sizeof(attr),
				       .config = PERF_COUNT_SW_CPU_CLOCK};

	(void)a;
	return verdict_of(syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0), "perf_event_open");
}

/* --- settings -----------------------------------------------------------------------------------
 */

/* Opened alone: nothing is written. */
static int by_file(const struct attack *a)
{
	int fd = open(a->text, (int)a->number);

	if (fd < 0 && (errno == ENOENT || errno == ENXIO || errno == ENODEV))
		return not_here("it is not there");
	return verdict_of(fd, a->text);
}

static int by_clock(const struct attack *a)
{
	struct timespec now;

	(void)a;
	clock_gettime(CLOCK_REALTIME, &now);
	return verdict_of(clock_settime(CLOCK_REALTIME, &now), "clock_settime");
}

static int by_clock_rate(const struct attack *a)
{
	struct timex t = {.modes = ADJ_TICK, .tick = 10000};

	return verdict_of(a->number ? clock_adjtime(CLOCK_REALTIME, &t) : adjtimex(&t), "adjtimex");
}

static int by_name(const struct attack *a)
{
	char name[65];

	(void)a;
	step(gethostname(name, sizeof(name)), "gethostname");
	return verdict_of(sethostname(name, strlen(name)), "sethostname");
}

/* Ctrl-Alt-Del: off, as it is in the test's machine. */
static int by_reboot(const struct attack *a)
{
	(void)a;
	return verdict_of(syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
				  LINUX_REBOOT_CMD_CAD_OFF, NULL),
			  "reboot");
}

static int by_kernel_log(const struct attack *a)
{
	(void)a;
	return verdict_of(klogctl(8, NULL, 7), "syslog: set the console's level");
}

static int by_accounting(const struct attack *a)
{
	(void)a;
	return verdict_of(acct(NULL), "acct");
}

static int by_swap(const struct attack *a)
{
	(void)a;
	return refused_late(swapoff("/nowhere"), "swapoff");
}

static int by_fanotify(const struct attack *a)
{
	(void)a;
	return verdict_of(fanotify_init(FAN_CLASS_PRE_CONTENT, O_RDONLY), "fanotify_init");
}

/* A child that begins in another cgroup than its own, whose limits hold for it no more. */
static int by_birth(const struct attack *a)
{
	struct clone_args args = {.flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD};
	int fd = open(a->text, O_PATH | O_DIRECTORY);
	long pid;

	step(fd, a->text);
	args.cgroup = (__u64)fd;
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (!pid)
		_exit(0);
	return verdict_of(pid, "clone3");
}

#define X       GOAL_MACHINE
#define S       GOAL_SELF
#define CGROUPS "/sys/fs/cgroup/"
static const struct attack table[] = {
	{"bpf-programs", by_bpf_next, S, ROOT, 0, NULL, BPF_PROG_GET_NEXT_ID, 0},
	{"bpf-maps", by_bpf_next, S, ROOT, 0, NULL, BPF_MAP_GET_NEXT_ID, 0},
	{"bpf-links", by_bpf_next, S, ROOT, 1, NULL, BPF_LINK_GET_NEXT_ID, 0},
	{"bpf-map-create", by_bpf_map, S, ROOT, 0, NULL, 0, 0},
	{"bpf-object-get", by_bpf_get, S, ROOT, 0, NULL, 0, 0},
	{"bpf-int80", by_bpf_int80, S, ROOT, 1, NULL, 0, 0},
	{"pin-link", by_link, S, ROOT, 0, PINS "attack/map", 0, 0},
	{"pin-mkdir", by_mkdir, S, ROOT, 0, PINS "attack/folder", 0, 0},
	{"pin-symlink", by_symbolic_link, S, ROOT, 0, PINS "attack/symlink", 0, 0},
	{"pin-chmod", by_mode, S, ROOT, 0, PINS "attack/map", 0777, 0},
	{"programs-off", by_file, S, ROOT, 0, "/proc/sys/kernel/ftrace_enabled", O_WRONLY, 0},
	{"own-lock", by_lock, S, ROOT, 0, OWN "change.lock", 0, 0},
	{"own-link", by_link_and_write, S, ROOT, 0, OWN "attack", 0, 0},
	{"own-link-into", by_link, S, ROOT, 0, "/var/lib/attack-own", 1, 0},
	{"own-mkdir", by_mkdir, S, ROOT, 0, OWN "approvals.json.new", 0, 0},
	{"own-symlink", by_symbolic_link, S, ROOT, 0, OWN "attack-symlink", 0, 0},
	{"own-truncate", by_truncate, S, ROOT, 0, OWN "attack", 0, 0},
	{"own-chmod", by_mode, S, ROOT, 0, OWN "attack", 0666, 0},
	{"own-folder-chmod", by_mode, S, ROOT, 0, OWN, 0700, 0},
	{"own-chown", by_owner, S, ROOT, 0, OWN "attack", 0, 0},
	{"pin-unlink", by_unlink, S, ROOT, 0, PINS "attack/map", 0, 0},
	{"pin-rename", by_rename, S, ROOT, 0, PINS "attack-rename", 0, 0},
	{"pin-rmdir", by_rmdir, S, ROOT, 0, PINS "attack-rmdir", 0, 0},
	{"bpffs-unmount", by_unmount, S, ROOT, 0, NULL, MNT_DETACH, 0},
	{"bpffs-mount-over", by_mount_over, X, ROOT, 0, "/sys/fs/bpf", 0, 0},
	{"module-file", by_module, X, ROOT, 0, NULL, 1, 0},
	{"module-memory", by_module, X, ROOT, 0, NULL, 0, 0},
	{"module-removal", by_module_removal, X, ROOT, 0, NULL, 0, 0},
	{"kexec", by_kexec, X, ROOT, 0, NULL, 0, 0},
	{"kexec-file", by_kexec, X, ROOT, 0, NULL, 1, 0},
	{"ports", by_ports, X, ROOT, 0, NULL, 0, 0},
	{"ports-all", by_ports, X, ROOT, 0, NULL, 1, 0},
	{"perf", by_perf, X, ROOT, 0, NULL, 0, 0},
	{"mem", by_file, X, ROOT, 1, "/dev/mem", O_RDONLY, 0},
	{"port-device", by_file, X, ROOT, 1, "/dev/port", O_RDWR, 0},
	{"kmsg", by_file, X, ROOT, 0, "/dev/kmsg", O_WRONLY, 0},
	{"loop-control", by_file, X, ROOT, 1, "/dev/loop-control", O_RDWR, 0},
	{"kcore", by_file, X, ROOT, 1, "/proc/kcore", O_RDONLY, 0},
	{"sysrq", by_file, X, ROOT, 0, "/proc/sysrq-trigger", O_WRONLY, 0},
	{"sysctl", by_file, X, ROOT, 0, "/proc/sys/kernel/panic", O_WRONLY, 0},
	{"sysctl-net", by_file, X, ROOT, 0, "/proc/sys/net/ipv4/ip_forward", O_WRONLY, 0},
	{"sysctl-ptrace", by_file, X, ROOT, 1, "/proc/sys/kernel/yama/ptrace_scope", O_WRONLY, 0},
	{"irq", by_file, X, ROOT, 1, "/proc/irq/default_smp_affinity", O_WRONLY, 0},
	{"sysfs", by_file, X, ROOT, 0, "/sys/kernel/mm/transparent_hugepage/enabled", O_WRONLY, 0},
	{"sysfs-power", by_file, X, ROOT, 1, "/sys/power/state", O_WRONLY, 0},
	{"tracefs", by_file, X, ROOT, 1, "/sys/kernel/tracing/tracing_on", O_WRONLY, 0},
	{"tracefs-read", by_file, X, ROOT, 1, "/sys/kernel/tracing/trace_pipe", O_RDONLY, 0},
	{"debugfs", by_file, X, ROOT, 1, "/sys/kernel/debug/clear_warn_once", O_WRONLY, 0},
	{"securityfs", by_file, X, ROOT, 1, "/sys/kernel/security/lockdown", O_WRONLY, 0},
	{"cgroup-kill", by_file, X, ROOT, 0, CGROUPS "attack/cgroup.kill", O_WRONLY, 0},
	{"cgroup-freeze", by_file, X, ROOT, 0, CGROUPS "attack/cgroup.freeze", O_WRONLY, 0},
	{"cgroup-move", by_file, X, ROOT, 0, CGROUPS "attack/cgroup.procs", O_WRONLY, 0},
	{"cgroup-mkdir", by_mkdir, X, ROOT, 0, CGROUPS "attack-mkdir", 0, 0},
	{"cgroup-birth", by_birth, X, ROOT, 0, CGROUPS "attack", 0, 0},
	{"screen", by_file, X, ROOT, 1, "/dev/vcs1", O_RDONLY, 0},
	{"clock-device", by_file, X, ROOT, 1, "/dev/rtc0", O_RDONLY, 0},
	{"cgroup-rmdir", by_rmdir, X, ROOT, 0, CGROUPS "attack-rmdir", 0, 0},
	{"clock", by_clock, X, ROOT, 0, NULL, 0, 0},
	{"clock-tick", by_clock_rate, X, ROOT, 0, NULL, 0, 0},
	{"clock-adjust", by_clock_rate, X, ROOT, 0, NULL, 1, 0},
	{"host-name", by_name, X, ROOT, 0, NULL, 0, 0},
	{"reboot", by_reboot, X, ROOT, 0, NULL, 0, 0},
	{"kernel-log", by_kernel_log, X, ROOT, 0, NULL, 0, 0},
	{"accounting", by_accounting, X, ROOT, 1, NULL, 0, 0},
	{"swap", by_swap, X, ROOT, 0, NULL, 0, 0},
	{"fanotify", by_fanotify, X, ROOT, 0, NULL, 0, 0},
};

ATTACKS_MAIN(table)
