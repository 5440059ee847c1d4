// SPDX-License-Identifier: GPL-2.0-only
/* Where in a document we are: a chain of names and indexes, made into text only when it is needed.
 */
#include "config/path.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "util/buf.h"
#include "util/utf8.h"

/* A key longer than this is somebody's accident or attack; messages need not carry it whole. */
#define NAME_SHOWN 80

static bool name_is_plain(const char *name)
{
	size_t n = 0;

	for (; name[n]; n++)
		if (!isalnum((unsigned char)name[n]) && !strchr("_-$:*+@", name[n]))
			return false;
	return n && n <= NAME_SHOWN;
}

/* By hand: every value of a config has its key path made, and printf takes its time. */
static void add_index(struct buf *b, size_t index)
{
	char digits[24];
	size_t at = sizeof(digits);

	digits[--at] = ']';
	do
		digits[--at] = (char)('0' + index % 10);
	while (index /= 10);
	digits[--at] = '[';
	buf_add(b, digits + at, sizeof(digits) - at);
}

static void add_path(struct buf *b, const struct key_path *p)
{
	if (!p)
		return;
	add_path(b, p->up); /* as deep as the tables nest, not as deep as the text */
	if (!p->name) {
		add_index(b, p->index);
	} else if (name_is_plain(p->name)) {
		if (b->len)
			buf_putc(b, '.');
		buf_puts(b, p->name);
	} else {
		buf_putc(b, '[');
		utf8_quote(b, p->name, strlen(p->name), NAME_SHOWN);
		buf_putc(b, ']');
	}
}

char *key_path_text(const struct key_path *p)
{
	autobuf struct buf b = {0};

	add_path(&b, p);
	buf_puts(&b, "");
	return b.failed ? NULL : strdup(b.data); /* as long as it is: there are many of them */
}
