/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a generation was made from, kept in the kernel beside its image: the text of the config
 * files and the table of origins, so that every rule can name its key after all files have changed.
 */
#ifndef CLAWBPF_KERNEL_LOADED_H
#define CLAWBPF_KERNEL_LOADED_H

#include <stddef.h>

#include "kernel/kernel.h"
#include "policy/image.h"

struct loaded {
	u64 loaded_at;   /* seconds since 1970 */
	u64 fingerprint; /* sources_fingerprint of the text */
	char *dialect;   /* owned: "native" */
	void *snapshot;  /* owned: for sources_from_snapshot */
	size_t snapshot_len;
	struct origin *origins; /* owned; pos.file points into `files` */
	size_t origin_count;
	char **files; /* owned */
	size_t file_count;
};

/* Makes the inner map for it: a descriptor, owned by the caller. */
int loaded_write(const struct loaded *loaded, int *ret_fd, struct err *err);
/* Of a generation that is still kept. -ENOENT: it is not. */
int loaded_read(const struct kernel *k, u64 generation, struct loaded **ret, struct err *err);
void loaded_free(struct loaded **s);

#define autoloaded __attribute__((cleanup(loaded_free)))

#endif
