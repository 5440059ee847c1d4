/* SPDX-License-Identifier: GPL-2.0-only */
/* Who reads openclaw's database, in a process of his own: what he is asked, and what he answers. */
#ifndef CLAWBPF_POLICY_SESSION_DATABASE_READER_H
#define CLAWBPF_POLICY_SESSION_DATABASE_READER_H

#include <sys/stat.h>

#include "abi/types.h"

/* An answer is this, and `len` bytes. A question is the length of a key, as u32, and the key. */
struct database_answer {
	u32 kind; /* enum database_answer_kind */
	u32 len;
};

enum database_answer_kind {
	ANSWER_ENTRY, /* a JSON text */
	ANSWER_NONE,  /* there is no such session */
	ANSWER_ERROR, /* a sentence */
	ANSWER_AGAIN, /* it is another file, or another log: begin anew, and the reader ends */
};

#define DATABASE_KEY_MAX 4096

/*
 * Becomes the reader: answers what is asked through `fd`, until that is closed. `checked` is what
 * was found at that path, and may be believed.
 */
_Noreturn void database_serve(const char *path, const struct stat *checked, int fd);

#endif
