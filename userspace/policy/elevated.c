// SPDX-License-Identifier: GPL-2.0-only
/*
 * May this sender have commands run outside of the sandbox?
 *
 * The older program compares an entry with everything that a message carries: the sender's name,
 * which anybody may choose, and the address the message went *to*. The newer one compares plain
 * entries with what the channel vouches for, and the rest only where the entry asks for it.
 */
#include "policy/elevated.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/cleanup.h"

static char *lower_trimmed(const char *text)
{
	size_t len = strlen(text);
	char *copy;

	while (len && isspace((unsigned char)*text))
		text++, len--;
	while (len && isspace((unsigned char)text[len - 1]))
		len--;
	copy = strndup(text, len);
	for (char *p = copy; p && *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

/* "telegram:123" and "user:123" mean 123. */
static const char *const address_prefixes[] = {
	"whatsapp:", "telegram:", "discord:",  "signal:",     "imessage:", "webchat:", "user:",
	"group:",    "slack:",    "internal:", "googlechat:", "sms:",      NULL};

static const char *without_prefix(const char *text)
{
	for (const char *const *p = address_prefixes; *p; p++)
		if (!strncmp(text, *p, strlen(*p)))
			return text + strlen(*p);
	return text;
}

/* "Bob Smith", "@bob" -> "bob-smith", "bob". */
static char *slug(const char *text)
{
	autobuf struct buf b = {0};

	buf_puts(&b, "");
	for (text += strspn(text, "@#"); *text; text++) {
		if (isalnum((unsigned char)*text))
			buf_putc(&b, *text);
		else if (b.len && b.data[b.len - 1] != '-')
			buf_putc(&b, '-');
	}
	while (b.len && b.data[b.len - 1] == '-')
		b.data[--b.len] = '\0';
	return buf_take(&b);
}

/* Is the entry this value, in any of the forms in which either may be written? */
static bool same_address(const char *entry, const char *value, bool slugs)
{
	autofree char *text = value ? lower_trimmed(value) : NULL, *a = NULL, *b = NULL;

	if (!text || !*text)
		return false;
	if (!strcmp(entry, text) || !strcmp(without_prefix(entry), without_prefix(text)))
		return true;
	if (!slugs)
		return false;
	a = slug(entry);
	b = slug(text);
	return a && b && *a && !strcmp(a, b);
}

static bool matches_anything(const char *entry, const struct sender *s)
{
	const char *const all[] = {s->name, s->username, s->tag, s->e164, s->id, s->from, s->to};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (same_address(entry, all[i], true))
			return true;
	return false;
}

static bool matches_typed(const char *entry, const struct sender *s)
{
	const struct {
		const char *type, *value;
		bool slugs;
	} types[] = {
		{"id:", s->id, false},
		{"from:", s->from, false},
		{"e164:", s->e164, false},
		{"name:", s->name, true},
		{"username:", s->username, true},
		{"tag:", s->tag, true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (!strncmp(entry, types[i].type, strlen(types[i].type)))
			return same_address(entry + strlen(types[i].type), types[i].value,
					    types[i].slugs);
	return same_address(entry, s->id, false) || same_address(entry, s->e164, false) ||
	       same_address(entry, s->from, false);
}

static bool list_admits(const struct dialect *d, const struct setting_list *list,
			const struct sender *sender)
{
	for (size_t i = 0; list && i < list->count; i++) {
		autofree char *entry = lower_trimmed(list->items[i].text);

		if (!entry || !*entry)
			continue;
		if (!strcmp(entry, "*"))
			return true;
		if (d->flags & DIALECT_SENDERS_TYPED ? matches_typed(entry, sender)
						     : matches_anything(entry, sender))
			return true;
	}
	return false;
}

static const struct setting_list *find_list(const struct entries *allow_from, const char *provider)
{
	const struct list_entry *e = entries_find(allow_from, provider, sizeof(*e));

	return e ? &e->list : NULL;
}

static int shut(struct elevated_answer *a, const char *name, const char *fmt, const char *what)
{
	struct elevated_gate *g = &a->gates[a->count];

	if (asprintf(&g->key, "%s%s", fmt, what) < 0) {
		g->key = NULL;
		return -ENOMEM;
	}
	g->name = name;
	a->count++;
	return 0;
}

static bool is_off(const struct setting *enabled)
{
	return enabled->key && !enabled->flag;
}

static int ask_enabled(const struct config *c, const struct dialect *d,
		       const struct agent_settings *agent, struct elevated_answer *ret)
{
	int r = 0;

	ret->enabled = true;
	if (is_off(&c->tools.elevated.enabled)) {
		ret->enabled = false;
		r = shut(ret, "enabled", "tools.elevated.enabled", "");
	}
	if (!r && agent && is_off(&agent->tools.elevated.enabled)) {
		ret->enabled = false;
		r = shut(ret, "enabled", d->agents_key, ".tools.elevated.enabled");
	}
	return r;
}

static int ask_senders(const struct config *c, const struct dialect *d,
		       const struct agent_settings *agent, const char *provider,
		       const struct sender *sender, struct elevated_answer *ret)
{
	const struct entries *own = agent ? &agent->tools.elevated.allow_from : NULL;
	autobuf struct buf key = {0};

	if (!list_admits(d, find_list(&c->tools.elevated.allow_from, provider), sender))
		return shut(ret, "allowFrom", "tools.elevated.allowFrom.", provider);
	if (!own || !own->key || list_admits(d, find_list(own, provider), sender))
		return 0;
	buf_printf(&key, ".tools.elevated.allowFrom.%s", provider);
	return key.data ? shut(ret, "allowFrom", d->agents_key, key.data) : -ENOMEM;
}

int elevated_ask(const struct config *c, const struct agent_settings *agent, const char *provider,
		 const struct sender *sender, struct elevated_answer *ret)
{
	const struct dialect *d = dialect_of(c);
	struct elevated_answer a autodestroy(elevated_clear) = {0};
	int r = ask_enabled(c, d, agent, &a);

	if (!r && a.enabled)
		r = *provider ? ask_senders(c, d, agent, provider, sender, &a)
			      : shut(&a, "provider", "ctx.Provider", "");
	if (r)
		return r;
	a.allowed = !a.count;
	*ret = a;
	a = (struct elevated_answer){0};
	return 0;
}

void elevated_clear(struct elevated_answer *a)
{
	for (size_t i = 0; i < a->count; i++)
		free(a->gates[i].key);
	*a = (struct elevated_answer){0};
}
