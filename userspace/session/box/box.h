/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The built-in sandbox on this machine: bubblewrap, started as a user who is not root, in the
 * session's cgroup. From its first instruction on, the program in it is under the kernel's policy.
 */
#ifndef CLAWBPF_SESSION_BOX_H
#define CLAWBPF_SESSION_BOX_H

#include <sys/types.h>

#include "policy/sandbox/box.h"

#define BOX_BWRAP "/usr/bin/bwrap"

struct box_user {
	uid_t uid;
	gid_t gid;
};

/* Of one run: where things are on this machine. */
struct box_place {
	const struct box *box; /* borrowed */
	struct box_user user;
	char *etc;    /* owned: what is mounted at /etc */
	bool *staged; /* owned, beside box->mounts: the user cannot get there, root mounts it first
		       */
	char **staged_host; /* owned, beside box->mounts: what root mounts; NULL: nothing */
	pid_t parent;       /* without whom there is no sandbox */
	bool terminal;      /* stdin, stdout or stderr is one */
	int args;           /* memfd: bubblewrap's options */
	int filter;         /* memfd: the seccomp filter */
	int status[2];      /* pipe: what bubblewrap says of itself */
};
#define BOX_PLACE_EMPTY ((struct box_place){.args = -1, .filter = -1, .status = {-1, -1}})

/* Who runs in it: `named`, else docker.user, else whose the workspace is, else nobody. Never root.
 */
int box_user_find(const struct box *b, const char *named, struct box_user *ret, struct err *err);

/* The private directory, made when it is not there, and the user's. */
int box_folder_make(const char *path, const struct box_user *user, struct err *err);
/* May this user come to the place by himself? */
bool box_user_reaches(const struct box_user *user, const char *path);

/* A small /etc for sandboxes of this user: made once, under /run. Owned. */
int box_etc_make(const struct box_user *user, char **ret, struct err *err);

/* May the program have stdin, stdout and stderr as they are? Also whether one is a terminal. */
int box_streams_check(struct box_place *p, struct err *err);
/*
 * In the child, as root: what is the caller's alone does not go on. An errno value; *ret_what: of
 * what.
 */
int box_inherit(const struct box_place *p, const char **ret_what);
int box_descriptors_close(const struct box_place *p);

/* All that can be done, and go wrong, before there is a process. Clear it in any case. */
int box_place_make(const struct box *b, const char *user, struct box_place *ret, struct err *err);
void box_place_clear(struct box_place *p);
/* bubblewrap's options, NUL-ended each, into p->args. */
int box_args_write(struct box_place *p, struct err *err);

/*
 * In the child, as root, when it is in the session: becomes bubblewrap. Returns an errno value when
 * that failed; *ret_what: what it was.
 */
int box_become(struct box_place *p, char **argv, const char **ret_what);

/* Did bubblewrap come to execute the program? To be asked when it has ended. */
bool box_started(struct box_place *p);
/* Why not: 127 when there is no such program in the sandbox, else 126. */
int box_exec_status(const struct box_place *p, const char *program);
/* The process in it that was asked for: bubblewrap's `pid`'s grandchild. 0: not there (yet). */
pid_t box_program(pid_t pid);

#define autoplace __attribute__((cleanup(box_place_clear)))

#endif
