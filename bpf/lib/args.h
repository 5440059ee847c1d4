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

static __always_inline void args_select(struct args_walk *w, const char *arg, u32 len)
{
	const char *name = arg + name_start(arg, len);

	/* A login shell's name has a dash in front, and busybox takes it off: `exec -a -nc`. */
	if (*name == '-')
		name++;
	w->rule = rule_of_name(w->v, name);
	if (name_is_multicall(name))
		w->selector++;
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

/* The arguments lie at the top of the new stack, from bprm->p on. */
static __always_inline void args_read(struct args_walk *w, char *to, struct linux_binprm *bprm)
{
	w->args = to;
	w->from = (const char *)bprm->p;
	w->argc = bprm->argc;
	w->rule = RULE_NONE;
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
