// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does an entry of allowFrom mean the person who wrote a message?
 *
 * The older program compares an entry with the sender's name, which anybody may choose, with where
 * the message came from and with the address it went *to*, but not with the sender's id. The newer
 * one compares plain entries with what the channel vouches for, and the rest only where the entry
 * asks for it.
 */
#include "policy/tools/sender_match.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/buf.h"
#include "util/cleanup.h"
#include "util/fold.h"
#include "util/unicode.h"
#include "util/utf8.h"

/* The forms in which one may be written. */
#define TOKENS_MAX 32

struct tokens {
	char *items[TOKENS_MAX]; /* owned */
	size_t count;
};

static void tokens_clear(struct tokens *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->items[i]);
	*t = (struct tokens){0};
}

/* Takes the text over. What cannot be kept is not compared: it admits nobody. */
static void add_owned(struct tokens *t, char *text)
{
	if (text && *text && t->count < TOKENS_MAX)
		t->items[t->count++] = text;
	else
		free(text);
}

static bool share_one(const struct tokens *a, const struct tokens *b)
{
	for (size_t i = 0; i < a->count; i++)
		for (size_t n = 0; n < b->count; n++)
			if (!strcmp(a->items[i], b->items[n]))
				return true;
	return false;
}

static bool is_slug_char(const struct dialect *d, unsigned int c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
	return d->flags & DIALECT_SENDERS_TYPED &&
	       (unicode_is_id_start(c) || unicode_is_id_continue(c));
}

/* "Bob Smith", "@bob" -> "bob-smith", "bob". */
static char *slug(const struct dialect *d, const char *text)
{
	autofree char *lower = text_fold(text);
	autobuf struct buf b = {0};
	size_t len = lower ? strlen(lower) : 0;
	unsigned int c;

	buf_puts(&b, "");
	for (size_t i = lower ? strspn(lower, "@#") : 0; i < len;) {
		int n = utf8_decode(lower + i, len - i, &c);

		if (n && is_slug_char(d, c))
			buf_add(&b, lower + i, (size_t)n);
		else if (b.len && b.data[b.len - 1] != '-')
			buf_putc(&b, '-');
		i += n ? (size_t)n : 1;
	}
	while (b.len && b.data[b.len - 1] == '-')
		b.data[--b.len] = '\0';
	return buf_take(&b);
}

/* "telegram:123" and "user:123" mean 123. */
static const char *without_prefix(const struct dialect *d, const char *text)
{
	static const char *const words[] = {"webchat", "user", "group", "channel", NULL};
	const char *const *lists[] = {d->chat_channels, words};

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		for (const char *const *w = lists[i]; w && *w; w++)
			if (!strncasecmp(text, *w, strlen(*w)) && text[strlen(*w)] == ':')
				return text + strlen(*w) + 1;
	return text;
}

enum forms { FORM_PLAIN = 0, FORM_STRIPPED = 1, FORM_SLUG = 2 };

/* As it is, in lower case, and what else is asked for. */
static void add(struct tokens *t, const struct dialect *d, const char *value, enum forms forms)
{
	autofree char *text = text_trimmed(value);
	const char *bare = text ? without_prefix(d, text) : NULL;

	if (!text || !*text)
		return;
	add_owned(t, strdup(text));
	add_owned(t, text_fold(text));
	if (forms & FORM_SLUG)
		add_owned(t, slug(d, text));
	if (forms & FORM_STRIPPED && bare != text)
		add(t, d, bare, forms & FORM_SLUG);
}

/* --- the older program ---------------------------------------------------------------------- */

static void fill_all(struct tokens *t, const struct dialect *d, const struct sender *s)
{
	add(t, d, s->name, FORM_SLUG);
	add(t, d, s->username, FORM_SLUG);
	add(t, d, s->tag, FORM_SLUG);
	add(t, d, s->e164, FORM_SLUG);
	add(t, d, s->from, FORM_STRIPPED | FORM_SLUG);
	add(t, d, s->to, FORM_STRIPPED | FORM_SLUG);
}

static bool matches_anything(const struct dialect *d, const char *entry, const struct sender *s)
{
	struct tokens all autodestroy(tokens_clear) = {0}, one autodestroy(tokens_clear) = {0};

	fill_all(&all, d, s);
	add_owned(&one, text_trimmed(entry));
	add(&one, d, one.count ? without_prefix(d, one.items[0]) : NULL, FORM_SLUG);
	return share_one(&one, &all);
}

/* --- the newer one -------------------------------------------------------------------------- */

/* A group's or a room's address is nobody's. */
static bool is_person(const struct sender *s)
{
	static const char *const words[] = {
		"channel:", "group:", "thread:", "topic:", "room:", "space:", "spaces:"};
	autofree char *from = text_fold(s->from), *type = text_fold(s->chat_type);

	if (!from || !type || (*type && strcmp(type, "direct") != 0) ||
	    !strncmp(from, "chat_id:", 8))
		return false;
	for (const char *p = from; *p; p += strcspn(p, ":"), p += *p == ':')
		for (size_t i = 0; i < ARRAY_SIZE(words); i++)
			if (!strncmp(p, words[i], strlen(words[i])))
				return false;
	return true;
}

enum field { FIELD_ID, FIELD_FROM, FIELD_E164, FIELD_NAME, FIELD_USERNAME, FIELD_TAG, FIELD_ANY };

static const char *const field_words[] = {"id", "from", "e164", "name", "username", "tag"};

static void fill_field(struct tokens *t, const struct dialect *d, const struct sender *s,
		       enum field f)
{
	if (f == FIELD_ID || f == FIELD_ANY)
		add(t, d, s->id, FORM_STRIPPED);
	if ((f == FIELD_FROM || f == FIELD_ANY) && is_person(s))
		add(t, d, s->from, FORM_STRIPPED);
	if (f == FIELD_E164 || f == FIELD_ANY)
		add(t, d, s->e164, FORM_PLAIN);
	if (f == FIELD_NAME)
		add(t, d, s->name, FORM_SLUG);
	if (f == FIELD_USERNAME)
		add(t, d, s->username, FORM_SLUG);
	if (f == FIELD_TAG)
		add(t, d, s->tag, FORM_SLUG);
}

/* "name:Bob" asks for the name; what has no such word, or nothing behind it, is any address. */
static enum field field_of(const char **entry)
{
	const char *colon = strchr(*entry, ':'), *value = colon ? colon + 1 : NULL;
	size_t len = value ? strlen(value) : 0, head = colon ? (size_t)(colon - *entry) : 0;
	const char *word = *entry;

	text_trim(&word, &head);
	if (value)
		text_trim(&value, &len);
	for (size_t i = 0; len && i < ARRAY_SIZE(field_words); i++)
		if (strlen(field_words[i]) == head && !strncasecmp(word, field_words[i], head)) {
			*entry = value;
			return (enum field)i;
		}
	return FIELD_ANY;
}

static bool matches_typed(const struct dialect *d, const char *entry, const struct sender *s)
{
	struct tokens all autodestroy(tokens_clear) = {0}, one autodestroy(tokens_clear) = {0};
	enum field f = field_of(&entry);
	enum forms forms = FORM_STRIPPED;

	if (f == FIELD_E164)
		forms = FORM_PLAIN;
	else if (f >= FIELD_NAME && f != FIELD_ANY)
		forms = FORM_SLUG;
	fill_field(&all, d, s, f);
	add(&one, d, entry, forms);
	return share_one(&one, &all);
}

bool sender_list_admits(const struct dialect *d, const struct setting_list *list,
			const struct sender *sender)
{
	for (size_t i = 0; list && i < list->count; i++) {
		autofree char *entry = text_trimmed(list->items[i].text);

		if (!entry || !*entry)
			continue;
		if (!strcmp(entry, "*") ||
		    (d->flags & DIALECT_SENDERS_TYPED ? matches_typed(d, entry, sender)
						      : matches_anything(d, entry, sender)))
			return true;
	}
	return false;
}
