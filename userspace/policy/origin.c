// SPDX-License-Identifier: GPL-2.0-only
/* Where does a decision come from? */
#include "policy/origin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct source source_of_setting(const struct setting *s, const char *layer)
{
	return (struct source){.layer = layer, .key = s->key, .pos = s->pos, .text = s->text};
}

struct source source_of_list(const struct setting_list *l, const char *layer)
{
	return (struct source){.layer = layer, .key = l->key, .pos = l->pos};
}

struct source source_of_default(const char *key, const char *layer)
{
	return (struct source){.layer = layer, .key = key};
}

int origin_copy(struct origin *ret, const struct source *s)
{
	struct origin o = {.pos = s->pos};

	o.key = s->key ? strdup(s->key) : NULL;
	o.text = s->text ? strdup(s->text) : NULL;
	if ((s->key && !o.key) || (s->text && !o.text)) {
		origin_clear(&o);
		return -ENOMEM;
	}
	*ret = o;
	return 0;
}

void origin_clear(struct origin *o)
{
	free(o->key);
	free(o->text);
	*o = (struct origin){0};
}
