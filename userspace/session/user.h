/* SPDX-License-Identifier: GPL-2.0-only */
/* Users by their names: what asks the machine's name services. */
#ifndef CLAWBPF_SESSION_USER_H
#define CLAWBPF_SESSION_USER_H

#include "session/box/box.h"

/* Neither root nor (uid_t)-1, by which the kernel is told to leave a process whose it is. */
static inline bool user_is_plain(const struct box_user *u)
{
	return u->uid && u->gid && u->uid != (uid_t)-1 && u->gid != (gid_t)-1;
}

/* "1000", "1000:1000", "agent", "agent:users". -EINVAL for root. */
int user_named(const char *text, struct box_user *ret, struct err *err);
/* Is there one of this name or number? NULL: nobody is named. */
int user_check(const char *name, struct err *err);
/* This process, for good; NULL: nobody else. An errno value. */
int user_become(const char *name);

#endif
