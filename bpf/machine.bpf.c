// SPDX-License-Identifier: GPL-2.0-only
/* May this session use what reaches the whole machine? (Its files are file_open's, in file.bpf.c.)
 *   capable             no capability that reaches further than a container's by default do:
 *                       modules, kexec, the clock, raw memory and disks, other people's files by
 *                       handle, the network's settings, limits and priorities, mount_setattr
 *   key_alloc           request_key(2), for which the kernel runs a program outside
 *   task_{setrlimit,setnice,setioprio,setscheduler}   how a process outside runs
 */
#include "lib/machine.h"
#include "lib/process.h"

#define CAP_DAC_READ_SEARCH    2
#define CAP_LINUX_IMMUTABLE    9
#define CAP_NET_ADMIN          12
#define CAP_IPC_OWNER          15
#define CAP_SYS_MODULE         16
#define CAP_SYS_PACCT          20
#define CAP_SYS_ADMIN          21
#define CAP_SYS_BOOT           22
#define CAP_SYS_NICE           23
#define CAP_SYS_RESOURCE       24
#define CAP_SYS_TIME           25
#define CAP_SYS_TTY_CONFIG     26
#define CAP_LEASE              28
#define CAP_AUDIT_CONTROL      30
#define CAP_MAC_OVERRIDE       32
#define CAP_MAC_ADMIN          33
#define CAP_SYSLOG             34
#define CAP_WAKE_ALARM         35
#define CAP_BLOCK_SUSPEND      36
#define CAP_AUDIT_READ         37
#define CAP_PERFMON            38
#define CAP_BPF                39
#define CAP_CHECKPOINT_RESTORE 40
#define CAP_OPT_NOAUDIT        2

/*
 * What an event calls them. Those that are not here every session may have: what a container has by
 * default, CAP_SYS_PTRACE, since of whom is asked at ptrace_access_check, and CAP_IPC_LOCK, which
 * the kernel asks for with each io_uring.
 */
static const char cap_names[][24] = {
	[CAP_DAC_READ_SEARCH] = "CAP_DAC_READ_SEARCH",
	[CAP_LINUX_IMMUTABLE] = "CAP_LINUX_IMMUTABLE",
	[CAP_NET_ADMIN] = "CAP_NET_ADMIN",
	[CAP_IPC_OWNER] = "CAP_IPC_OWNER",
	[CAP_SYS_MODULE] = "CAP_SYS_MODULE",
	[CAP_SYS_RAWIO] = "CAP_SYS_RAWIO",
	[CAP_SYS_PACCT] = "CAP_SYS_PACCT",
	[CAP_SYS_ADMIN] = "CAP_SYS_ADMIN",
	[CAP_SYS_BOOT] = "CAP_SYS_BOOT",
	[CAP_SYS_NICE] = "CAP_SYS_NICE",
	[CAP_SYS_RESOURCE] = "CAP_SYS_RESOURCE",
	[CAP_SYS_TIME] = "CAP_SYS_TIME",
	[CAP_SYS_TTY_CONFIG] = "CAP_SYS_TTY_CONFIG",
	[CAP_LEASE] = "CAP_LEASE",
	[CAP_AUDIT_CONTROL] = "CAP_AUDIT_CONTROL",
	[CAP_MAC_OVERRIDE] = "CAP_MAC_OVERRIDE",
	[CAP_MAC_ADMIN] = "CAP_MAC_ADMIN",
	[CAP_SYSLOG] = "CAP_SYSLOG",
	[CAP_WAKE_ALARM] = "CAP_WAKE_ALARM",
	[CAP_BLOCK_SUSPEND] = "CAP_BLOCK_SUSPEND",
	[CAP_AUDIT_READ] = "CAP_AUDIT_READ",
	[CAP_PERFMON] = "CAP_PERFMON",
	[CAP_BPF] = "CAP_BPF",
	[CAP_CHECKPOINT_RESTORE] = "CAP_CHECKPOINT_RESTORE",
};
#define CAP_LAST (sizeof(cap_names) / sizeof(cap_names[0]) - 1)

/*
 * So much hangs on this one that only calls are let through whose own hooks are asked (mounts), or
 * which change what is the caller's alone (namespaces, a seccomp filter).
 */
static __always_inline bool admin_is_harmless(long call)
{
	switch (call) {
	case SYS_clone:
	case SYS_clone3:
	case SYS_unshare:
	case SYS_setns:
	case SYS_mount:
	case SYS_umount2:
	case SYS_pivot_root:
	case SYS_open_tree:
	case SYS_move_mount:
	case SYS_fsopen:
	case SYS_fsmount:
	case SYS_fspick:
	case SYS_prctl:
	case SYS_seccomp:
	case SYS_bpf: /* has a hook that says whose it is */
		return true;
	}
	return false;
}

static __always_inline bool cap_is_machine(const struct view *v, u32 cap, bool host)
{
	switch (cap) {
	case CAP_DAC_READ_SEARCH: /* reading any file is CAP_DAC_OVERRIDE's, too */
		return host && syscall_current() == SYS_open_by_handle_at;
	case CAP_SYS_ADMIN:
		if (!host) /* over a mount namespace of its own no other hook is asked, either */
			return syscall_is(SYS_mount_setattr);
		return !admin_is_harmless(syscall_current());
	}
	return host && cap <= CAP_LAST && cap_names[cap][0];
}

SEC("lsm/capable")
int BPF_PROG(claw_capable, const struct cred *cred, struct user_namespace *ns, int cap,
	     unsigned int opts, int ret)
{
	const struct label *label;
	struct object o = {};
	struct view v;
	u32 reason;

	if (ret || (u32)cap > CAP_LAST)
		return ret;
	label = label_current();
	if (!label || label->phase != PHASE_ARMED)
		return 0;
	count_asked(HOOK_CAPABLE);
	o.text = cap_names[cap];
	if (!view_current(&v, label))
		return answer_unknown(HOOK_CAPABLE, label, REASON_NO_POLICY, &o);
	if (!(v.head->flags & POLICY_SANDBOXED) || !cap_is_machine(&v, cap, !ns->level))
		return 0;
	if (opts & CAP_OPT_NOAUDIT) /* the kernel asks for its own sake: no attempt, no event */
		return refusal(v.head->flags & POLICY_ENFORCE);
	/* of a new file system, which the kernel has made by when a hook for mounts is asked */
	reason = syscall_current() == SYS_fsconfig ? REASON_MOUNT : REASON_MACHINE;
	return answer(HOOK_CAPABLE, label, &v, decide(reason, v.head->rule_sandbox), &o);
}

SEC("lsm/key_alloc")
int BPF_PROG(claw_key_alloc, struct key *key, const struct cred *cred, unsigned long flags, int ret)
{
	const struct label *label;
	long call;

	if (ret)
		return ret;
	label = label_current();
	if (!label)
		return 0;
	call = syscall_current();
	return call >= 0 && call != SYS_request_key ? 0
						    : machine_answer(HOOK_KEY_ALLOC, label, NULL);
}

SEC("lsm/task_setrlimit")
int BPF_PROG(claw_setrlimit, struct task_struct *task, unsigned int resource, void *limit, int ret)
{
	return process_answer(HOOK_SETRLIMIT, task, resource, false, ret);
}

SEC("lsm/task_setnice")
int BPF_PROG(claw_setnice, struct task_struct *task, int nice, int ret)
{
	return process_answer(HOOK_SETNICE, task, nice, false, ret);
}

SEC("lsm/task_setioprio")
int BPF_PROG(claw_setioprio, struct task_struct *task, int priority, int ret)
{
	return process_answer(HOOK_SETIOPRIO, task, priority, false, ret);
}

SEC("lsm/task_setscheduler")
int BPF_PROG(claw_setsched, struct task_struct *task, int ret)
{
	return process_answer(HOOK_SETSCHEDULER, task, 0, false, ret);
}
