/* SPDX-License-Identifier: GPL-2.0-only */
/* What do a program's arguments select? One file can be many programs. */
#ifndef CLAWBPF_BPF_ARGS_H
#define CLAWBPF_BPF_ARGS_H

#include "lib/text.h"

/*
 * argv, string by string: where it ends, and which names in it select what a multi-call program
 * does. `busybox nc` runs nc, `busybox busybox nc` too.
 */
struct args_walk {
	const struct view *v;
	struct scratch *s;
	char *args; /* the copy, whose every string is complete but for one that did not fit */
	const char *from;
	u32 len;      /* of the copy */
	u32 argc;     /* strings that there are */
	u32 index;    /* of the string that is walked */
	u32 selector; /* index of the string that selects the applet */
	u32 rule;     /* found for it */
};

/* The names under which multi-call programs take the applet from the next argument. */
static __always_inline bool name_is_multicall(const char *name)
{
	u64 word = *(const u64 *)name;

	return (word & 0xffffffffffffff) == 0x786f6279737562 /* "busybox" */ ||
	       (word & 0xffffffffffff) == 0x786f62796f74; /* "toybox" */
}

/* Looks at the string of len bytes, its NUL among them. */
static __always_inline void args_select(struct args_walk *w, const char *arg, u32 len)
{
	u32 at = name_start(arg, len);
	struct path_hash hash;

	/* A login shell's name has a dash in front, and busybox takes it off: `exec -a -nc`. */
	if (arg[at] == '-')
		at++;
	if (name_is_multicall(arg + at))
		w->selector++;
	if (at + 1 >= len)
		return; /* no name, as in "dir/" */
	name_hash_text(&hash, arg + at, len - 1 - at);
	w->rule = rule_of_name(w->v, w->s, &hash);
}

static long args_step(u32 i, struct args_walk *w)
{
	u32 at = w->len;
	long len;

	if (w->index >= w->argc || at >= EVENT_ARGV_MAX)
		return 1;
	len = bpf_probe_read_user_str(w->args + at, EVENT_ARGV_MAX + 1 - at, w->from + at);
	if (len < 0)
		return 1;
	if (len == 0) { /* so the kernel counts an empty string, its NUL left out */
		w->args[at] = 0;
		len = 1;
	}
	if (len > EVENT_ARGV_MAX - at) {
		w->len = EVENT_ARGV_MAX;
		return 1;
	}
	if (w->index == w->selector && w->rule == RULE_NONE && w->v->head->flags & POLICY_NAMES)
		args_select(w, w->args + at, len);
	w->len = at + len;
	w->index++;
	return 0;
}

/* As many bytes as the arguments of most programs take. */
#define ARGS_SHORT 256

struct args_scan {
	const char *text;
	u32 len;
	u32 argc;
	u32 index; /* strings that end before `at` */
	u32 first; /* where the first ends, behind its NUL; 0: not yet */
	u32 end;   /* where the last of them does */
	u32 at;    /* of the word in which the last string ends */
	u64 zeros; /* of that word; 0: it ends in none */
};

/* One word. Few branches: the verifier walks all ways through. False: no further string counts. */
static __always_inline bool args_scan_word(struct args_scan *w, u32 at)
{
	u64 zeros = zero_bytes(*(const u64 *)(w->text + at));
	u32 count = (zeros >> 7) * EACH_BYTE(1) >> 56;

	if (!zeros)
		return true;
	if (!w->first)
		w->first = at + zero_byte_first(zeros);
	if (w->index + count >= w->argc) {
		w->at = at;
		w->zeros = zeros;
		return false;
	}
	w->index += count;
	w->end = at + zero_byte_last(zeros);
	return true;
}

#define ARGS_STEP 32 /* bytes: to call a step costs as much as to look at a word */

static long args_scan_step(u32 i, struct args_scan *w)
{
	u32 at = i * ARGS_STEP;

	if (at >= ARGS_SHORT)
		return 1;
	for (u32 k = 0; k < ARGS_STEP; k += 8) {
		if (at + k >= w->len || !args_scan_word(w, at + k))
			return 1;
	}
	return 0;
}

/* Where the last string ends, in the word where so many of them are still to end. */
static __always_inline u32 args_scan_end(const struct args_scan *w)
{
	u64 zeros = w->zeros;

	for (u32 k = 1; k < 8; k++) {
		if (k < w->argc - w->index)
			zeros &= zeros - 1;
	}
	return w->at + zero_byte_first(zeros);
}

/* The first strings, with one read for all of them: string by string costs several times as much.
 */
static __always_inline void args_read_short(struct args_walk *w, u64 len)
{
	struct args_scan scan = {.text = w->args, .argc = w->argc};

	if (!len || len > ARGS_SHORT)
		len = ARGS_SHORT;
	/* Known to the compiler, but the verifier has lost it by here. */
	len--;
	barrier_var(len);
	len = (len & (ARGS_SHORT - 1)) + 1;
	if (!w->argc || bpf_probe_read_user(w->args, len, w->from))
		return;
	*(u64 *)(w->args + len) = ~0ull; /* no string ends in what lies behind */
	scan.len = len;
	bpf_loop(ARGS_SHORT / ARGS_STEP, args_scan_step, &scan, 0);
	if (!scan.first)
		return;
	if (w->v->head->flags & POLICY_NAMES) {
		args_select(w, w->args, scan.first);
		if (w->selector) {
			/* Another string counts: once more, with a look at each. */
			w->selector = 0;
			return;
		}
	}
	w->index = scan.zeros ? w->argc : scan.index;
	w->len = scan.zeros ? args_scan_end(&scan) : scan.end;
}

/* The arguments lie at the top of the new stack, from bprm->p on, and the environment behind. */
static __always_inline void args_read(struct args_walk *w, char *to, struct linux_binprm *bprm)
{
	w->args = to;
	w->from = (const char *)bprm->p;
	w->argc = bprm->argc;
	w->rule = RULE_NONE;
	args_read_short(w, bprm->exec - bprm->p);
	if (w->index < w->argc)
		bpf_loop(EVENT_ARGV_MAX, args_step, w, 0);
}

static __always_inline struct decision args_decide(const struct args_walk *w)
{
	if (!(w->v->head->flags & POLICY_NAMES))
		return decide(REASON_NONE, RULE_NONE);
	if (w->rule != RULE_NONE)
		return decide(REASON_APPLET, w->rule);
	if (w->index <= w->selector && w->index < w->argc)
		return decide(REASON_UNREADABLE, w->v->head->rule_binary); /* longer than we read */
	return decide(REASON_NONE, RULE_NONE);
}

#endif
