/* SPDX-License-Identifier: GPL-2.0-only */
/* Names and paths as the rules know them: last names, hashes of paths. */
#ifndef CLAWBPF_BPF_TEXT_H
#define CLAWBPF_BPF_TEXT_H

#include "lib/emit.h"

#define TEXT_MAX (EVENT_PATH_MAX + 1)

/* --- rules on names ----------------------------------------------------------------------------
 */

enum name_kinds {
	NAME_RULES = 1u << 0,  /* RULE_NAME */
	NAME_OF_PATH = 1u << 1 /* RULE_PATH_NAME */
};

static __always_inline struct name_passed *name_passed_at(struct scratch *s,
							  const struct path_hash *h)
{
	return &s->passed[h->a & (NAMES_PASSED - 1)];
}

/*
 * Have these very rules been asked on this processor, and had none? Most programs are executed
 * again and again, and each look-up costs as much as all else that is asked of a name.
 */
static __always_inline bool name_passed(const struct view *v, struct scratch *s,
					const struct path_hash *h, u32 kinds)
{
	const struct name_passed *p = name_passed_at(s, h);
	u64 differs = p->policy ^ v->head->policy;

	differs |= p->asked >> 2 ^ v->generation;
	differs |= ~p->asked & kinds;
	differs |= p->number[0] ^ h->a;
	differs |= p->number[1] ^ h->b;
	return !differs;
}

static __always_inline void name_pass(const struct view *v, struct scratch *s,
				      const struct path_hash *h, u32 kinds)
{
	struct name_passed *p = name_passed_at(s, h);

	p->policy = v->head->policy;
	p->asked = v->generation << 2 | kinds;
	p->number[0] = h->a;
	p->number[1] = h->b;
}

static __always_inline u32 rule_of_name(const struct view *v, struct scratch *s,
					const struct path_hash *h)
{
	u32 rule;

	if (name_passed(v, s, h, NAME_RULES))
		return RULE_NONE;
	rule = rule_of_hash(v, RULE_NAME, h);
	if (rule == RULE_NONE)
		name_pass(v, s, h, NAME_RULES);
	return rule;
}

/* --- names -------------------------------------------------------------------------------------
 */

/* The len (1 to 8) lowest bytes of a word; of 8 and more, all. */
static __always_inline u64 word_start(u64 word, u32 len)
{
	return len < 8 ? word & ~0ull >> (8 - len) * 8 : word;
}

struct name_hash_walk {
	struct path_hash hash;
	const char *text;
	u32 len;
};

#define NAME_INLINE 16 /* most names are no longer */

static long name_hash_step(u32 i, struct name_hash_walk *w)
{
	u32 at = NAME_INLINE + i * 8;

	if (at >= w->len || at >= NAME_LEN)
		return 1;
	path_hash_add_word(&w->hash, word_start(*(const u64 *)(w->text + at), w->len - at));
	return 0;
}

/* name_hash of len bytes at text, which has room for NAME_LEN. */
static __always_inline void name_hash_text(struct path_hash *h, const char *text, u32 len)
{
	struct name_hash_walk w = {.hash = PATH_HASH_INIT, .text = text};

	if (len > NAME_LEN - 1)
		len = NAME_LEN - 1;
	w.len = len;
	path_hash_add_word(&w.hash, word_start(*(const u64 *)text, len));
	if (len > 8)
		path_hash_add_word(&w.hash, word_start(*(const u64 *)(text + 8), len - 8));
	if (len > NAME_INLINE)
		bpf_loop((NAME_LEN - NAME_INLINE) / 8, name_hash_step, &w, 0);
	*h = w.hash;
}

/* The name of a file, when it is as short as most are. */
#define NAME_SHORT 32

struct name {
	u64 words[NAME_SHORT / 8]; /* padded with zeros */
	u32 len;                   /* 0: it is longer */
};

/*
 * The name of an open file, and its hash. A short one lies in the dentry itself, where it is read
 * without help. False: there is none.
 */
static __always_inline bool name_of_dentry(struct name *n, struct path_hash *h,
					   struct dentry *dentry, struct scratch *s)
{
	const unsigned char *name = dentry->d_name.name;
	u32 len = dentry->d_name.len;
	long read;

	*h = PATH_HASH_INIT;
	__builtin_memset(n, 0, sizeof(*n));
	if (bpf_core_field_exists(dentry->d_iname) &&
	    bpf_core_field_size(dentry->d_iname) >= NAME_SHORT &&
	    (u64)name == (u64)dentry + bpf_core_field_offset(dentry->d_iname) && len > 0 &&
	    len < NAME_SHORT) {
		n->len = len;
		for (u32 i = 0; i < NAME_SHORT / 8 && len > i * 8; i++) {
			n->words[i] = word_start(((const u64 *)dentry->d_iname)[i], len - i * 8);
			path_hash_add_word(h, n->words[i]);
		}
		return true;
	}
	read = bpf_probe_read_kernel_str(s->blob, NAME_LEN, name);
	if (read <= 1)
		return false;
	name_hash_text(h, s->blob, read - 1);
	return true;
}

/* Is this name the whole of the bytes at text? */
static __always_inline bool name_equals(const struct name *n, const char *text)
{
	u64 differs = !n->len;

	for (u32 i = 0; i < NAME_SHORT / 8 && n->len > i * 8; i++)
		differs |= n->words[i] ^ word_start(((const u64 *)text)[i], n->len - i * 8);
	return !differs;
}

/* How far name_start looks. No name is longer than 255 bytes. */
#define NAME_START_MAX EVENT_ARGV_MAX

struct name_walk {
	const char *text;
	u32 len;
	u32 start;
};

#define EACH_BYTE(c) (0x0101010101010101ull * (c))

/* The highest bit of each byte that is zero. */
static __always_inline u64 zero_bytes(u64 word)
{
	return ~(((word & EACH_BYTE(0x7f)) + EACH_BYTE(0x7f)) | word | EACH_BYTE(0x7f));
}

/* Of what zero_bytes found, at least one: how many bytes to the end of the first, of the last. */
static __always_inline u32 zero_byte_first(u64 zeros)
{
	return (((zeros & -zeros) - 1) & EACH_BYTE(1)) * EACH_BYTE(1) >> 56;
}

static __always_inline u32 zero_byte_last(u64 zeros)
{
	zeros |= zeros >> 8;
	zeros |= zeros >> 16;
	zeros |= zeros >> 32;
	return (zeros >> 7 & EACH_BYTE(1)) * EACH_BYTE(1) >> 56;
}

/* Eight bytes at once: has one of them a '/', and which is the last that has? */
static __always_inline void name_word(struct name_walk *w, u32 at)
{
	u64 word = *(const u64 *)(w->text + at), hit;

	/* what lies behind is none of it */
	hit = zero_bytes(word_start(word, w->len - at) ^ EACH_BYTE('/'));
	if (hit)
		w->start = at + zero_byte_last(hit);
}

static long name_step(u32 i, struct name_walk *w)
{
	u32 at = i * 8 + 8;

	if (at >= w->len || at >= NAME_START_MAX)
		return 1;
	name_word(w, at);
	return 0;
}

/* Where the last name starts in len (1 or more) bytes at text, with room for NAME_START_MAX and 7
 * more. */
static __always_inline u32 name_start(const char *text, u32 len)
{
	struct name_walk w = {.text = text, .len = len};

	name_word(&w, 0);
	if (len > 8)
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
