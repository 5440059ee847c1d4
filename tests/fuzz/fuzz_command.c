// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does any command line, or any pattern for elevated commands, crash what reads it, or let through
 * what it should not? The input is a line; its parts between line breaks are also a pattern and the
 * arguments it is asked about. What a line is taken for, written out with quotes around each word,
 * is taken for the same.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/command/argv_pattern.h"
#include "policy/command/command.h"
#include "util/buf.h"
#include "util/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARGS 16

/* In one piece: of several, with a star in one, the reader makes no name of a program. */
static void quote(struct buf *b, const char *word)
{
	char q = strchr(word, '\'') ? '"' : '\'';

	buf_putc(b, q);
	for (; *word; word++) {
		if (q == '"' && strchr("\\\"$`", *word))
			buf_putc(b, '\\');
		buf_putc(b, *word);
	}
	buf_putc(b, q);
	buf_putc(b, ' ');
}

static void check_same(const struct command_line *a, const struct command_line *b)
{
	assert(!b->refused && a->count == b->count);
	for (size_t i = 0; i < a->count; i++) {
		assert(a->items[i].argc == b->items[i].argc);
		for (size_t j = 0; j < a->items[i].argc; j++)
			assert(!strcmp(a->items[i].argv[j], b->items[i].argv[j]));
	}
}

static void try_line(const char *text)
{
	struct command_line line autodestroy(command_line_clear) = {0},
				 back autodestroy(command_line_clear) = {0};
	autobuf struct buf b = {0};
	bool plain = true;

	assert(!command_line_read(text, &line));
	for (size_t i = 0; i < line.count; i++) {
		const struct command *c = &line.items[i];

		plain &= c->argc && !c->assigns && !c->expands;
		assert(!c->argc || (c->argv && !c->argv[c->argc]));
		for (size_t j = 0; j < c->argc; j++) {
			quote(&b, c->argv[j]);
			/* refused wherever it stands */
			plain &= !strstr(c->argv[j], "\\\n") && !strstr(c->argv[j], "\\\r");
		}
		buf_puts(&b, ";");
	}
	if (line.refused || !plain || !line.count)
		return;
	assert(!command_line_read(b.data, &back));
	check_same(&line, &back);
}

static void try_loosely(const char *text)
{
	struct command_line line autodestroy(command_line_clear) = {0};
	struct command_parts parts autodestroy(command_parts_clear) = {0};

	assert(!command_line_read_loosely(text, &line));
	assert(!command_split_loosely(text, &parts));
	for (size_t i = 0; i < parts.count; i++)
		assert(parts.items[i] && strlen(parts.items[i]) <= strlen(text));
}

/* A word of the pattern, or nothing that a shell would act on. */
static bool may_pass(const char *pattern, const char *arg)
{
	size_t len = strlen(arg);

	for (const char *at = pattern; len && (at = strstr(at, arg)); at++) {
		if ((at == pattern || strchr(" \t", at[-1])) && strchr(" \t", at[len]))
			return true;
	}
	for (const char *a = arg; *a; a++)
		if (strchr(";&|<>$`\\\"'()\n\r\x1b", *a))
			return false;
	return true;
}

static void try_pattern(const char *pattern, char *const *argv)
{
	struct setting setting = {.text = (char *)pattern};
	const struct setting_list list = {.items = &setting, .count = 1};
	struct argv_match match;
	const char *problem = argv_pattern_problem(pattern);
	char program[64];

	argv_pattern_program(pattern, program, sizeof(program));
	argv_patterns_match(&list, argv, &match);
	assert(match.pattern ? match.pattern == &setting && !problem : match.why[0] != '\0');
	for (char *const *arg = argv + 1; match.pattern && *arg; arg++)
		assert(may_pass(pattern, *arg));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autofree char *text = strndup((const char *)data, size), *copy = strdup(text);
	char *argv[ARGS + 1] = {NULL}, *rest = copy, *pattern;
	size_t argc = 0;

	try_line(text);
	try_loosely(text);
	pattern = strsep(&rest, "\n");
	while (argc < ARGS && rest)
		argv[argc++] = strsep(&rest, "\n");
	if (argc)
		try_pattern(pattern, argv);
	return 0;
}
