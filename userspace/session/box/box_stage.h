/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bubblewrap is started in a mount namespace of the run's own. What the sandbox's user cannot get
 * to by himself, below root's home say, is mounted there by root where he can. The kernel judges
 * that mount as it does all others.
 */
#ifndef CLAWBPF_SESSION_BOX_STAGE_H
#define CLAWBPF_SESSION_BOX_STAGE_H

#include "kernel/lock.h"
#include "session/box/box.h"

#define STAGE_FOLDER RUN_FOLDER "/stage"

/* Which mounts need it; the directory is there. */
int box_stage_prepare(struct box_place *p, struct err *err);
/* In the child, as root. An errno value. */
int box_stage_mount(const struct box_place *p);

#endif
