/* SPDX-License-Identifier: GPL-2.0-only */
/* Fixed-width types for what the BPF programs and user space both compile. */
#ifndef CLAWBPF_ABI_TYPES_H
#define CLAWBPF_ABI_TYPES_H

#include <linux/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;

/* Raised whenever a struct in include/abi changes: pins of another version are not adopted. */
#define CLAW_ABI_VERSION 8

#define ABI_ASSERT_SIZE(type, size) _Static_assert(sizeof(type) == (size), #type " changed size")

#endif
