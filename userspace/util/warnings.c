// SPDX-License-Identifier: GPL-2.0-only
/* What a person should know about an input that is accepted all the same. */
#include "util/warnings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "util/cleanup.h"

void warnings_add(struct warnings *w, struct pos pos, const char *fmt, ...)
{
	autofree char *text = NULL;
	struct warning *items;
	va_list ap;
	int n;

	if (!w)
		return;
	if (w->count >= WARNINGS_MAX) {
		w->dropped++;
		return;
	}
	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0) {
		text = NULL; /* left undefined */
		w->dropped++;
		return;
	}
	items = realloc(w->items, (w->count + 1) * sizeof(*items));
	if (!items) {
		w->dropped++;
		return;
	}
	w->items = items;
	w->items[w->count++] = (struct warning){.pos = pos, .text = TAKE_PTR(text)};
}

void warnings_free(struct warnings *w)
{
	for (size_t i = 0; i < w->count; i++)
		free(w->items[i].text);
	free(w->items);
	*w = (struct warnings){0};
}
