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
		c->ctime_sec = BPF_CORE_READ(i611, i_ctime_sec);
		c->ctime_nsec = BPF_CORE_READ(i611, i_ctime_nsec);
	} else if (bpf_core_field_exists(i66->__i_ctime)) {
		c->ctime_sec = BPF_CORE_READ(i66, __i_ctime.tv_sec);
		c->ctime_nsec = BPF_CORE_READ(i66, __i_ctime.tv_nsec);
	} else {
		c->ctime_sec = BPF_CORE_READ(i61, i_ctime.tv_sec);
		c->ctime_nsec = BPF_CORE_READ(i61, i_ctime.tv_nsec);
	}
	c->size = BPF_CORE_READ(inode, i_size);
}

/*
 * File systems whose change time moves with every change of content. Elsewhere (overlay, FUSE,
 * network) the content can change behind the inode's back, and nothing is kept.
 */
static __always_inline bool content_keeps(struct inode *inode)
{
	if (BPF_CORE_READ(inode, i_writecount.counter) > 0)
		return false;
	switch (BPF_CORE_READ(inode, i_sb, s_magic)) {
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

/* The file's hash into sha256. Sleeps. False: it could not be computed. */
static __always_inline bool content_hash(struct file *file, u8 sha256[32])
{
	struct inode *inode = file->f_inode;
	struct content now = {}, *kept;

	if (!inode)
		return false;
	content_stamp(&now, inode);
	now.first_ns = bpf_ktime_get_boot_ns();
	kept = bpf_inode_storage_get(&contents, inode, NULL, 0);
	if (kept && content_current(kept, &now)) {
		if (kept->settled && content_keeps(inode)) {
			__builtin_memcpy(sha256, kept->sha256, sizeof(now.sha256));
			return true;
		}
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

/* Is this inode's hash known and settled, so that it was checked against the rules before? */
static __always_inline bool content_known(struct inode *inode, u8 sha256[32])
{
	struct content now = {}, *kept;

	kept = bpf_inode_storage_get(&contents, inode, NULL, 0);
	if (!kept || !kept->settled || !content_keeps(inode))
		return false;
	content_stamp(&now, inode);
	if (!content_current(kept, &now))
		return false;
	__builtin_memcpy(sha256, kept->sha256, sizeof(now.sha256));
	return true;
}

static __always_inline u32 rule_of_content(const struct view *v, const u8 sha256[32])
{
	struct rule_key key;

	rule_key_init(&key, v->head->policy, RULE_CONTENT);
	__builtin_memcpy(key.sha256, sha256, sizeof(key.sha256));
	return rule_find(v, &key);
}

#endif
