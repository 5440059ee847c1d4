// SPDX-License-Identifier: GPL-2.0-only
/* What does the decision answer when it is compiled for the kernel, and the kernel runs it? */
#include "lib/kernel.h"
#include <bpf/bpf_helpers.h>

#include "question.h"

char LICENSE[] SEC("license") = "GPL";

struct question questions[QUESTIONS];
struct answers answers[QUESTIONS];

static long ask(u32 i, void *unused)
{
	if (i < QUESTIONS)
		question_ask(&questions[i], &answers[i]);
	return i >= QUESTIONS;
}

SEC("syscall")
int claw_ask(void *ctx)
{
	return bpf_loop(QUESTIONS, ask, NULL, 0) != QUESTIONS;
}
