// SPDX-License-Identifier: GPL-2.0-only
/* Is a word one slip of the hand from another? */
#include "config/slip.h"

#include <string.h>
#include <strings.h>

bool is_slip_of(const char *word, const char *name)
{
	size_t w = strlen(word), n = strlen(name), i = 0;

	while (word[i] && name[i] && !strncasecmp(word + i, name + i, 1))
		i++;
	if (w == n + 1)
		return !strcasecmp(word + i + 1, name + i);
	if (n == w + 1)
		return !strcasecmp(word + i, name + i + 1);
	if (w != n)
		return false;
	if (i == w || !strcasecmp(word + i + 1, name + i + 1))
		return true;
	return !strncasecmp(word + i, name + i + 1, 1) && !strncasecmp(word + i + 1, name + i, 1) &&
	       !strcasecmp(word + i + 2, name + i + 2);
}
