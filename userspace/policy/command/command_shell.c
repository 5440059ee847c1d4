// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a shell read a command line?
 *
 * Only what starts programs plainly is read: words, quotes, pipes, lists, assignments. The rest of
 * the language (substitutions, redirections, compound commands) refuses the whole line.
 */
#include "policy/command/command.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/cleanup.h"

struct reader {
	const char *at;
	struct command_line *line;
};

struct word {
	struct buf text;   /* owned: without its quotes */
	const char *begin; /* as written */
	size_t pieces;     /* 1: all plain, or one quoted string */
	bool quoted;       /* one of them is quoted */
	bool expansion;    /* $x is in it */
};

static void word_clear(struct word *w)
{
	buf_free(&w->text);
}

static bool refuse(struct reader *r, const char *what)
{
	if (!r->line->refused)
		r->line->refused = what;
	return false;
}

/* --- words ---------------------------------------------------------------------------------- */

/* At a '$'. What begins here: an expansion, a substitution, or a plain dollar? */
static bool read_dollar(struct reader *r, struct word *w)
{
	const char *p = r->at + 1;

	if (*p == '(')
		return refuse(r, "a command substitution");
	if (*p == '{') {
		size_t n = strcspn(p, "}`(");

		if (p[n] != '}')
			return refuse(r, p[n] ? "a command substitution" : "an open quote");
		p += n + 1;
	} else if (isalpha((unsigned char)*p) || *p == '_') {
		while (isalnum((unsigned char)*p) || *p == '_')
			p++;
	} else if (*p && (isdigit((unsigned char)*p) || strchr("@*?#$!-", *p))) {
		p++;
	} else {
		buf_putc(&w->text, *r->at++);
		return true;
	}
	buf_add(&w->text, r->at, (size_t)(p - r->at));
	w->expansion = true;
	r->at = p;
	return true;
}

static bool read_single(struct reader *r, struct word *w)
{
	size_t n = strcspn(++r->at, "'");

	if (!r->at[n])
		return refuse(r, "an open quote");
	buf_add(&w->text, r->at, n);
	r->at += n + 1;
	return true;
}

static bool read_double(struct reader *r, struct word *w)
{
	for (r->at++; *r->at != '"';) {
		if (!*r->at)
			return refuse(r, "an open quote");
		if (*r->at == '`')
			return refuse(r, "a command substitution");
		if (*r->at == '$') {
			if (!read_dollar(r, w))
				return false;
			continue;
		}
		if (*r->at == '\\' && r->at[1] && strchr("\\\"$`", r->at[1]))
			r->at++;
		buf_putc(&w->text, *r->at++);
	}
	r->at++;
	return true;
}

/* $'a\tb': only the plain escapes are read. */
static bool read_ansi(struct reader *r, struct word *w)
{
	static const char escapes[] = "abefnrtv'\"\\?", meant[] = "\a\b\033\f\n\r\t\v'\"\\?";

	for (r->at += 2; *r->at != '\'';) {
		const char *e;

		if (!*r->at)
			return refuse(r, "an open quote");
		if (*r->at != '\\') {
			buf_putc(&w->text, *r->at++);
			continue;
		}
		e = r->at[1] ? strchr(escapes, r->at[1]) : NULL;
		if (!e)
			return refuse(r, "a character by its number");
		buf_putc(&w->text, meant[e - escapes]);
		r->at += 2;
	}
	r->at++;
	return true;
}

static bool ends_word(char ch)
{
	return !ch || strchr(" \t\r\n;|&", ch);
}

static bool read_plain(struct reader *r, struct word *w)
{
	while (!ends_word(*r->at) && !strchr("'\"", *r->at)) {
		if (strchr("<>", *r->at))
			return refuse(r, "a redirection");
		if (strchr("()", *r->at))
			return refuse(r, "a subshell");
		if (*r->at == '`')
			return refuse(r, "a command substitution");
		if (*r->at == '$') {
			if (r->at[1] == '\'' || r->at[1] == '"')
				return true;
			if (!read_dollar(r, w))
				return false;
			continue;
		}
		if (*r->at == '\\' && r->at[1])
			r->at++;
		buf_putc(&w->text, *r->at++);
	}
	return true;
}

static bool read_word(struct reader *r, struct word *w)
{
	bool ok = true;

	w->begin = r->at;
	buf_puts(&w->text, "");
	while (ok && !ends_word(*r->at)) {
		bool dollar = *r->at == '$';

		w->pieces++;
		if (*r->at == '\'') {
			w->quoted = true;
			ok = read_single(r, w);
		} else if (*r->at == '"' || (dollar && r->at[1] == '"')) {
			w->quoted = true;
			r->at += dollar;
			ok = read_double(r, w);
		} else if (dollar && r->at[1] == '\'') {
			w->quoted = true;
			ok = read_ansi(r, w);
		} else {
			ok = read_plain(r, w);
		}
	}
	return ok;
}

/* Would the shell look for files of that name, or make several words of it? */
static bool has_pattern(const char *p, const char *end)
{
	for (; p < end; p++) {
		const char *closed = NULL;

		if (*p == '\\') {
			p++;
			continue;
		}
		if (*p == '*' || *p == '?')
			return true;
		if (*p == '[' || *p == '{')
			closed = memchr(p, *p == '[' ? ']' : '}', (size_t)(end - p));
		if (closed && closed > p + 1)
			return true;
	}
	return false;
}

/* Is there something in it as written that looks like an expansion? */
static bool looks_expanded(const char *p, const char *end)
{
	for (; p < end; p++) {
		char next = p + 1 < end ? p[1] : '\0';

		if (*p == '`' || (strchr("<>", *p) && next == '('))
			return true;
		if (*p == '$' && next &&
		    (isalnum((unsigned char)next) || strchr("_@*?#$!-{(", next)))
			return true;
	}
	return false;
}

static bool is_dynamic(const struct reader *r, const struct word *w)
{
	return w->expansion || (!(w->quoted && w->pieces == 1) && has_pattern(w->begin, r->at));
}

static bool is_assignment(const struct word *w)
{
	const char *p = w->begin;

	if (!isalpha((unsigned char)*p) && *p != '_')
		return false;
	while (isalnum((unsigned char)*p) || *p == '_')
		p++;
	return *p == '=' || (*p == '+' && p[1] == '=');
}

/* --- commands ------------------------------------------------------------------------------- */

static const char *const reserved[] = {"if",    "then",     "elif", "else", "fi",     "for",
				       "while", "until",    "do",   "done", "case",   "esac",
				       "{",     "function", "}",    "in",   "select", "coproc"};

static bool is_reserved(const struct reader *r, const struct word *w)
{
	size_t len = (size_t)(r->at - w->begin);

	for (size_t i = 0; i < ARRAY_SIZE(reserved); i++)
		if (strlen(reserved[i]) == len && !memcmp(reserved[i], w->begin, len))
			return true;
	return false;
}

static void skip_blanks(struct reader *r)
{
	r->at += strspn(r->at, " \t\r");
	if (*r->at == '#')
		r->at += strcspn(r->at, "\n");
}

/* The first word of a command, once the assignments before it are over. */
static bool name_is_plain(struct reader *r, const struct word *w)
{
	if (is_reserved(r, w))
		return refuse(r, "a compound command");
	if (is_dynamic(r, w) || !w->text.len)
		return refuse(r, "a program whose name the shell makes");
	return true;
}

static int read_command(struct reader *r)
{
	struct command c autodestroy(command_clear) = {0};
	int ret = 0;

	while (!ret) {
		struct word w autodestroy(word_clear) = {0};
		autofree char *text = NULL;

		skip_blanks(r);
		if (ends_word(*r->at))
			break;
		if (!read_word(r, &w))
			return 0;
		if (w.text.failed)
			return -ENOMEM;
		if (!c.argc && is_assignment(&w)) {
			c.assigns = true;
			continue;
		}
		if (!c.argc && !name_is_plain(r, &w))
			return 0;
		if (is_dynamic(r, &w) && looks_expanded(w.begin, r->at))
			c.expands = true;
		text = buf_take(&w.text);
		ret = text ? command_add_word(&c, &text) : -ENOMEM;
	}
	return ret || !c.argc ? ret : command_line_add(r->line, &c);
}

static size_t connector_length(const char *at)
{
	if (!strncmp(at, "&&", 2) || !strncmp(at, "||", 2) || !strncmp(at, "|&", 2))
		return 2;
	return *at == '|';
}

static int read_list(struct reader *r)
{
	bool have = false, need = false; /* a command before; a command after an operator */
	int ret = 0;

	while (!ret && !r->line->refused) {
		size_t n;

		skip_blanks(r);
		n = connector_length(r->at);
		if (!*r->at) {
			if (need)
				refuse(r, "an operator without a command");
			break;
		}
		if (*r->at == '\n') {
			have = false;
			r->at++;
		} else if (n || *r->at == ';') {
			if (!have)
				refuse(r, "an operator without a command");
			need = n;
			have = false;
			r->at += n ? n : 1;
		} else if (*r->at == '&') {
			refuse(r, "a command in the background");
		} else if (!strncmp(r->at, "! ", 2)) {
			r->at += 2;
		} else {
			ret = read_command(r);
			have = true;
			need = false;
		}
	}
	return ret;
}

int command_line_read(const char *text, struct command_line *ret)
{
	struct command_line l autodestroy(command_line_clear) = {0};
	struct reader r = {.at = text, .line = &l};
	int ret_code = 0;

	if (strstr(text, "\\\n") || strstr(text, "\\\r"))
		l.refused = "a line that goes on in the next";
	else
		ret_code = read_list(&r);
	if (ret_code)
		return ret_code;
	if (!l.refused && !l.count)
		l.refused = "no command";
	*ret = l;
	l = (struct command_line){0};
	return 0;
}
