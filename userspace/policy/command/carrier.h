/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * `env`, `timeout 5`, `nohup`, `command`: programs that start another one. Which one does an
 * allowlist have to judge?
 */
#ifndef CLAWBPF_POLICY_CARRIER_H
#define CLAWBPF_POLICY_CARRIER_H

#include <stdbool.h>
#include <stddef.h>

/* Of a command's words: those from `first` on are the program that counts, with its arguments. */
struct carried {
	size_t first;
	const char *never; /* static: why no list may say yes to it; NULL: a list may */
};

struct carried carrier_look(char *const *argv, size_t argc);

/* The last part of a path, in lower case. NULL: out of memory. Owned. */
char *word_base(const char *word);
/* A shell that is given what to run by -c: sh, bash, ... */
bool word_is_shell(const char *word);
/* What stands behind the shell's -c; NULL: nothing. Borrowed. argv[0] is the shell. */
const char *shell_inline(char *const *argv, size_t argc);
/* Does it read a start-up file before that: -i, -l? */
bool shell_starts_up(char *const *argv, size_t argc);
/* The script that a shell runs by name: its index among the words; 0: none. */
size_t shell_script(char *const *argv, size_t argc);

#endif
