/* SPDX-License-Identifier: GPL-2.0-only */
/* Does one list of programs allow one command line, by one set of rules? For exec_list.c. */
#ifndef CLAWBPF_POLICY_EXEC_MATCH_H
#define CLAWBPF_POLICY_EXEC_MATCH_H

#include "policy/command/exec_list.h"
#include "policy/command/safe_bins.h"

struct exec_match {
	const struct exec_list *list;
	const struct exec_place *place;
	struct safe_bins safe;
	bool understood, listed;
	const char **matches; /* owned array of borrowed patterns */
	size_t count, cap;
	struct err err; /* code 0: it went well; EINVAL: the product would fail on a pattern */
	char *why;      /* owned: the first reason against it */
};

/* Both return 0 or -ENOMEM; what a pattern does wrong is in m->err. */
int exec_match_loosely(struct exec_match *m, const char *command);
int exec_match_strictly(struct exec_match *m, const char *command);
void exec_match_clear(struct exec_match *m);

/* For both. */
int exec_match_add(struct exec_match *m, const char *pattern);
/* Keeps the first reason; returns false. */
bool exec_match_refuse(struct exec_match *m, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Has the pattern a slash, a backslash or a tilde? Otherwise it is a name. */
bool pattern_is_path(const char *pattern);
/* Without the blanks around it. NULL: out of memory. Owned. */
char *pattern_trimmed(const char *pattern);

#endif
