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
	if (!*name || strlen(name) > NAME_SHOWN)
		return false;
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("_-$:*+@", *p))
			return false;
	return true;
}

static void add_path(struct buf *b, const struct key_path *p)
{
	if (!p)
		return;
	add_path(b, p->up); /* as deep as the tables nest, not as deep as the text */
	if (!p->name) {
		buf_printf(b, "[%zu]", p->index);
	} else if (name_is_plain(p->name)) {
		buf_printf(b, "%s%s", b->len ? "." : "", p->name);
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
	return buf_take(&b);
}
