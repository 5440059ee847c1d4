/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * May this session act on that process? A sandboxed one on none but its own. A container runtime
 * that comes into a running container (exec) is the session's, too, and not armed yet: whoever
 * could look into it there would have all that it may.
 */
#ifndef CLAWBPF_BPF_PROCESS_H
#define CLAWBPF_BPF_PROCESS_H

#include "lib/emit.h"

static __always_inline int process_answer(u16 hook, struct task_struct *task, u32 number,
					  bool quiet, int ret)
{
	const struct label *label, *of_task;
	struct object o = {.number = {0, number}};
	struct view v;

	if (ret)
		return ret;
	label = label_current();
	if (!label || label->phase != PHASE_ARMED)
		return 0;
	of_task = bpf_task_storage_get(&labels, task, NULL, 0);
	if (of_task && of_task->session == label->session &&
	    (hook != HOOK_PTRACE || of_task->phase != PHASE_SETUP))
		return 0;
	o.text = (const char *)__builtin_preserve_access_index(&task->comm);
	count_asked(hook);
	if (!view_current(&v, label))
		return answer_unknown(hook, label, REASON_NO_POLICY, &o);
	if (!(v.head->flags & POLICY_SANDBOXED))
		return 0;
	if (quiet)
		return refusal(v.head->flags & POLICY_ENFORCE);
	return answer(hook, label, &v, decide(REASON_OUTSIDE, v.head->rule_sandbox), &o);
}

#endif
