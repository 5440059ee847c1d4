/* SPDX-License-Identifier: GPL-2.0-only */
/* What a product calls the sandbox of a session: its scope key, its folder, its container. */
#ifndef CLAWBPF_POLICY_NAMES_H
#define CLAWBPF_POLICY_NAMES_H

#include "policy/dialect/dialect.h"
#include "policy/key/session_key.h"

/*
 * Who shares the sandbox, in the product's words. `workspace`: the agent's, absolute. NULL: out of
 * memory, or the product finds no agent in such a key. Owned.
 */
char *scope_key_make(const struct config *c, enum sandbox_scope scope, const char *session_key,
		     const char *agent, const char *workspace);
/* The length of a scope key without the hash of its workspace; all of it: it has none. */
size_t scope_key_workspace(const char *key);
/* "agent-main-0d71ad7a": for folders and containers. NULL: out of memory. Owned. */
char *scope_key_slug(const struct dialect *d, const char *scope_key);
/* The container's name for a slug ("shared" is one too). NULL: out of memory. Owned. */
char *container_name_make(const struct dialect *d, const char *prefix, const char *slug);
/* Of a file below a folder; `below` may be absolute, or "~" and a path. NULL: no memory. Owned. */
char *product_path(const struct config *c, const char *folder, const char *below);
/* Of one sandbox. Each is owned. */
struct sandbox_names {
	char *scope_key, *folder, *container;
};

/*
 * `agent` may not be NULL; `workspace` is its own, absolute. Names of folders and containers can be
 * set by the config, for everybody and, but in scope shared, for the agent. -ENOMEM.
 */
int sandbox_names_make(const struct config *c, enum sandbox_scope scope, const char *session_key,
		       const char *agent, const char *workspace, struct sandbox_names *ret);
void sandbox_names_clear(struct sandbox_names *n);

/* The agent's workspace, as the product finds it. NULL: out of memory. Owned. */
char *product_workspace(const struct config *c, const struct dialect *d, const char *agent);

#endif
