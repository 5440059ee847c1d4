/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * git does what the files of its folder say: .git/config names programs, other machines, other
 * folders, and a session may have written it. What of that can be told from a command?
 */
#ifndef CLAWBPF_POLICY_GIT_H
#define CLAWBPF_POLICY_GIT_H

#include <stdbool.h>
#include <stddef.h>

/* Is that program git, by whichever link it is called? */
bool git_is(const char *program);

/*
 * Which of git's commands it is; 0: none is named. *ret_own: it is git's own, and no alias that a
 * repository defines.
 */
size_t git_command(char *const *argv, bool *ret_own);

/*
 * The same command, with the options behind its name that keep it from the programs which a
 * repository names for showing differences. NULL: out of memory. The array is owned, the words are
 * borrowed.
 */
char **git_argv(char *const *argv);

/*
 * What git has ssh execute on another machine: one of its own three programs with one path, or
 * something that a repository put there (remote.NAME.receivepack)?
 */
bool git_serves(const char *command);

#endif
