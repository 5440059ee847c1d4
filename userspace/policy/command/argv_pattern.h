/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tools.elevated.patterns: which commands may leave the sandbox? A pattern is matched word by word
 * against the arguments that are executed, never against a line that some shell would read again.
 *
 * The first word names the program, literally. Further words are literal; a `*` in one stands for
 * any run of plain characters of that one argument. A `*` that is the last word stands for all the
 * arguments that are left, none too. No `*` stands for an option, unless it is one of those that
 * are known to start nothing (argv_options.c): others have to stand in the pattern.
 */
#ifndef CLAWBPF_POLICY_ARGV_PATTERN_H
#define CLAWBPF_POLICY_ARGV_PATTERN_H

#include "config/config.h"

struct argv_match {
	const struct setting *pattern; /* borrowed; NULL: none matches */
	char why[256];                 /* then: what kept the nearest one from it */
};

/* argv is NULL-ended and has at least one word. */
void argv_patterns_match(const struct setting_list *patterns, char *const *argv,
			 struct argv_match *ret);
/* The program that a pattern is for: its first word, cut to fit. */
void argv_pattern_program(const char *pattern, char *ret, size_t size);
/* What is wrong with a pattern, so that it matches nothing or not what it seems to. NULL: nothing.
 * Static. */
const char *argv_pattern_problem(const char *pattern);

/* What whoever wrote a pattern that lets commands out may not have thought of. NULL: nothing.
 * Static. */
const char *argv_pattern_note(const char *pattern);

/* Is it an option of that program, for its first argument, which starts and loads nothing? */
bool argv_option_is_harmless(const char *program, const char *command, const char *option);

#endif
