/* SPDX-License-Identifier: GPL-2.0-only */
/* Questions to the decision, and its answers: one in the kernel, one beside it, to be compared. */
#ifndef CLAWBPF_TESTS_QUESTION_H
#define CLAWBPF_TESTS_QUESTION_H

#include "abi/decide.h"

#define QUESTIONS 20000 /* at a time: the kernel gives a map of them no more than 4 MB */

struct question {
	struct policy_head head;
	struct exec_facts exec;
	u32 by_program, by_bind;
	u32 family, protocol, phase;
	u8 itself;
};

struct answers {
	struct decision exec, gateway, socket, mount;
};

static inline __attribute__((always_inline)) void question_ask(const struct question *q,
							       struct answers *a)
{
	a->exec = decide_exec(&q->head, &q->exec);
	a->gateway = decide_gateway(&q->head, q->by_program, q->itself);
	a->socket = decide_socket(&q->head, q->family, q->protocol);
	a->mount = decide_mount(&q->head, q->phase, q->by_bind);
}

#endif
