// SPDX-License-Identifier: GPL-2.0-only
/*
 * What may no process of the built-in sandbox ask of the kernel? Written at build time as the bytes
 * of a filter, so that starting a sandbox costs no more than handing them over.
 *
 * The kernel's policy refuses what security modules are asked about. This is for what they are not
 * asked: some calls meet no hook at all, and some are doors that nothing in a sandbox needs.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *name;
	int error;
} refused[] = {
	/* Mounts: open_tree and mount_setattr meet no hook, the others would be refused anyhow. */
	{"mount", EPERM},
	{"umount", EPERM},
	{"umount2", EPERM},
	{"pivot_root", EPERM},
	{"chroot", EPERM},
	{"open_tree", EPERM},
	{"move_mount", EPERM},
	{"mount_setattr", EPERM},
	{"fsopen", EPERM},
	{"fsconfig", EPERM},
	{"fsmount", EPERM},
	{"fspick", EPERM},
	/* Rings: what they do is done by the kernel, outside of the calls that are looked at. */
	{"io_uring_setup", EPERM},
	{"io_uring_enter", EPERM},
	{"io_uring_register", EPERM},
	/* Keys have no namespace of their own; request_key starts a program as root outside. */
	{"add_key", EPERM},
	{"request_key", EPERM},
	{"keyctl", EPERM},
	/* Other namespaces. */
	{"setns", EPERM},
	{"open_by_handle_at", EPERM},
	/* The kernel itself. */
	{"bpf", EPERM},
	{"perf_event_open", EPERM},
	{"userfaultfd", EPERM},
	{"fanotify_init", EPERM},
	{"kexec_load", EPERM},
	{"kexec_file_load", EPERM},
	{"init_module", EPERM},
	{"finit_module", EPERM},
	{"delete_module", EPERM},
	{"syslog", EPERM},
	{"acct", EPERM},
	{"quotactl", EPERM},
	{"quotactl_fd", EPERM},
	{"swapon", EPERM},
	{"swapoff", EPERM},
	{"reboot", EPERM},
	{"iopl", EPERM},
	{"ioperm", EPERM},
	{"modify_ldt", EPERM},
	{"vhangup", EPERM},
	{"lookup_dcookie", EPERM},
	{"nfsservctl", EPERM},
	/* Its flags are in memory, where a filter cannot look: libc falls back to clone(2). */
	{"clone3", ENOSYS},
};

/* CLONE_NEW...: a namespace of one's own brings capabilities, and with them much of the kernel. */
static const unsigned long namespaces[] = {
	0x00020000, /* mounts */
	0x02000000, /* cgroup */
	0x04000000, /* host name */
	0x08000000, /* IPC */
	0x10000000, /* users */
	0x20000000, /* pids */
	0x40000000, /* network */
};
#define NEW_TIME 0x00000080ul /* of unshare(2) alone: in clone(2) these bits are a signal */

/* Bytes put into the terminal's input, as if typed by whoever sits there; and another line
 * discipline for the caller's terminal, for which the kernel loads modules. */
static const unsigned long terminal_requests[] = {TIOCSTI, 0x541c /* TIOCLINUX */, TIOCSETD};

static scmp_filter_ctx filter;

static void need(int r, const char *what)
{
	if (!r)
		return;
	fprintf(stderr, "seccomp filter: %s: %s\n", what, strerror(-r));
	exit(1);
}

static void refuse_if(const char *name, int error, struct scmp_arg_cmp compare)
{
	int number = seccomp_syscall_resolve_name(name);

	need(seccomp_rule_add_array(filter, SCMP_ACT_ERRNO((unsigned int)error), number, 1,
				    &compare),
	     name);
}

static void refuse_calls(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		int number = seccomp_syscall_resolve_name(refused[i].name);

		if (number == __NR_SCMP_ERROR) {
			fprintf(stderr, "seccomp filter: there is no call %s\n", refused[i].name);
			exit(1);
		}
		need(seccomp_rule_add(filter, SCMP_ACT_ERRNO((unsigned int)refused[i].error),
				      number, 0),
		     refused[i].name);
	}
}

static void refuse_namespaces(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(namespaces); i++) {
		unsigned long flag = namespaces[i];

		refuse_if("clone", EPERM, SCMP_A0_64(SCMP_CMP_MASKED_EQ, flag, flag));
		refuse_if("unshare", EPERM, SCMP_A0_64(SCMP_CMP_MASKED_EQ, flag, flag));
	}
	refuse_if("unshare", EPERM, SCMP_A0_64(SCMP_CMP_MASKED_EQ, NEW_TIME, NEW_TIME));
}

/* The kernel takes 32 bits of these arguments: so does the comparison. */
#define LOW 0xffffffffull

static void refuse_terminal_input(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(terminal_requests); i++)
		refuse_if("ioctl", EPERM,
			  SCMP_A1_64(SCMP_CMP_MASKED_EQ, LOW, terminal_requests[i]));
}

/* All but unix, IPv4, IPv6 and netlink: AF_VSOCK above all, which no network namespace holds. */
static void refuse_families_of(const char *call)
{
	for (unsigned int family = AF_INET + 1; family < AF_NETLINK; family++)
		if (family != AF_INET6)
			refuse_if(call, EAFNOSUPPORT, SCMP_A0_64(SCMP_CMP_MASKED_EQ, LOW, family));
	/* Whoever sets the upper half of the argument is above, too. */
	refuse_if(call, EAFNOSUPPORT, SCMP_A0_64(SCMP_CMP_GT, AF_NETLINK, 0));
}

static void refuse_families(void)
{
	refuse_families_of("socket");
	refuse_families_of("socketpair");
}

/*
 * A program that crashes has the kernel start one outside, as root, where core_pattern names one. A
 * limit of one byte (box.c) keeps the kernel from it, as one of none does not: so nobody changes
 * it, and whoever asks is told that it was done.
 */
static void keep_core_limit(void)
{
	const struct scmp_arg_cmp ask[] = {SCMP_A1_64(SCMP_CMP_MASKED_EQ, LOW, RLIMIT_CORE),
					   SCMP_A2_64(SCMP_CMP_NE, 0, 0)};

	need(seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(0), SCMP_SYS(prlimit64), 2, ask),
	     "prlimit64");
	refuse_if("setrlimit", 0, SCMP_A0_64(SCMP_CMP_MASKED_EQ, LOW, RLIMIT_CORE));
}

static void write_array(const char *path)
{
	FILE *out = fopen(path, "w");
	int pipe_fd[2], c, column = 0;
	FILE *in;

	need(out ? 0 : -errno, path);
	need(pipe(pipe_fd) ? -errno : 0, "pipe");
	need(seccomp_export_bpf(filter, pipe_fd[1]), "export");
	close(pipe_fd[1]);
	in = fdopen(pipe_fd[0], "r");
	need(in ? 0 : -errno, "fdopen");
	fprintf(out, "/* Made by scripts/seccomp/filter.c. */\n"
		     "static const unsigned char seccomp_filter[] = {");
	while ((c = fgetc(in)) != EOF)
		fprintf(out, "%s0x%02x,", column++ % 16 ? "" : "\n\t", c);
	fprintf(out, "\n};\n");
	need(fclose(out) ? -errno : 0, path);
	fclose(in);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: filter FILE\n");
		return 2;
	}
	filter = seccomp_init(SCMP_ACT_ALLOW);
	need(filter ? 0 : -ENOMEM, "init");
	/* i386 and x32 calls have other numbers, and socketcall(2) hides its arguments: none. */
	need(seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS)), "arch");
	need(seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2), "optimize");
	refuse_calls();
	refuse_namespaces();
	refuse_terminal_input();
	refuse_families();
	keep_core_limit();
	write_array(argv[1]);
	seccomp_release(filter);
	return 0;
}
