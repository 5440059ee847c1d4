// SPDX-License-Identifier: GPL-2.0-only
/* How commands and their words are kept. */
#include "policy/command/command.h"

#include <errno.h>
#include <stdlib.h>

#include "util/cleanup.h"

int command_add_word(struct command *c, char **word)
{
	if (c->argc + 2 > c->cap) {
		size_t more = c->cap ? c->cap * 2 : 8;
		char **grown = reallocarray(c->argv, more, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		c->argv = grown;
		c->cap = more;
	}
	c->argv[c->argc++] = TAKE_PTR(*word);
	c->argv[c->argc] = NULL;
	return 0;
}

int command_line_add(struct command_line *l, struct command *c)
{
	if (l->count == l->cap) {
		size_t more = l->cap ? l->cap * 2 : 4;
		struct command *grown = reallocarray(l->items, more, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		l->items = grown;
		l->cap = more;
	}
	l->items[l->count++] = *c;
	*c = (struct command){0};
	return 0;
}

void command_clear(struct command *c)
{
	for (size_t i = 0; i < c->argc; i++)
		free(c->argv[i]);
	free(c->argv);
	*c = (struct command){0};
}

void command_line_clear(struct command_line *l)
{
	for (size_t i = 0; i < l->count; i++)
		command_clear(&l->items[i]);
	free(l->items);
	*l = (struct command_line){0};
}

void command_parts_clear(struct command_parts *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->items[i]);
	free(p->items);
	*p = (struct command_parts){0};
}
