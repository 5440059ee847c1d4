/* SPDX-License-Identifier: GPL-2.0-only */
/* Whose is a container? What the engine says of it, and which session that means. */
#ifndef CLAWBPF_POLICY_CONTAINER_OWNER_H
#define CLAWBPF_POLICY_CONTAINER_OWNER_H

#include <stdbool.h>

#include "config/config.h"

/* What an engine says, as far as it tells whose the container is. */
struct container_facts {
	char *id;    /* owned: 64 hex digits */
	char *name;  /* owned, without the slash in front; NULL: none */
	char *scope; /* owned: the label PRODUCT.sessionKey; NULL: none */
	bool marked; /* has a label of a product's sandboxes */
	bool browser;
	bool torn; /* two products' labels name different sessions */
	bool gone; /* it was removed */
};

void container_facts_clear(struct container_facts *f);
/* *ret is filled on success only, and the caller's to clear. -ENOMEM. */
int container_facts_copy(struct container_facts *ret, const struct container_facts *f);
/* Takes what a label says, if anything. -ENOMEM. */
int container_facts_label(struct container_facts *f, const char *name, const char *value);

enum container_owner {
	OWNER_NOBODY,  /* no product made it */
	OWNER_SESSION, /* *ret_key is the session */
	OWNER_UNKNOWN, /* a product made it, but no session can be told */
};

/* The agent that a scope key is of. NULL: of none, of everybody, or out of memory. Owned. */
char *container_scope_agent(const struct config *c, const char *scope);

/*
 * In front of the key of a session: its browser's container, which has a network of its own. A name
 * of ours, since others choose how keys end: "agent:main:irc:channel:#browser".
 */
#define SESSION_BROWSER "clawbpf:browser:"

/*
 * Sessions that share a container (scope "agent", "shared") are one to the kernel:
 * "agent:ID:sandbox". *ret_key is owned by the caller; NULL but for OWNER_SESSION. -ENOMEM.
 */
int container_owner_find(const struct config *c, const struct container_facts *f,
			 enum container_owner *ret, char **ret_key, struct err *err);

#endif
