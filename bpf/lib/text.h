/* SPDX-License-Identifier: GPL-2.0-only */
/* Names and paths as the rules know them: last names, hashes of paths. */
#ifndef CLAWBPF_BPF_TEXT_H
#define CLAWBPF_BPF_TEXT_H

#include "lib/emit.h"

#define TEXT_MAX (EVENT_PATH_MAX + 1)

/* The key of a name that is in kernel memory, zero-terminated. False: there is none. */
static __always_inline bool rule_key_name(struct rule_key *key, const struct view *v,
					  const void *name)
{
	struct path_hash hash = PATH_HASH_INIT;
	u64 copy[NAME_LEN / 8] = {};

	rule_key_init(key, v->head->policy, RULE_NAME);
	if (bpf_probe_read_kernel_str(copy, sizeof(copy), name) <= 1)
		return false;
	name_hash(&hash, copy);
	key->number[0] = hash.a;
	key->number[1] = hash.b;
	return true;
}

static __always_inline u32 rule_of_name(const struct view *v, const void *name)
{
	struct rule_key key;

	return rule_key_name(&key, v, name) ? rule_find(v, &key) : RULE_NONE;
}

/* How far name_start looks. No name is longer than 255 bytes. */
#define NAME_START_MAX EVENT_ARGV_MAX

struct name_walk {
	const char *text;
	u32 len;
	u32 start;
};

#define EACH_BYTE(c) (0x0101010101010101ull * (c))

/* Eight bytes at once: has one of them a '/', and which is the last that has? */
static long name_step(u32 i, struct name_walk *w)
{
	u32 at = i * 8;
	u64 word, hit;

	if (at >= w->len || at >= NAME_START_MAX)
		return 1;
	word = *(const u64 *)(w->text + at);
	if (w->len - at < 8)
		word &= (1ull << (w->len - at) * 8) - 1; /* what lies behind is none of it */
	word ^= EACH_BYTE('/');
	hit = ~(((word & EACH_BYTE(0x7f)) + EACH_BYTE(0x7f)) | word | EACH_BYTE(0x7f));
	if (!hit)
		return 0;
	at += 1;
	for (u32 half = 4; half; half /= 2) {
		if (hit >> half * 8) {
			hit >>= half * 8;
			at += half;
		}
	}
	w->start = at;
	return 0;
}

/* Where the last name starts in len bytes at text, with room for NAME_START_MAX and 7 more. */
static __always_inline u32 name_start(const char *text, u32 len)
{
	struct name_walk w = {.text = text, .len = len};

	bpf_loop(NAME_START_MAX / 8, name_step, &w, 0);
	return w.start & (NAME_START_MAX - 1);
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

/* False: the path cannot be told, so that no rule can be said not to match. */
static __always_inline bool rule_of_path(const struct view *v, struct file *file, struct scratch *s,
					 u32 kind, u32 *ret_rule)
{
	struct path_hash hash = PATH_HASH_INIT;
	long len = bpf_d_path(&file->f_path, s->blob, TEXT_MAX);

	if (len <= 0)
		return false;
	path_hash_text(&hash, s->blob, len - 1);
	*ret_rule = rule_of_hash(v, kind, &hash);
	return true;
}

#endif
