// SPDX-License-Identifier: GPL-2.0-only
/* Where in a growing array is the item of that hash? */
#include "util/seen.h"

#include <errno.h>
#include <stdlib.h>

struct seen_slot {
	unsigned long long hash;
	size_t place; /* from 1; 0: the slot is free */
};

unsigned long long seen_hash(unsigned long long hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3ull;
	return (hash ^ 0xff) * 0x100000001b3ull; /* where it ends counts */
}

/* The low bits of such a hash are poor. */
static size_t slot_of(const struct seen *s, unsigned long long hash, size_t step)
{
	return (size_t)((hash ^ (hash >> 29)) + step) & (s->size - 1);
}

bool seen_next(const struct seen *s, unsigned long long hash, size_t *cursor, size_t *ret_place)
{
	while (s->size && *cursor < s->size) {
		const struct seen_slot *slot = &s->slots[slot_of(s, hash, (*cursor)++)];

		if (!slot->place)
			return false;
		if (slot->hash == hash) {
			*ret_place = slot->place - 1;
			return true;
		}
	}
	return false;
}

static void put(struct seen *s, struct seen_slot item)
{
	size_t step = 0;

	while (s->slots[slot_of(s, item.hash, step)].place)
		step++;
	s->slots[slot_of(s, item.hash, step)] = item;
	s->used++;
}

int seen_add(struct seen *s, unsigned long long hash, size_t place)
{
	if ((s->used + 1) * 2 > s->size) {
		struct seen more = {.size = s->size ? s->size * 2 : 64};

		more.slots = calloc(more.size, sizeof(*more.slots));
		if (!more.slots)
			return -ENOMEM;
		for (size_t i = 0; i < s->size; i++)
			if (s->slots[i].place)
				put(&more, s->slots[i]);
		free(s->slots);
		*s = more;
	}
	put(s, (struct seen_slot){.hash = hash, .place = place + 1});
	return 0;
}

void seen_clear(struct seen *s)
{
	free(s->slots);
	*s = (struct seen){0};
}
