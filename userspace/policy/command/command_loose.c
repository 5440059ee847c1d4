// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does clawdbot read a command line?
 *
 * Not as a shell does. Within double quotes a backslash escapes nothing, so `"a\"` is whole; and
 * what stands within them is never looked at, so `"$(rm x)"` passes for a word.
 */
#include "policy/command/command.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/cleanup.h"

/* Where in the text are we? */
struct quoting {
	bool escaped;
	char quote; /* ' or " that is open; 0 */
};

/* One character on. Is it outside of all quotes, so that it may mean something to the shell? */
static bool quoting_step(struct quoting *q, char ch)
{
	if (q->escaped)
		q->escaped = false;
	else if (!q->quote && ch == '\\')
		q->escaped = true;
	else if (q->quote)
		q->quote = ch == q->quote ? '\0' : q->quote;
	else if (ch == '\'' || ch == '"')
		q->quote = ch;
	else
		return true;
	return false;
}

static char *trimmed_copy(const struct buf *b)
{
	const char *text = b->data ? b->data : "";
	size_t len = b->len;

	while (len && isspace((unsigned char)*text))
		text++, len--;
	while (len && isspace((unsigned char)text[len - 1]))
		len--;
	return strndup(text, len);
}

/* *ret_empty: there was nothing but blanks, and nothing was added. The buffer is empty again. */
static int parts_add(struct command_parts *p, struct buf *b, bool *ret_empty)
{
	autofree char *part = b->failed ? NULL : trimmed_copy(b);

	if (!part)
		return -ENOMEM;
	buf_free(b);
	*ret_empty = !*part;
	if (!*part)
		return 0;
	if (p->count == p->cap) {
		size_t more = p->cap ? p->cap * 2 : 4;
		char **grown = reallocarray(p->items, more, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		p->items = grown;
		p->cap = more;
	}
	p->items[p->count++] = TAKE_PTR(part);
	return 0;
}

static size_t operator_length(const char *at)
{
	if (!strncmp(at, "&&", 2) || !strncmp(at, "||", 2))
		return 2;
	return *at == ';';
}

int command_split_loosely(const char *text, struct command_parts *ret)
{
	struct command_parts p autodestroy(command_parts_clear) = {0};
	autobuf struct buf b = {0};
	struct quoting q = {0};
	bool found = false, hole = false, empty;
	int r = 0;

	for (; *text && !r; text++) {
		size_t n = quoting_step(&q, *text) ? operator_length(text) : 0;

		if (!n) {
			buf_putc(&b, *text);
			continue;
		}
		found = true;
		r = parts_add(&p, &b, &empty);
		hole = hole || empty;
		text += n - 1;
	}
	if (!r)
		r = parts_add(&p, &b, &empty);
	if (!r && found && !hole && !empty) {
		*ret = p;
		p = (struct command_parts){0};
	}
	return r;
}

/* What no part of a pipeline may have outside of quotes. */
static const char *refusal(const char *at)
{
	static const struct {
		const char *text, *what;
	} tokens[] = {
		{"||", "an operator without a command"},
		{"|&", "a pipe of errors"},
		{"&", "a command in the background"},
		{";", "an operator without a command"},
		{">", "a redirection"},
		{"<", "a redirection"},
		{"`", "a command substitution"},
		{"\n", "a newline"},
		{"\r", "a newline"},
		{"(", "a subshell"},
		{")", "a subshell"},
		{"$(", "a command substitution"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(tokens); i++)
		if (!strncmp(at, tokens[i].text, strlen(tokens[i].text)))
			return tokens[i].what;
	return NULL;
}

static int add_word(struct command *c, struct buf *b)
{
	autofree char *word = NULL;

	if (b->failed)
		return -ENOMEM;
	if (!b->len) /* empty quotes are no word there */
		return 0;
	word = buf_take(b);
	return word ? command_add_word(c, &word) : -ENOMEM;
}

static int read_words(const char *text, struct command *c)
{
	autobuf struct buf b = {0};
	struct quoting q = {0};
	int r = 0;

	for (; *text && !r; text++) {
		struct quoting before = q;
		bool plain = quoting_step(&q, *text);

		if (plain && isspace((unsigned char)*text))
			r = add_word(c, &b);
		else if (plain || before.escaped || (before.quote && q.quote))
			buf_putc(&b, *text);
	}
	return r ? r : add_word(c, &b);
}

/* The parts between pipes. A refusal is in *ret_refused. */
static int split_pipes(const char *text, struct command_parts *p, const char **ret_refused)
{
	autobuf struct buf b = {0};
	struct quoting q = {0};
	bool after_pipe = false, empty;
	int r = 0;

	for (; *text && !r; text++) {
		bool plain = quoting_step(&q, *text);

		*ret_refused = plain ? refusal(text) : NULL;
		if (*ret_refused)
			return 0;
		if (plain)
			after_pipe = *text == '|';
		if (plain && *text == '|')
			r = parts_add(p, &b, &empty);
		else
			buf_putc(&b, *text);
	}
	if (r || (r = parts_add(p, &b, &empty)))
		return r;
	/* A pipe right before a quote counts as one before nothing. */
	if (q.escaped || q.quote)
		*ret_refused = "an open quote";
	else if (after_pipe || !p->count)
		*ret_refused = p->count ? "a pipe without a command" : "no command";
	return 0;
}

int command_line_read_loosely(const char *text, struct command_line *ret)
{
	struct command_line l autodestroy(command_line_clear) = {0};
	struct command_parts p autodestroy(command_parts_clear) = {0};
	int r = split_pipes(text, &p, &l.refused);

	for (size_t i = 0; i < p.count && !r && !l.refused; i++) {
		struct command c autodestroy(command_clear) = {0};

		r = read_words(p.items[i], &c);
		if (!r && !c.argc)
			l.refused = "a part without words";
		else if (!r)
			r = command_line_add(&l, &c);
	}
	if (r)
		return r;
	*ret = l;
	l = (struct command_line){0};
	return 0;
}
