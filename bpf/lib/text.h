/* SPDX-License-Identifier: GPL-2.0-only */
/* Names and paths as the rules know them: last names, hashes of paths. */
#ifndef CLAWBPF_BPF_TEXT_H
#define CLAWBPF_BPF_TEXT_H

#include "lib/emit.h"

#define TEXT_MAX (EVENT_PATH_MAX + 1)

/* The rule for a name that is in kernel memory, zero-terminated. */
static __always_inline u32 rule_of_name(const struct view *v, u32 kind, const void *name)
{
	struct rule_key key;

	rule_key_init(&key, v->head->policy, kind);
	if (bpf_probe_read_kernel_str(key.name, sizeof(key.name), name) <= 1)
		return RULE_NONE;
	return rule_find(v, &key);
}

/* The end of a path, and where its last name starts in it. */
struct tail {
	char text[NAME_LEN];
	u32 start;
};

static long tail_step(u32 i, struct tail *t)
{
	char c;

	if (i >= NAME_LEN)
		return 1;
	c = t->text[i];
	if (c == '/')
		t->start = i + 1;
	return !c;
}

/*
 * The rule for the last name of a path in kernel memory. A name that does not fit is longer than
 * any rule's. False: it could not be read.
 */
static __always_inline bool rule_of_last_name(const struct view *v, u32 kind, const char *path,
					      struct scratch *s, u32 *ret_rule)
{
	struct tail tail = {};
	u32 skip = 0;
	long len = bpf_probe_read_kernel_str(s->blob, TEXT_MAX, path);

	if (len <= 0 ||
	    len == TEXT_MAX) /* execveat puts "/dev/fd/N/" before a path of any length */
		return false;
	if (len > NAME_LEN)
		skip = len - NAME_LEN;
	if (bpf_probe_read_kernel_str(tail.text, sizeof(tail.text), path + skip) <= 0)
		return false;
	bpf_loop(NAME_LEN, tail_step, &tail, 0);
	*ret_rule = RULE_NONE;
	if (skip && !tail.start)
		return true; /* longer than any rule's name */
	*ret_rule = rule_of_name(v, kind, path + skip + tail.start);
	return true;
}

struct hash_walk {
	struct path_hash hash;
	const char *text;
	u32 len;
};

static long hash_step(u32 i, struct hash_walk *w)
{
	if (i >= w->len || i >= TEXT_MAX)
		return 1;
	path_hash_add(&w->hash, w->text[i]);
	return 0;
}

/* Goes on from *h over len bytes at text, which has room for TEXT_MAX. */
static __always_inline void path_hash_text(struct path_hash *h, const char *text, u32 len)
{
	struct hash_walk w = {.hash = *h, .text = text, .len = len};

	bpf_loop(TEXT_MAX, hash_step, &w, 0);
	*h = w.hash;
}

#endif
