// SPDX-License-Identifier: GPL-2.0-only
/*
 * decide SEED COUNT : do the kernel and user space decide alike on COUNT random heads and facts?
 * Says how many, and how often each was refused; 1 when two answers differ, 2 when it cannot ask.
 */
#include <bpf/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off: the skeleton asks for these types. */
#include "question.h"
#include "decide.skel.h"
/* clang-format on */

static u64 state;

static u32 any(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (u32)(state >> 16);
}

/* A rule's index: none in three of four, else most often a small one. */
static u32 any_rule(void)
{
	u32 n = any();

	if (n % 4)
		return RULE_NONE;
	return n & 16 ? any() : n >> 8 & 255;
}

static void question_make(struct question *q)
{
	static const u32 families[] = {0, CLAW_AF_UNIX, CLAW_AF_NETLINK, 2, 10, 17, 38, 40};
	u32 n = any();

	memset(q, 0, sizeof(*q));
	q->head.policy = (u64)any() << 32 | any();
	/* Sometimes bits that mean nothing, too. */
	q->head.flags = n % 8 ? any() & 0x1ff : any();
	q->head.rule_exec = any_rule();
	q->head.rule_network = any_rule();
	q->head.rule_sandbox = any_rule();
	q->head.rule_binary = any_rule();
	q->exec.by_file = any_rule();
	q->exec.by_path = any_rule();
	q->exec.by_name = any_rule();
	q->exec.by_content = any_rule();
	q->exec.unreadable = n >> 8 & 1;
	q->exec.fileless = n >> 9 & 1;
	q->exec.first = n >> 10 & 1;
	q->itself = n >> 11 & 1;
	q->by_program = any_rule();
	q->by_bind = any_rule();
	q->family = n >> 12 & 1 ? any() : families[n >> 13 & 7];
	q->protocol = n >> 16 & 1 ? 0 : any() & 0xffff;
	q->phase = n >> 17 & 3;
}

static int question_wrong(u32 i, const struct answers *kernel, const struct answers *ours)
{
	const u32 *k = (const u32 *)kernel, *o = (const u32 *)ours;

	printf("question %u: the kernel answers", i);
	for (size_t n = 0; n < sizeof(*kernel) / sizeof(u32); n++)
		printf(" %u", k[n]);
	printf(", user space");
	for (size_t n = 0; n < sizeof(*ours) / sizeof(u32); n++)
		printf(" %u", o[n]);
	printf(" (reason and rule of exec, gateway, socket, mount)\n");
	return 1;
}

static int batch(struct decide *skel, u32 refused[4])
{
	int wrong = 0;

	LIBBPF_OPTS(bpf_test_run_opts, opts);
	for (u32 i = 0; i < QUESTIONS; i++)
		question_make(&skel->bss->questions[i]);
	memset(skel->bss->answers, 0xee, sizeof(skel->bss->answers));
	if (bpf_prog_test_run_opts(bpf_program__fd(skel->progs.claw_ask), &opts) || opts.retval)
		return -1;
	for (u32 i = 0; i < QUESTIONS; i++) {
		struct answers ours;

		question_ask(&skel->bss->questions[i], &ours);
		refused[0] += ours.exec.reason != REASON_NONE;
		refused[1] += ours.gateway.reason != REASON_NONE;
		refused[2] += ours.socket.reason != REASON_NONE;
		refused[3] += ours.mount.reason != REASON_NONE;
		if (memcmp(&skel->bss->answers[i], &ours, sizeof(ours)) && wrong++ < 5)
			question_wrong(i, &skel->bss->answers[i], &ours);
	}
	return wrong;
}

int main(int argc, char **argv)
{
	u32 refused[4] = {0}, count, asked = 0;
	struct decide *skel;
	int wrong = 0, r = 0;

	if (argc != 3)
		return 2;
	state = strtoull(argv[1], NULL, 0) * 0x9e3779b97f4a7c15ull | 1;
	count = (u32)strtoul(argv[2], NULL, 0);
	skel = decide__open_and_load();
	while (skel && asked < count && (r = batch(skel, refused)) >= 0) {
		wrong += r;
		asked += QUESTIONS;
	}
	decide__destroy(skel);
	if (!skel || r < 0) {
		printf("the kernel cannot be asked\n");
		return 2;
	}
	printf("%u questions, %d answers differ; refused: exec %u, gateway %u, socket %u, mount "
	       "%u\n",
	       asked, wrong, refused[0], refused[1], refused[2], refused[3]);
	return wrong ? 1 : 0;
}
