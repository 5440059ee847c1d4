/* SPDX-License-Identifier: GPL-2.0-only */
/* A config file, with all that it includes and takes from the environment, as one tree. */
#ifndef CLAWBPF_CONFIG_INCLUDE_H
#define CLAWBPF_CONFIG_INCLUDE_H

#include "config/env.h"
#include "config/node.h"
#include "config/sources.h"
#include "util/warnings.h"

/* Files inside files; the first one does not count. */
#define INCLUDE_MAX_DEPTH 10
/* All `$include`s of a config: ten files that include the next one ten times each are 10^10. */
#define INCLUDE_MAX_FILES 1000

/*
 * Reads `path` (see location_absolute), puts the files that `$include: "file"` or a list of files
 * names in place, at any depth, and replaces ${NAME}. What is included is merged in order, and the
 * object's own keys over it (see merge_later); without own keys, any value may be included. The
 * root is an object. Each node keeps the place in the file that it comes from, whose name belongs
 * to the sources: they outlive tree and warnings. Errors: as of sources_read, json5_read and
 * env_substitute; -ENOENT also for an include that is not there, -ELOOP for a cycle.
 */
int config_read(struct sources *s, const char *path, enum env_missing missing,
		struct node **ret_root, struct warnings *w, struct err *err);

#endif
