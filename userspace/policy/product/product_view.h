/* SPDX-License-Identifier: GPL-2.0-only */
/* What a product's own `sandbox explain` says of a session: all that it prints, to be printed. */
#ifndef CLAWBPF_POLICY_PRODUCT_VIEW_H
#define CLAWBPF_POLICY_PRODUCT_VIEW_H

#include "policy/key/asked.h"
#include "policy/elevate/elevated.h"
#include "policy/container/names.h"
#include "policy/sandbox/sandbox.h"
#include "policy/tools/sandbox_tools.h"

struct mount_view {
	char *host, *container; /* owned */
	bool writable;
	const char *source; /* static: "workspace", "agent", "bind" */
};

struct product_elevated {
	bool allowed, always;   /* by the config: senders are not looked at */
	char **global, **agent; /* owned, NULL-ended; NULL: not printed */
	struct elevated_answer answer;
};

struct product_view {
	const struct config *config;
	const struct dialect *dialect;
	struct asked asked;
	struct stored_session stored; /* nothing, of a key that is none */
	struct sandbox sandbox;
	bool sandboxed;
	char *workspace_root; /* owned, as it is printed */
	const char *backend;
	char *host_root, *workdir; /* owned */
	const char *workspace_source;
	struct mount_view *mounts; /* owned */
	size_t mount_count;
	struct sandbox_names names; /* of a session that is sandboxed */
	char **refusals; /* owned, NULL-ended: why its container would not be made; may be NULL */
	struct sandbox_tools tools;
	struct product_elevated elevated;
	char **fix; /* owned, NULL-ended */
};

/* `agent` and `session` as asked_resolve takes them. */
int product_view_fill(const struct config *c, const char *agent, const char *session,
		      struct product_view *ret, struct err *err);
void product_view_clear(struct product_view *v);

/* The key of a sandbox list's source: "agents.list[].tools.sandbox.tools.allow". Owned. */
char *product_list_key(const struct product_view *v, const struct sandbox_list *l);

#endif
