// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which entry of byProvider speaks of a model?
 *
 * Names are compared in lower case, without the space around them. Where several entries have the
 * same name then, one program takes the last, the other the first that was written so already.
 */
#include "policy/key/providers.h"

#include <string.h>

#include "util/buf.h"
#include "util/cleanup.h"
#include "util/fold.h"

/* "OpenAI /gpt" as "openai/gpt"; a slash with nothing behind it goes. */
static char *fold(const struct dialect *d, const char *name)
{
	autofree char *text = text_fold(name), *provider = NULL;
	const char *slash = text ? strchr(text, '/') : NULL;
	autobuf struct buf b = {0};

	if (!slash || slash == text || d->flags & DIALECT_PROVIDER_LAST)
		return TAKE_PTR(text);
	provider = strndup(text, (size_t)(slash - text));
	if (!provider)
		return NULL;
	{
		autofree char *trimmed = text_trimmed(provider);

		if (!trimmed)
			return NULL;
		buf_puts(&b, trimmed);
	}
	if (slash[1])
		buf_puts(&b, slash);
	return buf_take(&b);
}

static const struct tool_layer *find(const struct dialect *d, const struct entries *e,
				     const char *wanted)
{
	const struct tool_layer_entry *items = e->items;
	const struct tool_layer *found = NULL;
	bool last = d->flags & DIALECT_PROVIDER_LAST, plain = false;

	for (size_t i = 0; i < e->count; i++) {
		autofree char *written = text_fold(items[i].entry.name);
		autofree char *name = fold(d, items[i].entry.name);
		bool canonical = written && name && !strcmp(written, name);

		if (!name || strcmp(name, wanted) != 0)
			continue;
		if (!found || last || (canonical && !plain)) {
			found = &items[i].layer;
			plain = canonical;
		}
	}
	return found;
}

const struct tool_layer *provider_layer_find(const struct dialect *d,
					     const struct entries *by_provider,
					     const char *provider)
{
	const char *slash = strchr(provider, '/');
	autofree char *whole = fold(d, provider), *head = NULL, *model = NULL;
	const struct tool_layer *found;

	if (!by_provider->count || !whole || !*whole)
		return NULL;
	if (slash && strchr(slash + 1, '/') && d->flags & DIALECT_PROVIDER_LAST)
		model = text_fold(slash + 1);
	found = find(d, by_provider, model ? model : whole);
	if (found || !slash)
		return found;
	head = strndup(provider, (size_t)(slash - provider));
	if (head) {
		autofree char *name = text_fold(head);

		return name && *name ? find(d, by_provider, name) : NULL;
	}
	return NULL;
}
