/* SPDX-License-Identifier: GPL-2.0-only */
/* A config and the sessions that are there, made into the policy that the kernel enforces. */
#ifndef CLAWBPF_SESSION_ENFORCE_H
#define CLAWBPF_SESSION_ENFORCE_H

#include "config/document.h"
#include "kernel/kernel.h"
#include "kernel/loaded.h"

/* The keys of sessions that are no agent's begin so. */
#define SESSION_RESERVED "clawbpf:"
/* The agent's own process tree. */
#define SESSION_GATEWAY SESSION_RESERVED "gateway"

/*
 * The whole way from a config to a new generation: the policies of all sessions that are
 * registered, and of those that the config lets expect, so that explain can count their rules
 * beforehand.
 */
int enforce_document(struct kernel *k, const struct document *d, struct err *err);

/*
 * The session's policy by the config that is enforced, which is `d`. The enforced image has it
 * already, or a new generation is made which has it.
 */
int enforce_session(struct kernel *k, const struct document *d, u32 id, const char *key,
		    struct err *err);

/* What is enforced, as a document: from the kernel, not from the disk. ret_loaded may be NULL. */
int enforced_document(const struct kernel *k, struct document **ret, struct loaded **ret_loaded,
		      struct err *err);

#endif
