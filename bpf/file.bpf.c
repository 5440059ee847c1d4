// SPDX-License-Identifier: GPL-2.0-only
/* May this session open, map or be handed this file? A program that can be read can be copied, and
 * one that can be mapped can be started by `ld.so PROGRAM`: both are an exec by another name.
 *   file_open       refuses to open a denied binary, what acts on the whole machine, and our own
 *   mmap_file       refuses to map one executable, or a file with the content of one
 *   file_mprotect   refuses to make a mapped file executable whose content was never looked at
 *   file_receive    refuses a denied binary, a network socket or a ring from another process
 */
#include "lib/content.h"
#include "lib/handover.h"
#include "lib/machine.h"
#include "lib/own.h"

/* An exec opens its program too: bprm_check_security judges that, and knows more. */
SEC("lsm/file_open")
int BPF_PROG(claw_file_open, struct file *file, int ret)
{
	const struct label *label;
	struct object o = {};
	struct view v;
	u32 rule;

	if (ret || (file->f_flags & __FMODE_EXEC))
		return ret;
	label = label_current();
	if (!label || label->phase != PHASE_ARMED)
		return 0;
	o.path = &file->f_path;
	o.inode = file->f_inode;
	count_asked(HOOK_FILE_OPEN);
	if (!view_current(&v, label))
		return answer_unknown(HOOK_FILE_OPEN, label, REASON_NO_POLICY, &o);
	if (dentry_is_own(file->f_path.dentry) || file_is_switch(file))
		return answer(HOOK_FILE_OPEN, label, &v, decide(REASON_PROTECT, RULE_NONE), &o);
	if ((v.head->flags & POLICY_SANDBOXED) && file_is_machine(file, label))
		return answer(HOOK_FILE_OPEN, label, &v,
			      decide(REASON_MACHINE, v.head->rule_sandbox), &o);
	if (!(v.head->flags & POLICY_FILES))
		return 0;
	rule = rule_of_file(&v, file);
	if (rule == RULE_NONE)
		return 0;
	return answer(HOOK_FILE_OPEN, label, &v, decide(REASON_BINARY, rule), &o);
}

static __always_inline bool task_in_exec(void)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return BPF_CORE_READ_BITFIELD(task, in_execve);
}

/* During an exec (the program itself, its ELF interpreter) the policy is the one it began with. */
static __always_inline bool view_of_mapping(struct view *v, const struct label *label, u32 *reason)
{
	*reason = REASON_NO_POLICY;
	if (task_in_exec())
		return view_of_exec(v, label, reason);
	return view_current(v, label);
}

SEC("lsm.s/mmap_file")
int BPF_PROG(claw_mmap, struct file *file, unsigned long reqprot, unsigned long prot,
	     unsigned long flags, int ret)
{
	const struct label *label;
	struct object o = {};
	struct inode *inode;
	struct view v;
	u32 reason;

	if (ret || !(prot & PROT_EXEC))
		return ret;
	label = label_current_sleepable();
	if (!label || label->phase != PHASE_ARMED)
		return 0;
	/* The very program that the exec under way has just been allowed. */
	if (label->exec_file == (u64)file && task_in_exec()) {
		count_asked(HOOK_MMAP_FILE);
		return 0;
	}
	/* NULL for anonymous memory, which the 6.12 verifier does not believe: it would drop the
	 * test of the pointer itself. */
	inode = BPF_CORE_READ(file, f_inode);
	if (!inode)
		return 0;
	o.path = &file->f_path;
	o.inode = inode;
	count_asked(HOOK_MMAP_FILE);
	if (!view_of_mapping(&v, label, &reason))
		return answer_unknown(HOOK_MMAP_FILE, label, reason, &o);
	return answer(HOOK_MMAP_FILE, label, &v, content_decide(&v, file), &o);
}

SEC("lsm/file_mprotect")
int BPF_PROG(claw_mprotect, struct vm_area_struct *vma, unsigned long reqprot, unsigned long prot,
	     int ret)
{
	const struct label *label;
	struct object o = {};
	struct decision d;
	struct file *file;
	u8 sha256[32];
	struct view v;

	if (ret || !(prot & PROT_EXEC))
		return ret;
	label = label_current();
	if (!label || label->phase != PHASE_ARMED)
		return 0;
	file = vma->vm_file;
	if (!file)
		return 0; /* anonymous memory: just-in-time compilers need it */
	o.name = BPF_CORE_READ(file, f_path.dentry);
	o.inode = BPF_CORE_READ(file, f_inode);
	count_asked(HOOK_FILE_MPROTECT);
	if (!view_current(&v, label))
		return answer_unknown(HOOK_FILE_MPROTECT, label, REASON_NO_POLICY, &o);
	d = decide(REASON_NONE, RULE_NONE);
	if (v.head->flags & POLICY_FILES) {
		d.rule = rule_of_inode(&v, RULE_FILE, o.inode);
		d.reason = d.rule == RULE_NONE ? REASON_NONE : REASON_BINARY;
	}
	if (d.reason == REASON_NONE && (v.head->flags & POLICY_CONTENTS)) {
		struct inode *inode = file->f_inode;

		/* This hook cannot sleep, so it cannot hash. */
		if (!inode || !content_known(inode, sha256))
			d = decide(REASON_UNREADABLE, v.head->rule_binary);
		else if ((d.rule = rule_of_content(&v, sha256)) != RULE_NONE)
			d.reason = REASON_CONTENT;
	}
	return answer(HOOK_FILE_MPROTECT, label, &v, d, &o);
}

SEC("lsm/file_receive")
int BPF_PROG(claw_receive, struct file *file, int ret)
{
	const struct label *label;
	struct object o = {};
	struct decision d;
	struct view v;

	if (ret)
		return ret;
	label = label_current();
	if (!label || label->phase != PHASE_ARMED)
		return 0;
	count_asked(HOOK_FILE_RECEIVE);
	if (!view_current(&v, label))
		return answer_unknown(HOOK_FILE_RECEIVE, label, REASON_NO_POLICY, NULL);
	d = handover_decide(&v, file, false, &o);
	o.name = BPF_CORE_READ(file, f_path.dentry);
	return answer(HOOK_FILE_RECEIVE, label, &v, d, &o);
}
