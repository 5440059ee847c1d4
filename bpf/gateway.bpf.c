// SPDX-License-Identifier: GPL-2.0-only
/* May an agent's own process start this on the host?
 *   bprm_check_security   itself again, what it needs, what is listed; all else is what its config
 *                         promises to run in a sandbox. Once more for a script's interpreter
 * Beside claw_exec on the same hook: there is no stack left in that one.
 */
#include "lib/text.h"

SEC("lsm.s/bprm_check_security")
int BPF_PROG(claw_gateway, struct linux_binprm *bprm, int ret)
{
	struct object o = {};
	struct task_struct *task = bpf_get_current_task_btf();
	u32 rule = RULE_NONE, reason;
	const struct label *label;
	struct scratch *s;
	struct view v;
	bool itself;

	if (ret)
		return ret;
	label = label_current_sleepable();
	if (!label || label->phase != PHASE_GATEWAY)
		return 0;
	o.path = &bprm->file->f_path;
	o.inode = bprm->file->f_inode;
	count_asked(HOOK_BPRM_CHECK);
	if (!view_of_exec(&v, label, &reason))
		return answer_unknown(HOOK_BPRM_CHECK, label, reason, &o);
	itself = BPF_CORE_READ(task, mm, exe_file, f_inode) == bprm->file->f_inode;
	s = itself ? NULL : scratch_take();
	/* What cannot be read is not found among what it may start. */
	if (s) {
		rule_of_path(&v, bprm->file, s, RULE_PROGRAM, &rule);
		scratch_give(s);
	}
	return answer(HOOK_BPRM_CHECK, label, &v, decide_gateway(v.head, rule, itself), &o);
}
