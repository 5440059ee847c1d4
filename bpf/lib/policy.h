/* SPDX-License-Identifier: GPL-2.0-only */
/* Which policy holds for a session, and which rule for a thing: the look-ups. */
#ifndef CLAWBPF_BPF_POLICY_H
#define CLAWBPF_BPF_POLICY_H

#include "lib/label.h"

/* One image and a session's place in it: every look-up of one hook goes through the same view. */
struct view {
	void *image;
	const struct policy_head *head;
	u64 generation;
};

/* What a task without a policy gets: it may do nothing that is asked. */
static const struct policy_head HEAD_MISSING = {
	.flags = POLICY_ENFORCE | POLICY_SANDBOXED | POLICY_NO_NETWORK | POLICY_NO_EXEC,
	.rule_exec = RULE_NONE,
	.rule_network = RULE_NONE,
	.rule_sandbox = RULE_NONE,
	.rule_binary = RULE_NONE,
};

static __always_inline void rule_key_init(struct rule_key *key, u64 policy, u32 kind)
{
	__builtin_memset(key, 0, sizeof(*key));
	key->policy = policy;
	key->kind = kind;
}

static __always_inline const struct policy_head *head_find(void *image, u32 session)
{
	union rule_value *value;
	struct rule_key key;

	rule_key_init(&key, 0, RULE_SESSION);
	key.number[0] = session;
	value = bpf_map_lookup_elem(image, &key);
	return value ? &value->head : NULL;
}

/* False: the generation is gone, or has nothing for this session. */
static __always_inline bool view_of_generation(struct view *v, const struct label *label,
					       u64 generation)
{
	u32 slot = generation % IMAGE_SLOTS;

	v->generation = generation;
	v->image = bpf_map_lookup_elem(&images, &slot);
	if (!v->image)
		return false;
	v->head = label->head_generation == generation ? &label->head
						       : head_find(v->image, label->session);
	return v->head;
}

/*
 * Keep the head with the task, so that what it does next need not look for it. Only where an exec
 * begins: an interrupt can ask for the head (a timer's signal does), but never writes one. It finds
 * generation 0 while the copy is not complete.
 */
static __always_inline void head_keep(struct label *label, u64 generation)
{
	struct view v;

	if (label->head_generation == generation)
		return;
	label->head_generation = 0;
	barrier();
	if (!view_of_generation(&v, label, generation))
		return;
	label->head = *v.head;
	barrier();
	label->head_generation = generation;
}

/* The view that is enforced now. */
static __always_inline bool view_current(struct view *v, const struct label *label)
{
	const struct state *st = state_get();

	v->generation = 0;
	return st && view_of_generation(v, label, st->generation);
}

/* The view that the exec under way began with; false also when it was replaced so often since that
 * it is not kept. */
static __always_inline bool view_of_exec(struct view *v, const struct label *label, u32 *ret_reason)
{
	const struct state *st = state_get();
	u64 generation = label->exec_generation;

	*ret_reason = REASON_NO_POLICY;
	v->generation = generation;
	if (!st)
		return false;
	/* It entered the session while the exec was under way. */
	if (!generation)
		return view_current(v, label);
	/* The oldest slot may be about to be written for the next generation. */
	if (generation + IMAGE_SLOTS - 1 <= st->generation) {
		*ret_reason = REASON_RELOADED;
		return false;
	}
	return view_of_generation(v, label, generation);
}

static __always_inline u32 rule_find(const struct view *v, const struct rule_key *key)
{
	union rule_value *value = bpf_map_lookup_elem(v->image, key);

	return value ? value->rule : RULE_NONE;
}

static __always_inline u32 rule_of_inode(const struct view *v, u32 kind, struct inode *inode)
{
	struct rule_key key;

	rule_key_init(&key, v->head->policy, kind);
	key.number[0] = BPF_CORE_READ(inode, i_sb, s_dev);
	key.number[1] = BPF_CORE_READ(inode, i_ino);
	return rule_find(v, &key);
}

/* The same for an open file: its inode is there, and needs no careful look. */
static __always_inline u32 rule_of_file(const struct view *v, struct file *file)
{
	struct rule_key key;

	rule_key_init(&key, v->head->policy, RULE_FILE);
	key.number[0] = file->f_inode->i_sb->s_dev;
	key.number[1] = file->f_inode->i_ino;
	return rule_find(v, &key);
}

static __always_inline u32 rule_of_hash(const struct view *v, u32 kind, const struct path_hash *h)
{
	struct rule_key key;

	rule_key_init(&key, v->head->policy, kind);
	key.number[0] = h->a;
	key.number[1] = h->b;
	return rule_find(v, &key);
}

#endif
