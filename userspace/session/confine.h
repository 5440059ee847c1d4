/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * git on the host, in a folder that a session may have written: by Landlock it starts nothing but
 * its own programs and ssh, no shell above all, and writes nowhere but in that repository.
 */
#ifndef CLAWBPF_SESSION_CONFINE_H
#define CLAWBPF_SESSION_CONFINE_H

#include <stdbool.h>

#include "util/err.h"

/* What git is given as its ssh: a link to this program. */
#define GIT_SSH_PATH "/run/clawbpf/git-ssh"

/* Before anybody is asked: can it be done here, when it is git? Makes the link, which what another
 * program starts is given, too. */
int confine_prepare(bool git, struct err *err);
/* In the child, for good: an errno value. `program` is git. */
int confine_git(const char *program, char *const *argv);

#endif
