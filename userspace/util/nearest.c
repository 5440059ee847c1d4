// SPDX-License-Identifier: GPL-2.0-only
/* Which known name did they mean? */
#include "util/nearest.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#define WORD_MAX 64 /* a longer word is no slip of the hand */

static int same_letter(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Edits between two words: insert, delete, replace, swap neighbours. Both are at most WORD_MAX. */
static size_t edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t row[3][WORD_MAX + 1];
	size_t *before = row[0], *last = row[1], *now = row[2], *spare;

	for (size_t j = 0; j <= b_len; j++)
		last[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		now[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			now[j] = min3(last[j] + 1, now[j - 1] + 1,
				      last[j - 1] + !same_letter(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
			    same_letter(a[i - 2], b[j - 1]) && before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
		}
		spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[b_len];
}

const char *nearest_name(const char *word, const char *const *names, size_t count)
{
	size_t word_len = strlen(word), best = SIZE_MAX;
	const char *found = NULL;

	if (word_len > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(names[i]), distance;

		if (len > WORD_MAX)
			continue;
		distance = edit_distance(word, word_len, names[i], len);
		/* One edit in a short word, up to a third of a long one. */
		if (distance > (word_len + 2) / 3 || distance >= len || distance >= best)
			continue;
		best = distance;
		found = names[i];
	}
	return found;
}
