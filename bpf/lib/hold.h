/* SPDX-License-Identifier: GPL-2.0-only */
/* What becomes of a task in a container of which nobody knows yet whose it is? It waits. */
#ifndef CLAWBPF_BPF_HOLD_H
#define CLAWBPF_BPF_HOLD_H

#include "lib/label.h"

/*
 * What is stored for the current task, where a system call begins that may have been held before:
 * it is, then, the one that begins anew.
 */
static __always_inline struct label *label_resume(bool *ret_hidden)
{
	struct label *label = label_look(bpf_get_current_task_btf(), ret_hidden);

	if (label && label->phase == PHASE_PENDING)
		label->flags &= ~LABEL_HELD;
	return label;
}

/*
 * For a task that has no label by label_current: does it wait to be told whose it is? Then what it
 * is about to do has to wait as well: it is stopped on its way back to user space, and when it goes
 * on the system call begins anew. 0: it need not wait.
 */
static __noinline int label_hold(void)
{
	struct label *label = label_of(bpf_get_current_task_btf());

	if (!label || label->phase != PHASE_PENDING)
		return 0;
	label->flags |= LABEL_HELD;
	count(COUNTER_HELD);
	if (bpf_send_signal(SIGSTOP))
		return -EPERM;
	call_agent(label->entry, 1);
	return -ERESTARTNOINTR;
}

#endif
