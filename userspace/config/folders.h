/* SPDX-License-Identifier: GPL-2.0-only */
/* Who else could put another file in a config file's place? */
#ifndef CLAWBPF_CONFIG_FOLDERS_H
#define CLAWBPF_CONFIG_FOLDERS_H

#include "util/warnings.h"

/*
 * A warning when somebody else than root and the caller may change names in a folder on the way to
 * the file: what he puts there has to belong to root as well, but root has other configs, too, such
 * as the examples and those of last year.
 */
void folders_check(const char *path, struct warnings *w);

#endif
