/* SPDX-License-Identifier: GPL-2.0-only */
/* Every map, with its key and value. They are pinned by user space under /sys/fs/bpf/clawbpf/maps.
 */
#ifndef CLAWBPF_BPF_MAPS_H
#define CLAWBPF_BPF_MAPS_H

#include "lib/kernel.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "abi/approval.h"
#include "abi/event.h"
#include "abi/policy.h"

/* 0 -> struct state */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct state);
} state __weak SEC(".maps");

/* 0 -> struct alerts: what the kernel side has to remember about itself. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct alerts);
} alerts __weak SEC(".maps");

/* enum counter -> how much of it is in the audit log already. No program uses it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, COUNTER_COUNT);
	__type(key, u32);
	__type(value, u64);
} told __weak SEC(".maps");

/* The rules of one generation. The size given here is that of the empty first one; user space makes
 * each further one as large as it needs. */
struct image_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(key_size, sizeof(struct rule_key));
	__uint(value_size, sizeof(union rule_value));
};

/* generation % IMAGE_SLOTS -> image */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, IMAGE_SLOTS);
	__type(key, u32);
	__array(values, struct image_map);
} images __weak SEC(".maps");

/* generation % IMAGE_SLOTS -> the config text and origins that the image was made from, in chunks.
 * No program reads it: it is here so that it lives, and is replaced, together with the image. */
#define SOURCE_CHUNK 4096

struct source_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_INNER_MAP);
	__uint(key_size, sizeof(u32));
	__uint(value_size, SOURCE_CHUNK);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, IMAGE_SLOTS);
	__type(key, u32);
	__array(values, struct source_map);
} sources __weak SEC(".maps");

/* session id -> struct session */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SESSIONS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, u32);
	__type(value, struct session);
} sessions __weak SEC(".maps");

/* a session's key -> its id. No program uses it. Some room is for keys that lead to nothing any
 * more, since somebody was killed. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SESSIONS_MAX + 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct session_name);
	__type(value, u32);
} session_ids __weak SEC(".maps");

/* session id -> struct session_counts; 0 is the self-test's */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SESSIONS_MAX + 1);
	__type(key, u32);
	__type(value, struct session_counts);
} session_counts __weak SEC(".maps");

/* cgroup id -> struct cgroup_entry */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, CGROUPS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, u64);
	__type(value, struct cgroup_entry);
} cgroups __weak SEC(".maps");

/* container id -> struct container */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, CONTAINERS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct container_id);
	__type(value, struct container);
} containers __weak SEC(".maps");

/* struct call records, for the agent */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 << 10);
} calls __weak SEC(".maps");

/* task -> struct label */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct label);
} labels __weak SEC(".maps");

/* 0 -> what whoever's label cannot be stored is judged by. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct label);
} stand_in __weak SEC(".maps");

/* approval id -> struct approval. No program uses it. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, APPROVALS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, u64);
	__type(value, struct approval);
} approvals __weak SEC(".maps");

/* enum claw_hook -> struct hook_stats */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, HOOK_COUNT);
	__type(key, u32);
	__type(value, struct hook_stats);
} hook_stats __weak SEC(".maps");

/* enum counter -> count */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, COUNTER_COUNT);
	__type(key, u32);
	__type(value, u64);
} counters __weak SEC(".maps");

/* struct event records, for whoever drains it */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, EVENTS_SIZE);
} events __weak SEC(".maps");

static __always_inline void count(enum counter which)
{
	u32 key = which;
	u64 *value = bpf_map_lookup_elem(&counters, &key);

	if (value) /* another program may come in between, on the same processor */
		__sync_fetch_and_add(value, 1);
}

static __always_inline void call_agent(u64 cgroup, u32 held)
{
	struct call call = {.cgroup = cgroup, .held = held};

	if (bpf_ringbuf_output(&calls, &call, sizeof(call), 0))
		count(COUNTER_UNASKED); /* it looks for itself from time to time */
}

/* Do the first len bytes (a constant, at most 16) of kernel memory equal those of the literal? */
static __always_inline bool kernel_bytes_equal(const void *bytes, const char *literal, u32 len)
{
	char copy[16] = {};
	bool equal = true;

	bpf_probe_read_kernel(copy, len, bytes);
	for (u32 i = 0; i < len; i++)
		equal &= copy[i] == literal[i];
	return equal;
}

#endif
