// SPDX-License-Identifier: GPL-2.0-only
/* Is what a machine lacks found, and the remedy exact? Each machine is a directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "cmd/doctor.h"
#include "util/cleanup.h"

static char root[64];

static int start(void **state)
{
	(void)state;
	strcpy(root, "/tmp/claw-host-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int end(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", root);
	return system(command);
}

/* Makes the directories above it as well. */
static void put(const char *path, const char *text)
{
	char full[512];
	FILE *f;

	snprintf(full, sizeof(full), "%s%s", root, path);
	for (char *slash = full + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(full, 0755);
		*slash = '/';
	}
	f = fopen(full, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void put_gz(const char *path, const char *text)
{
	char full[512];
	gzFile f;

	put(path, "");
	snprintf(full, sizeof(full), "%s%s", root, path);
	f = gzopen(full, "w");
	assert_non_null(f);
	gzputs(f, text);
	gzclose(f);
}

static void probe(const char *id, struct finding *f)
{
	struct host h = {.root = root, .release = "6.1.0-49-amd64", .machine = "x86_64"};
	const struct doctor_row *row = doctor_rows;

	*f = (struct finding){0};
	while (row->id && strcmp(row->id, id) != 0)
		row++;
	assert_non_null(row->id);
	row->probe(&h, f);
}

struct file {
	const char *path, *text;
};

#define GRUB                                                                                       \
	{                                                                                          \
		"/etc/default/grub", ""                                                            \
	}
#define SECFS "securityfs /sys/kernel/security securityfs rw 0 0\n"
#define BUILT                                                                                      \
	"CONFIG_BPF_SYSCALL=y\nCONFIG_BPF_LSM=y\nCONFIG_BPF_JIT=y\nCONFIG_BPF_EVENTS=y\n"          \
	"CONFIG_DEBUG_INFO_BTF=y\nCONFIG_CGROUPS=y\n"
#define LSM     "/sys/kernel/security/lsm"
#define MOUNTS  "/proc/self/mounts"
#define CMDLINE "/proc/cmdline"
#define FTRACE  "/proc/sys/kernel/ftrace_enabled"
#define STATUS  "/proc/self/status"
#define CONFIG  "/boot/config-6.1.0-49-amd64"

static const struct {
	const char *id;
	struct file files[3];
	enum finding_state state;
	const char *text;   /* is in what was found */
	const char *remedy; /* is in the remedy; NULL: there is none */
} cases[] = {
	{"lsm", {{LSM, "lockdown,capability,yama,apparmor,bpf"}}, FINDING_OK, "apparmor,bpf", NULL},
	{"lsm", {{LSM, "bpf,yama\n"}}, FINDING_OK, "bpf", NULL},
	{"lsm",
	 {{LSM, "lockdown,capability,yama,apparmor"}, GRUB, {CMDLINE, "ro quiet"}},
	 FINDING_MISSING,
	 "never be asked",
	 "GRUB_CMDLINE_LINUX: add lsm=lockdown,capability,yama,apparmor,bpf; then: update-grub"},
	{"lsm",
	 {{LSM, "yama"}, GRUB, {CMDLINE, "ro lsm=yama,foo quiet"}},
	 FINDING_MISSING,
	 "yama",
	 "replace lsm=yama,foo by lsm=yama,bpf;"},
	{"lsm",
	 {{LSM, "yama,bpfx"}},
	 FINDING_MISSING,
	 "without bpf",
	 "on the kernel's command line (the boot loader has it): add lsm=yama,bpfx,bpf; reboot"},
	{"lsm", {{CONFIG, "CONFIG_LSM=\"yama,bpf\"\n"}}, FINDING_UNKNOWN, "\"yama,bpf\"", NULL},
	{"lsm", {{CONFIG, "CONFIG_LSM=\"yama\"\n"}}, FINDING_MISSING, "\"yama\"", "lsm=yama,bpf"},
	{"lsm",
	 {{CMDLINE, "lsm=yama"}, {CONFIG, "CONFIG_LSM=\"bpf\"\n"}},
	 FINDING_MISSING,
	 "\"yama\"",
	 "replace lsm=yama by lsm=yama,bpf"},
	{"lsm", {{NULL, NULL}}, FINDING_UNKNOWN, "cannot be read", NULL},

	{"config", {{CONFIG, BUILT}}, FINDING_OK, "built in", NULL},
	{"config", {{CONFIG, BUILT "# CONFIG_IMA is not set\n"}}, FINDING_OK, "built in", NULL},
	{"config", {{CONFIG, "CONFIG_BPF_LSMX=y\n"}}, FINDING_MISSING, "CONFIG_BPF_LSM,", "Debian"},
	{"config", {{NULL, NULL}}, FINDING_UNKNOWN, "/boot/config-6.1.0-49-amd64", NULL},

	{"ftrace", {{FTRACE, "1\n"}}, FINDING_OK, "on", NULL},
	{"ftrace", {{FTRACE, "0\n"}}, FINDING_MISSING, "never asked", "kernel.ftrace_enabled=1"},
	{"ftrace", {{NULL, NULL}}, FINDING_OK, "cannot be switched off", NULL},

	{"preemption", {{CMDLINE, "ro quiet"}, {CONFIG, BUILT}}, FINDING_OK, "not full", NULL},
	{"preemption", {{CMDLINE, "preempt=full"}}, FINDING_NOTE, "6.2", "preempt=voluntary"},
	{"preemption", {{CONFIG, "CONFIG_PREEMPT=y\n"}}, FINDING_NOTE, "6.2", "preempt=voluntary"},
	{"preemption",
	 {{CMDLINE, "preempt=none"}, {CONFIG, "CONFIG_PREEMPT=y\n"}},
	 FINDING_OK,
	 "not full",
	 NULL},

	{"securityfs", {{MOUNTS, SECFS}}, FINDING_OK, "", NULL},
	{"securityfs",
	 {{MOUNTS, ""}},
	 FINDING_MISSING,
	 "not mounted",
	 "mount -t securityfs securityfs /sys/kernel/security"},
	{"securityfs",
	 {{MOUNTS, SECFS "none /sys/kernel/security tmpfs rw 0 0\n"}},
	 FINDING_MISSING,
	 "not mounted",
	 "mount"},
	{"bpffs", {{MOUNTS, "bpf /sys/fs/bpf bpf rw 0 0\n"}}, FINDING_OK, "", NULL},
	{"bpffs",
	 {{MOUNTS, SECFS}},
	 FINDING_MISSING,
	 "not mounted",
	 "mount -t bpf bpf /sys/fs/bpf"},

	{"cgroup2",
	 {{MOUNTS, "c /sys/fs/cgroup cgroup2 rw 0 0\n"}},
	 FINDING_OK,
	 "/sys/fs/cgroup",
	 NULL},
	{"cgroup2",
	 {{MOUNTS,
	   "c /sys/fs/cgroup/cpu cgroup rw 0 0\nc /sys/fs/cgroup/unified cgroup2 rw 0 0\n"}},
	 FINDING_NOTE,
	 "hybrid",
	 "systemd.unified_cgroup_hierarchy=1"},
	{"cgroup2",
	 {{MOUNTS, "c /sys/fs/cgroup/cpu cgroup rw 0 0\n"}},
	 FINDING_MISSING,
	 "not mounted",
	 "mount -t cgroup2"},

	{"lockdown",
	 {{"/sys/kernel/security/lockdown", "[none] integrity confidentiality"}},
	 FINDING_OK,
	 "[none]",
	 NULL},
	{"lockdown",
	 {{"/sys/kernel/security/lockdown", "none [integrity] confidentiality"}},
	 FINDING_OK,
	 "",
	 NULL},
	{"lockdown",
	 {{"/sys/kernel/security/lockdown", "none integrity [confidentiality]"}},
	 FINDING_MISSING,
	 "confidentiality",
	 "lockdown=confidentiality"},

	{"privileges",
	 {{STATUS, "Name:\tx\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n"}},
	 FINDING_OK,
	 "",
	 NULL},
	{"privileges",
	 {{STATUS, "Name:\tx\nUid:\t1000\t1000\t1000\t1000\nCapEff:\t0\n"}},
	 FINDING_MISSING,
	 "CAP_SYS_ADMIN, CAP_BPF, CAP_PERFMON",
	 "sudo"},
	{"privileges",
	 {{STATUS, "Name:\tx\nUid:\t0\t0\t0\t0\nCapEff:\t00000000a80425fb\n"}},
	 FINDING_MISSING,
	 "CAP_BPF",
	 "limited"},
	{"user-namespace",
	 {{"/proc/self/uid_map", "         0          0 4294967295\n"}},
	 FINDING_OK,
	 "",
	 NULL},
	{"user-namespace",
	 {{"/proc/self/uid_map", "         0     100000      65536\n"}},
	 FINDING_MISSING,
	 "user namespace",
	 "on the host itself"},

	{"btf", {{"/sys/kernel/btf/vmlinux", ""}}, FINDING_OK, "", NULL},
	{"btf", {{NULL, NULL}}, FINDING_MISSING, "vmlinux", "Debian"},
	{"ima", {{CONFIG, "CONFIG_IMA=y\n"}}, FINDING_OK, "", NULL},
	{"ima", {{CONFIG, "CONFIG_X=y\n"}}, FINDING_NOTE, "CONFIG_IMA", "Debian"},
	{"unprivileged-bpf",
	 {{"/proc/sys/kernel/unprivileged_bpf_disabled", "0\n"}},
	 FINDING_NOTE,
	 "every user",
	 "sysctl -w kernel.unprivileged_bpf_disabled=2"},
	{"unprivileged-bpf",
	 {{"/proc/sys/kernel/unprivileged_bpf_disabled", "2\n"}},
	 FINDING_OK,
	 "",
	 NULL},
	{"log", {{NULL, NULL}}, FINDING_OK, "is made", NULL},
	{"bubblewrap", {{"/usr/bin/bwrap", ""}}, FINDING_OK, "/usr/bin/bwrap", NULL},
	{"bubblewrap", {{NULL, NULL}}, FINDING_NOTE, "there is no", "apt-get install bubblewrap"},
	{"user-namespaces", {{NULL, NULL}}, FINDING_OK, "", NULL},
	{"user-namespaces",
	 {{"/proc/sys/kernel/unprivileged_userns_clone", "1\n"},
	  {"/proc/sys/user/max_user_namespaces", "15000\n"},
	  {"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "0\n"}},
	 FINDING_OK,
	 "",
	 NULL},
	{"user-namespaces",
	 {{"/proc/sys/kernel/unprivileged_userns_clone", "0\n"}},
	 FINDING_NOTE,
	 "no sandbox",
	 "sysctl -w kernel.unprivileged_userns_clone=1"},
	{"user-namespaces",
	 {{"/proc/sys/user/max_user_namespaces", "0\n"}},
	 FINDING_NOTE,
	 "no sandbox",
	 "sysctl -w user.max_user_namespaces="},
	{"user-namespaces",
	 {{"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n"}},
	 FINDING_NOTE,
	 "AppArmor",
	 "kernel.apparmor_restrict_unprivileged_userns=0"},
	{"landlock", {{LSM, "landlock,bpf"}}, FINDING_OK, "active", NULL},
	{"landlock", {{LSM, "yama,bpf"}}, FINDING_NOTE, "git", "lsm=yama,bpf,landlock"},
	{"landlock", {{LSM, "yama"}, GRUB}, FINDING_NOTE, "git", "lsm=yama,landlock,bpf; then"},
	{"engines", {{NULL, NULL}}, FINDING_OK, "none is needed", NULL},
	{"log", {{"/var/log/clawbpf", ""}}, FINDING_MISSING, "no directory", "remove it"},
};

static void test_rows(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct finding f;

		start(state);
		for (const struct file *file = cases[i].files; file < cases[i].files + 3; file++) {
			if (file->path)
				put(file->path, file->text);
		}
		probe(cases[i].id, &f);
		if (f.state != cases[i].state || !strstr(f.text, cases[i].text))
			fail_msg("%zu %s: %d %s", i, cases[i].id, f.state, f.text);
		if (!f.remedy[0] != !cases[i].remedy ||
		    (cases[i].remedy && !strstr(f.remedy, cases[i].remedy)))
			fail_msg("%zu %s: %s", i, cases[i].id, f.remedy);
		end(state);
	}
}

static void test_compressed_config(void **state)
{
	struct finding f;

	(void)state;
	put_gz("/proc/config.gz", BUILT);
	probe("config", &f);
	assert_int_equal(f.state, FINDING_OK);
}

static void test_kernel_versions(void **state)
{
	static const struct {
		const char *release;
		enum finding_state state;
	} releases[] = {
		{"6.1.0-49-amd64", FINDING_OK},
		{"6.12.48+deb12-cloud-amd64", FINDING_OK},
		{"7.0", FINDING_OK},
		{"6.0.12", FINDING_MISSING},
		{"5.15.0-1", FINDING_MISSING},
		{"strange", FINDING_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(releases); i++) {
		struct host h = {.root = root};
		struct finding f = {0};

		strcpy(h.release, releases[i].release);
		for (const struct doctor_row *row = doctor_rows; row->id; row++) {
			if (!strcmp(row->id, "kernel"))
				row->probe(&h, &f);
		}
		assert_int_equal(f.state, releases[i].state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test_setup_teardown(test_compressed_config, start, end),
		cmocka_unit_test_setup_teardown(test_kernel_versions, start, end),
	};

	return cmocka_run_group_tests_name("doctor", tests, NULL, NULL);
}
