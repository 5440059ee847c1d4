/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A shell command line as the simple commands in it: which programs would it start?
 *
 * Nothing is run and nothing expanded. What cannot be told from the text alone (a substitution, a
 * redirection, a loop) makes the whole line "refused": no list of allowed programs is asked then.
 */
#ifndef CLAWBPF_POLICY_COMMAND_H
#define CLAWBPF_POLICY_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct command {
	char **argv; /* owned, NULL-ended; the quotes are gone */
	size_t argc, cap;
	bool assigns; /* NAME=value stands before it */
	bool expands; /* the shell makes something else of an argument: $HOME */
};

struct command_line {
	struct command *items; /* owned */
	size_t count, cap;
	const char *refused; /* static: what is in it that is not looked into; NULL: nothing */
};

/* As a shell reads it: pipes, lists, quotes, newlines. 0 or -ENOMEM. */
int command_line_read(const char *text, struct command_line *ret);
/*
 * As clawdbot reads one part of a line (see command_split_loosely): double quotes have no escapes
 * in them, and what is within them is not looked at. 0 or -ENOMEM.
 */
int command_line_read_loosely(const char *text, struct command_line *ret);
void command_line_clear(struct command_line *l);

/*
 * The parts of a line between `&&`, `||` and `;`, as clawdbot finds them. No parts: there is no
 * such operator, or nothing beside one. 0 or -ENOMEM.
 */
struct command_parts {
	char **items; /* owned */
	size_t count, cap;
};
int command_split_loosely(const char *text, struct command_parts *ret);
void command_parts_clear(struct command_parts *p);

/* For the readers. Both take over what they are given when they succeed. */
int command_add_word(struct command *c, char **word);
int command_line_add(struct command_line *l, struct command *c);
void command_clear(struct command *c);

#endif
