// SPDX-License-Identifier: GPL-2.0-only
/* What does enforcing need, and is it there? */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <linux/capability.h>

#include "cmd/doctor.h"
#include "events/log.h"
#include "kernel/kernel.h"
#include "util/cleanup.h"

#define LOCKDOWN_FILE "/sys/kernel/security/lockdown"
#define BTF_FILE      "/sys/kernel/btf/vmlinux"
#define UNPRIV_FILE   "/proc/sys/kernel/unprivileged_bpf_disabled"
#define DEBIAN_KERNEL "boot a kernel that has it: Debian's has (apt install linux-image-amd64)"

void finding_found(struct finding *f, enum finding_state state, const char *fmt, ...)
{
	va_list ap;

	f->state = state;
	va_start(ap, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
}

void finding_remedy(struct finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->remedy, sizeof(f->remedy), fmt, ap);
	va_end(ap);
}

static void probe_root(const struct host *h, struct finding *f)
{
	static const struct {
		int bit;
		const char *name;
	} needed[] = {
		{CAP_SYS_ADMIN, "CAP_SYS_ADMIN"},
		{CAP_BPF, "CAP_BPF"},
		{CAP_PERFMON, "CAP_PERFMON"},
		{CAP_DAC_OVERRIDE, "CAP_DAC_OVERRIDE"},
	};
	uint64_t have = host_capabilities(h);
	size_t used = 0;

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		if (!(have & 1ull << needed[i].bit) && used < sizeof(f->text))
			used += (size_t)snprintf(f->text + used, sizeof(f->text) - used, "%s%s",
						 used ? ", " : "missing: ", needed[i].name);
	}
	f->state = used ? FINDING_MISSING : FINDING_OK;
	if (!used)
		finding_found(f, FINDING_OK, "all that is needed");
	else if (host_user(h))
		finding_remedy(f, "run as root: sudo clawbpf doctor");
	else
		finding_remedy(
			f, "this root is a limited one: run it outside of the container or service "
			   "that "
			   "took them away");
}

static void probe_namespace(const struct host *h, struct finding *f)
{
	unsigned long inside, outside, count;
	char map[256];

	if (host_file(h, "/proc/self/uid_map", map, sizeof(map)) ||
	    sscanf(map, "%lu %lu %lu", &inside, &outside, &count) != 3) {
		finding_found(f, FINDING_UNKNOWN, "/proc/self/uid_map cannot be read");
		return;
	}
	if (!inside && !outside && count == 4294967295ul) {
		finding_found(f, FINDING_OK, "the host's own");
		return;
	}
	finding_found(f, FINDING_MISSING,
		      "this is a user namespace: root here is nobody on the host");
	finding_remedy(f, "run clawbpf on the host itself, not in a container");
}

static void probe_kernel(const struct host *h, struct finding *f)
{
	unsigned int major = 0, minor = 0;

	if (sscanf(h->release, "%u.%u", &major, &minor) != 2) {
		finding_found(f, FINDING_UNKNOWN, "%s", h->release);
		return;
	}
	if (major > 6 || (major == 6 && minor >= 1)) {
		finding_found(f, FINDING_OK, "Linux %s", h->release);
		return;
	}
	finding_found(f, FINDING_MISSING, "Linux %s is older than 6.1", h->release);
	finding_remedy(f,
		       "boot Linux 6.1 or later: Debian 12 has it (apt install linux-image-amd64)");
}

static void probe_machine(const struct host *h, struct finding *f)
{
	bool known = !strcmp(h->machine, "x86_64");

	finding_found(f, known ? FINDING_OK : FINDING_MISSING, "%s", h->machine);
	if (!known)
		finding_remedy(f, "the programs are built for x86_64 alone");
}

static void probe_config(const struct host *h, struct finding *f)
{
	static const char *const needed[] = {
		"CONFIG_BPF_SYSCALL", "CONFIG_BPF_LSM",        "CONFIG_BPF_JIT",
		"CONFIG_BPF_EVENTS",  "CONFIG_DEBUG_INFO_BTF", "CONFIG_CGROUPS",
	};
	size_t used = 0;
	char value[8];

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		if (host_config(h, needed[i], value, sizeof(value))) {
			finding_found(f, FINDING_UNKNOWN,
				      "neither /proc/config.gz nor /boot/config-%s", h->release);
			return;
		}
		if (strcmp(value, "y") != 0 && used < sizeof(f->text))
			used += (size_t)snprintf(f->text + used, sizeof(f->text) - used, "%s%s",
						 used ? ", " : "built without ", needed[i]);
	}
	f->state = used ? FINDING_MISSING : FINDING_OK;
	if (used)
		finding_remedy(f, DEBIAN_KERNEL);
	else
		finding_found(f, FINDING_OK, "BPF, BPF LSM, BTF and cgroups are built in");
}

static void probe_securityfs(const struct host *h, struct finding *f)
{
	if (host_mounted(h, "securityfs", "/sys/kernel/security")) {
		finding_found(f, FINDING_OK, "/sys/kernel/security");
		return;
	}
	finding_found(f, FINDING_MISSING,
		      "not mounted on /sys/kernel/security: which security modules are "
		      "active cannot be read");
	finding_remedy(f, "mount -t securityfs securityfs /sys/kernel/security");
}

void lsm_remedy(const struct host *h, const char *list, const char *lsm, struct finding *f)
{
	char old[512];
	bool given = host_cmdline(h, "lsm", old, sizeof(old));
	char parameter[640];

	snprintf(parameter, sizeof(parameter), "lsm=%s%s%s", list, list[0] ? "," : "", lsm);
	if (host_exists(h, "/etc/default/grub"))
		finding_remedy(
			f,
			"in /etc/default/grub, GRUB_CMDLINE_LINUX: %s%s%s %s; then: update-grub && "
			"reboot",
			given ? "replace lsm=" : "add", given ? old : "", given ? " by" : "",
			parameter);
	else
		finding_remedy(
			f,
			"on the kernel's command line (the boot loader has it): %s%s%s %s; reboot",
			given ? "replace lsm=" : "add", given ? old : "", given ? " by" : "",
			parameter);
}

/* Without securityfs: what the kernel was told at its start. It may have been built without one. */
static void lsm_guess(const struct host *h, struct finding *f)
{
	char list[512];

	if (!host_cmdline(h, "lsm", list, sizeof(list)) &&
	    host_config(h, "CONFIG_LSM", list, sizeof(list))) {
		finding_found(f, FINDING_UNKNOWN, LSM_FILE " cannot be read");
		return;
	}
	if (host_list_has(list, "bpf")) {
		finding_found(f, FINDING_UNKNOWN,
			      LSM_FILE " cannot be read; the kernel was told \"%s\", which has bpf",
			      list);
		return;
	}
	finding_found(f, FINDING_MISSING, "the kernel was told \"%s\", without bpf", list);
	lsm_remedy(h, list, "bpf", f);
}

static void probe_lsm(const struct host *h, struct finding *f)
{
	char list[512];

	if (host_file(h, LSM_FILE, list, sizeof(list))) {
		lsm_guess(h, f);
		return;
	}
	if (host_list_has(list, "bpf")) {
		finding_found(f, FINDING_OK, "%s", list);
		return;
	}
	finding_found(
		f, FINDING_MISSING,
		"active are \"%s\", without bpf: programs would load, attach and never be asked",
		list);
	lsm_remedy(h, list, "bpf", f);
}

static void probe_btf(const struct host *h, struct finding *f)
{
	if (host_exists(h, BTF_FILE)) {
		finding_found(f, FINDING_OK, BTF_FILE);
		return;
	}
	finding_found(f, FINDING_MISSING, "there is no " BTF_FILE);
	finding_remedy(f, DEBIAN_KERNEL);
}

static void probe_cgroup(const struct host *h, struct finding *f)
{
	char at[256];

	if (!host_mount(h, "cgroup2", at, sizeof(at))) {
		finding_found(f, FINDING_MISSING, "the unified hierarchy (cgroup2) is not mounted");
		finding_remedy(f,
			       "mount -t cgroup2 none /sys/fs/cgroup; for good: "
			       "systemd.unified_cgroup_hierarchy=1 on the kernel's command line");
		return;
	}
	if (!host_mount(h, "cgroup", (char[256]){0}, 256)) {
		finding_found(f, FINDING_OK, "%s", at);
		return;
	}
	finding_found(
		f, FINDING_NOTE,
		"hybrid: the unified hierarchy is at %s, beside the old ones; a container engine "
		"that "
		"uses only those is not seen",
		at);
	finding_remedy(
		f, "systemd.unified_cgroup_hierarchy=1 on the kernel's command line, and reboot");
}

static void probe_bpffs(const struct host *h, struct finding *f)
{
	if (host_mounted(h, "bpf", "/sys/fs/bpf")) {
		finding_found(f, FINDING_OK, "/sys/fs/bpf");
		return;
	}
	finding_found(f, FINDING_MISSING,
		      "not mounted on /sys/fs/bpf: enforcement could not outlive us");
	finding_remedy(f, "mount -t bpf bpf /sys/fs/bpf");
}

static void probe_lockdown(const struct host *h, struct finding *f)
{
	char text[128];

	if (host_file(h, LOCKDOWN_FILE, text, sizeof(text))) {
		finding_found(f, FINDING_UNKNOWN, LOCKDOWN_FILE " cannot be read");
		return;
	}
	if (!strstr(text, "[confidentiality]")) {
		finding_found(f, FINDING_OK, "%s", text);
		return;
	}
	finding_found(f, FINDING_MISSING,
		      "confidentiality: BPF programs may not read the kernel's memory");
	finding_remedy(f,
		       "take lockdown=confidentiality off the kernel's command line, and reboot; "
		       "lockdown=integrity does no harm");
}

static void probe_ima(const struct host *h, struct finding *f)
{
	char value[8];

	if (host_config(h, "CONFIG_IMA", value, sizeof(value))) {
		if (host_exists(h, "/sys/kernel/security/ima"))
			finding_found(f, FINDING_OK, "active");
		else
			finding_found(f, FINDING_UNKNOWN,
				      "neither /sys/kernel/security/ima nor the kernel's "
				      "options can be seen");
		return;
	}
	if (!strcmp(value, "y")) {
		finding_found(f, FINDING_OK, "files can be hashed in the kernel");
		return;
	}
	finding_found(f, FINDING_NOTE,
		      "built without CONFIG_IMA: a denied binary that is brought in under "
		      "another name is not known by its content");
	finding_remedy(f, DEBIAN_KERNEL);
}

static void probe_unprivileged(const struct host *h, struct finding *f)
{
	char value[16];

	if (host_file(h, UNPRIV_FILE, value, sizeof(value))) {
		finding_found(f, FINDING_UNKNOWN, UNPRIV_FILE " cannot be read");
		return;
	}
	if (strcmp(value, "0") != 0) {
		finding_found(f, FINDING_OK, "users may not load BPF programs");
		return;
	}
	finding_found(f, FINDING_NOTE, "every user may load BPF programs; sessions may not");
	finding_remedy(f, "sysctl -w kernel.unprivileged_bpf_disabled=2");
}

static void probe_log(const struct host *h, struct finding *f)
{
	char full[512];
	struct stat st;

	snprintf(full, sizeof(full), "%s" LOG_DIR, h->root);
	if (lstat(full, &st)) {
		finding_found(f, errno == EACCES ? FINDING_UNKNOWN : FINDING_OK, "%s",
			      errno == EACCES ? LOG_DIR " cannot be looked at"
					      : LOG_DIR " is made when the first event is logged");
		return;
	}
	if (S_ISDIR(st.st_mode) && !st.st_uid && !(st.st_mode & 022)) {
		finding_found(f, FINDING_OK, LOG_DIR);
		return;
	}
	finding_found(f, FINDING_MISSING, LOG_DIR " is %s",
		      !S_ISDIR(st.st_mode) ? "no directory"
		      : st.st_uid          ? "not root's"
					   : "writable by others");
	finding_remedy(f, S_ISDIR(st.st_mode) ? "chown root: " LOG_DIR " && chmod 0700 " LOG_DIR
					      : "remove it: clawbpf makes the directory");
}

/* Attached for a moment and pinned nowhere; no task has a label in maps that are a moment old. */
static void probe_programs(const struct host *h, struct finding *f)
{
	struct kernel *k autokernel = NULL;
	struct err err = {0};
	int r = kernel_load(&k, &err);

	(void)h;
	if (!r)
		r = kernel_attach(k, ~0u, &err);
	if (!r) {
		finding_found(f, FINDING_OK, "they load and attach");
		return;
	}
	finding_found(f, FINDING_MISSING, "%s", err.message);
	if (r == -EPERM || r == -EACCES)
		finding_remedy(
			f,
			"mend what is named above first. When nothing else is missing, something "
			"outside of Linux's own rules forbids it: ask who runs this machine "
			"(a hoster, a container engine) for BPF LSM programs");
	else
		finding_remedy(f, "%s",
			       err.fix[0] ? err.fix : "clawbpf -vv doctor shows what libbpf says");
}

const struct doctor_row doctor_rows[] = {
	{"privileges", "capabilities", true, probe_root},
	{"user-namespace", "user namespace", true, probe_namespace},
	{"machine", "processor", true, probe_machine},
	{"kernel", "kernel", true, probe_kernel},
	{"config", "kernel options", true, probe_config},
	{"btf", "BTF", true, probe_btf},
	{"securityfs", "securityfs", true, probe_securityfs},
	{"lsm", "bpf is an active LSM", true, probe_lsm},
	{"ftrace", "ftrace", true, probe_ftrace},
	{"lockdown", "kernel lockdown", true, probe_lockdown},
	{"cgroup2", "cgroup v2", true, probe_cgroup},
	{"bpffs", "bpffs", true, probe_bpffs},
	{"log", "audit log", true, probe_log},
	{"preemption", "preemption", false, probe_preemption},
	{"ima", "hashing (IMA)", false, probe_ima},
	{"unprivileged-bpf", "BPF for users", false, probe_unprivileged},
	{"bubblewrap", "sandbox: bubblewrap", false, probe_bubblewrap},
	{"user-namespaces", "sandbox: namespaces", false, probe_user_namespaces},
	{"landlock", "elevated git: Landlock", false, probe_landlock},
	{"engines", "container engines", false, probe_engines},
	{"sqlite", "openclaw's sessions", false, probe_sqlite},
	{"programs", "our programs", true, probe_programs},
	{0},
};
