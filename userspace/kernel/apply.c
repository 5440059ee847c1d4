// SPDX-License-Identifier: GPL-2.0-only
/* How does a new image become the enforced one, and what does the enforced one hold? */
#include "kernel/apply.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/maps.h"
#include "kernel/ruleset.h"
#include "util/cleanup.h"
#include "util/seen.h"

/* Room for sessions that are added while this generation lasts. */
#define SESSIONS_AHEAD 4096

static int image_fill(const struct ruleset *set, int *ret_fd, struct err *err)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_NO_PREALLOC);
	autoclose int fd =
		bpf_map_create(BPF_MAP_TYPE_HASH, "claw_image", sizeof(struct rule_key),
			       sizeof(union rule_value), (u32)(set->count + SESSIONS_AHEAD), &opts);

	if (fd < 0)
		return err_errno(err, errno, "no map can be made for %zu rules", set->count);
	for (size_t i = 0; i < set->count; i++) {
		const struct ruleset_item *item = &set->items[i];

		if (bpf_map_update_elem(fd, &item->key, &item->value, BPF_NOEXIST) &&
		    errno != EEXIST)
			return err_errno(err, errno, "the rules cannot be stored");
	}
	*ret_fd = TAKE_FD(fd);
	return 0;
}

static int slot_write(int map, u64 generation, int inner, struct err *err)
{
	u32 slot = (u32)(generation % IMAGE_SLOTS);

	if (bpf_map_update_elem(map, &slot, &inner, BPF_ANY))
		return err_errno(err, errno, "the new policy cannot be put in place");
	return 0;
}

int image_apply(struct kernel *k, const struct image *image, const struct loaded *loaded,
		struct err *err)
{
	struct ruleset set autoruleset = {0};
	autoclose int rules = -1, text = -1;
	struct state state;
	int r;

	r = ruleset_build(k, image, &set, err);
	if (!r)
		r = image_fill(&set, &rules, err);
	if (!r)
		r = loaded_write(loaded, &text, err);
	if (!r)
		r = kernel_attach(k, set.needs, err);
	if (!r)
		r = state_read(k, &state, err);
	if (r)
		return r;
	/* Nobody reads this slot: execs that began with what was in it were cut off one load ago.
	 */
	state.generation++;
	r = slot_write(k->map[MAP_IMAGES], state.generation, rules, err);
	if (!r)
		r = slot_write(k->map[MAP_SOURCES], state.generation, text, err);
	/* This one write replaces the policy. */
	return r ? r : state_write(k, &state, err);
}

/* --- the enforced image ------------------------------------------------------------------------
 */

static int image_open(const struct kernel *k, int *ret_fd, struct err *err)
{
	struct state state;
	u32 slot, id;
	int fd, r = state_read(k, &state, err);

	if (r)
		return r;
	slot = (u32)(state.generation % IMAGE_SLOTS);
	if (bpf_map_lookup_elem(k->map[MAP_IMAGES], &slot, &id))
		return err_errno(err, errno, "the rules in the kernel cannot be found");
	fd = bpf_map_get_fd_by_id(id);
	if (fd < 0)
		return err_errno(err, errno, "the rules in the kernel cannot be opened");
	*ret_fd = fd;
	return 0;
}

int image_assign(struct kernel *k, u32 session, u64 policy, struct err *err)
{
	struct rule_key of_policy = {.policy = policy, .kind = RULE_POLICY};
	struct rule_key of_session = {.kind = RULE_SESSION};
	union rule_value head;
	autoclose int fd = -1;
	int r = image_open(k, &fd, err);

	if (r)
		return r;
	of_session.number[0] = session;
	if (bpf_map_lookup_elem(fd, &of_policy, &head))
		return err_errno(err, errno, "the policy is not in the kernel");
	if (!bpf_map_update_elem(fd, &of_session, &head, BPF_ANY))
		return 0;
	return err_errno(err, errno == E2BIG ? ENOSPC : errno,
			 "the session's policy cannot be stored");
}

int image_unassign(struct kernel *k, u32 session, struct err *err)
{
	struct rule_key key = {.kind = RULE_SESSION};
	autoclose int fd = -1;
	int r = image_open(k, &fd, err);

	if (r)
		return r;
	key.number[0] = session;
	if (bpf_map_delete_elem(fd, &key) && errno != ENOENT)
		return err_errno(err, errno, "the session's policy cannot be removed");
	return 0;
}

int image_head(const struct kernel *k, u32 session, struct policy_head *ret, struct err *err)
{
	struct rule_key key = {.kind = RULE_SESSION};
	union rule_value value;
	autoclose int fd = -1;
	int r = image_open(k, &fd, err);

	if (r)
		return r;
	key.number[0] = session;
	if (bpf_map_lookup_elem(fd, &key, &value))
		return err_errno(err, errno, "the session has no policy in the kernel");
	*ret = value.head;
	return 0;
}

static void count_rule(struct rule_counts *counts, u32 kind)
{
	switch (kind) {
	case RULE_FILE:
		counts->files++;
		break;
	case RULE_NAME:
		counts->names++;
		break;
	case RULE_PATH:
		counts->paths++;
		break;
	case RULE_CONTENT:
		counts->contents++;
		break;
	case RULE_BIND:
		counts->binds++;
		break;
	default:
		break; /* derived from one of these */
	}
}

/* The place of the policy in `all`, which gets one more when it is new. */
static int counts_place(struct rule_counts_list *all, struct seen *seen, u64 policy, size_t *ret)
{
	struct rule_counts *items;
	size_t cursor = 0;

	if (seen_next(seen, policy, &cursor, ret))
		return 0;
	items = reallocarray(all->items, all->count + 1, sizeof(*items));
	if (!items)
		return -ENOMEM;
	all->items = items;
	items[all->count] = (struct rule_counts){.policy = policy};
	*ret = all->count;
	return seen_add(seen, policy, all->count++);
}

int image_count(const struct kernel *k, struct rule_counts_list *ret, struct err *err)
{
	struct seen seen autodestroy(seen_clear) = {0};
	struct rule_key key, *last = NULL;
	autoclose int fd = -1;
	size_t place = 0;
	int r = image_open(k, &fd, err);

	if (r)
		return r;
	for (; !r && bpf_map_get_next_key(fd, last, &key) == 0; last = &key) {
		if (key.kind == RULE_SESSION)
			continue;
		r = counts_place(ret, &seen, key.policy, &place);
		if (!r)
			count_rule(&ret->items[place], key.kind);
	}
	return r ? err_set(err, ENOMEM, "out of memory") : 0;
}

const struct rule_counts *rule_counts_find(const struct rule_counts_list *all, u64 policy)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].policy == policy)
			return &all->items[i];
	return NULL;
}

void rule_counts_clear(struct rule_counts_list *all)
{
	free(all->items);
	*all = (struct rule_counts_list){0};
}

int image_size(const struct kernel *k, size_t *ret_rules, size_t *ret_policies, struct err *err)
{
	struct rule_key key, *last = NULL;
	size_t rules = 0, policies = 0;
	autoclose int fd = -1;
	int r = image_open(k, &fd, err);

	if (r)
		return r;
	while (bpf_map_get_next_key(fd, last, &key) == 0) {
		last = &key;
		if (key.kind == RULE_POLICY)
			policies++;
		else if (key.kind != RULE_SESSION)
			rules++;
	}
	*ret_rules = rules;
	*ret_policies = policies;
	return 0;
}
