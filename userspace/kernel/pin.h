/* SPDX-License-Identifier: GPL-2.0-only */
/* The pins: names in bpffs by which maps, programs and links outlive every process of ours. */
#ifndef CLAWBPF_KERNEL_PIN_H
#define CLAWBPF_KERNEL_PIN_H

#include "util/err.h"

/* Where the pins of a load are made, before one rename puts them all in place; then what was in
 * place before, until it is removed. No dot: bpffs keeps such names to itself. */
#define PIN_STAGING "/sys/fs/bpf/clawbpf_new"
/* What is unloaded, until it is removed: of that nothing counts any more. */
#define PIN_OLD "/sys/fs/bpf/clawbpf_old"

/* 0: something is pinned; -ENOENT: nothing, or bpffs is not mounted; -EACCES: not for the caller.
 */
int pin_present(struct err *err);
/* Opens PIN_ROOT/folder/name. -ENOENT when it is not there. */
int pin_open(const char *folder, const char *name, int *ret_fd, struct err *err);
int pin_object(const char *root, const char *folder, const char *name, int fd, struct err *err);
/* Makes an empty PIN_STAGING. What an interrupted load left there goes. */
int pin_begin(struct err *err);
/* PIN_STAGING becomes PIN_ROOT; what was there is removed. */
int pin_commit(struct err *err);
/* Takes PIN_ROOT out of place at once, and removes it and all that was left of others. */
int pin_retire(struct err *err);
/* Removes a folder of pins; links go first, so that nothing is half enforced for long. */
int pin_remove(const char *root, struct err *err);

#endif
