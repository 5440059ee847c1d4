/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where in a growing array is the item of that hash? So that looking for equal ones takes no longer
 * the more there are.
 *
 *	size_t cursor = 0, place;
 *	while (seen_next(&s, hash, &cursor, &place))
 *		if (equal(&items[place], item))
 *			return place;
 *	r = seen_add(&s, hash, count);
 */
#ifndef CLAWBPF_UTIL_SEEN_H
#define CLAWBPF_UTIL_SEEN_H

#include <stdbool.h>
#include <stddef.h>

/* Start with {0}. */
struct seen {
	struct seen_slot *slots; /* owned */
	size_t size, used;
};

/* The next place that was added with that hash. Start with *cursor = 0. */
bool seen_next(const struct seen *s, unsigned long long hash, size_t *cursor, size_t *ret_place);
/* 0 or -ENOMEM. */
int seen_add(struct seen *s, unsigned long long hash, size_t place);
void seen_clear(struct seen *s);

/* Of a text, to be gone on with: start with SEEN_START. */
#define SEEN_START 0xcbf29ce484222325ull
unsigned long long seen_hash(unsigned long long hash, const char *text);

#endif
