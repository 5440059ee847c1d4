/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is in a file, whatever its name: its SHA-256, computed by the kernel (IMA needs no policy
 * for it). Hashing a program costs milliseconds, so the answer is kept with the inode while the
 * inode's change time stands still.
 *
 * Change times are coarse (a few milliseconds): a file that is hashed and then written to within
 * one tick keeps its time. So a hash counts as settled only when it was computed at least SETTLE_NS
 * after this change time was first seen; a write after that moves the time. Writes through a shared
 * mapping move it once and then no more, so while a file is open for writing nothing is kept.
 */
#ifndef CLAWBPF_BPF_CONTENT_H
#define CLAWBPF_BPF_CONTENT_H

#include "lib/emit.h"

#define SETTLE_NS        200000000ull
#define HASH_ALGO_SHA256 4

struct content {
	u8 sha256[32];
	u64 ctime_sec;
	u64 ctime_nsec;
	u64 size;
	u64 first_ns;
	u64 settled;
	u64 passed; /* rules_key of those that say nothing of the file, nor of its content */
};

/* inode -> struct content */
struct {
	__uint(type, BPF_MAP_TYPE_INODE_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct content);
} contents __weak SEC(".maps");

static __always_inline void content_stamp(struct content *c, struct inode *inode)
{
	struct inode___ctime_61 *i61 = (void *)inode;
	struct inode___ctime_66 *i66 = (void *)inode;
	struct inode___ctime_611 *i611 = (void *)inode;

	if (bpf_core_field_exists(i611->i_ctime_sec)) {
		c->ctime_sec = i611->i_ctime_sec;
		c->ctime_nsec = i611->i_ctime_nsec;
	} else if (bpf_core_field_exists(i66->__i_ctime)) {
		c->ctime_sec = i66->__i_ctime.tv_sec;
		c->ctime_nsec = i66->__i_ctime.tv_nsec;
	} else {
		c->ctime_sec = i61->i_ctime.tv_sec;
		c->ctime_nsec = i61->i_ctime.tv_nsec;
	}
	c->size = inode->i_size;
}

/*
 * File systems whose change time moves with every change of content. Elsewhere (overlay, FUSE,
 * network) the content can change behind the inode's back, and nothing is kept.
 */
static __always_inline bool content_keeps(struct inode *inode)
{
	if (inode->i_writecount.counter > 0)
		return false;
	switch (inode->i_sb->s_magic) {
	case 0xef53:     /* ext2, ext3, ext4 */
	case 0x58465342: /* xfs */
	case 0x9123683e: /* btrfs */
	case 0xf2f52010: /* f2fs */
	case 0x01021994: /* tmpfs */
	case 0x858458f6: /* ramfs */
		return true;
	}
	return false;
}

static __always_inline bool content_current(const struct content *c, const struct content *now)
{
	return c->ctime_sec == now->ctime_sec && c->ctime_nsec == now->ctime_nsec &&
	       c->size == now->size;
}

/* What is known of it and settled, so that it was checked against the rules before; or NULL. */
static __always_inline struct content *content_kept(struct inode *inode)
{
	struct content now = {}, *kept;

	kept = bpf_inode_storage_get(&contents, inode, NULL, 0);
	if (!kept || !kept->settled || !content_keeps(inode))
		return NULL;
	content_stamp(&now, inode);
	return content_current(kept, &now) ? kept : NULL;
}

/* One number for a policy's rules of one generation. */
static __always_inline u64 rules_key(const struct view *v)
{
	return v->head->policy ^ v->generation * 0x9e3779b97f4a7c15ull;
}

/* Have these very rules been asked, and neither named the file nor its content? */
static __always_inline bool content_passed(struct inode *inode, const struct view *v)
{
	const struct content *kept = content_kept(inode);

	return kept && kept->passed == rules_key(v);
}

static __always_inline bool hashes_equal(const u8 a[32], const u8 b[32])
{
	bool equal = true;

	for (u32 i = 0; i < 32; i++)
		equal &= a[i] == b[i];
	return equal;
}

/* They have. Only for the content that was asked about, which may have been replaced meanwhile. */
static __always_inline void content_pass(struct inode *inode, const struct view *v,
					 const u8 sha256[32])
{
	struct content *kept = content_kept(inode);

	if (kept && hashes_equal(kept->sha256, sha256))
		kept->passed = rules_key(v);
}

/* The file's hash into sha256. Sleeps. False: it could not be computed. */
static __always_inline bool content_hash(struct file *file, u8 sha256[32])
{
	struct inode *inode = file->f_inode;
	struct content now = {}, *kept;

	if (!inode)
		return false;
	kept = content_kept(inode);
	if (kept) {
		__builtin_memcpy(sha256, kept->sha256, sizeof(kept->sha256));
		return true;
	}
	content_stamp(&now, inode);
	now.first_ns = bpf_ktime_get_boot_ns();
	kept = bpf_inode_storage_get(&contents, inode, NULL, 0);
	if (kept && content_current(kept, &now)) {
		now.settled = now.first_ns - kept->first_ns >= SETTLE_NS;
		now.first_ns = kept->first_ns;
	}
	if (bpf_ima_file_hash(file, now.sha256, sizeof(now.sha256)) != HASH_ALGO_SHA256)
		return false;
	count(COUNTER_HASHES);
	__builtin_memcpy(sha256, now.sha256, sizeof(now.sha256));
	if (content_keeps(inode)) {
		/* Replaced as a whole, so that nobody reads half of it. */
		bpf_inode_storage_delete(&contents, inode);
		bpf_inode_storage_get(&contents, inode, &now, BPF_LOCAL_STORAGE_GET_F_CREATE);
	}
	return true;
}

/* The hash, where it is known and settled. For who cannot sleep. */
static __always_inline bool content_known(struct inode *inode, u8 sha256[32])
{
	const struct content *kept = content_kept(inode);

	if (!kept)
		return false;
	__builtin_memcpy(sha256, kept->sha256, sizeof(kept->sha256));
	return true;
}

static __always_inline u32 rule_of_content(const struct view *v, const u8 sha256[32])
{
	struct rule_key key;

	rule_key_init(&key, v->head->policy, RULE_CONTENT);
	__builtin_memcpy(key.number, sha256, sizeof(key.number));
	return rule_find(v, &key);
}

/*
 * What the rules on files and on contents say of this one. Where they have said nothing before, and
 * both are as they were, they are not asked again. Sleeps.
 */
static __always_inline struct decision content_decide(const struct view *v, struct file *file)
{
	u32 flags = v->head->flags, rule;
	struct inode *inode = file->f_inode;
	u8 sha256[32];

	if (flags & POLICY_CONTENTS && content_passed(inode, v))
		return decide(REASON_NONE, RULE_NONE);
	if (flags & POLICY_FILES) {
		rule = rule_of_file(v, file);
		if (rule != RULE_NONE)
			return decide(REASON_BINARY, rule);
	}
	if (!(flags & POLICY_CONTENTS))
		return decide(REASON_NONE, RULE_NONE);
	if (!content_hash(file, sha256))
		return decide(REASON_UNREADABLE, v->head->rule_binary);
	rule = rule_of_content(v, sha256);
	if (rule != RULE_NONE)
		return decide(REASON_CONTENT, rule);
	content_pass(inode, v, sha256);
	return decide(REASON_NONE, RULE_NONE);
}

#endif
