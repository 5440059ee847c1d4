/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a session's tools run: mode, scope, workspace access, network, binds. */
#ifndef CLAWBPF_POLICY_SANDBOX_H
#define CLAWBPF_POLICY_SANDBOX_H

#include "policy/dialect/dialect.h"
#include "policy/origin.h"
#include "policy/key/session_store.h"

struct sandbox {
	enum sandbox_mode mode;
	enum sandbox_scope scope;
	enum workspace_access access;
	struct source mode_source, scope_source, access_source, network_source;
	bool sandboxed;
	bool required;       /* whatever the config says; nobody else shares it */
	const char *reason;  /* static */
	const char *network; /* borrowed */
};

/* `stored` is what is noted of the session. */
struct sandbox sandbox_resolve(const struct config *c, const struct dialect *d,
			       const struct agent_settings *agent,
			       const struct session_key *session,
			       const struct stored_session *stored);
/* Could any session of this agent (NULL: of one that is not in the roster) be sandboxed? */
bool sandbox_possible(const struct config *c, const struct dialect *d,
		      const struct agent_settings *agent);
/*
 * Who shares the sandbox: "shared", "agent:ID" or the session's key; of a session that must have
 * one, whoever began it. NULL: no memory. Owned.
 */
char *sandbox_scope_key(const struct config *c, enum sandbox_scope scope,
			const struct session_key *session, const struct stored_session *stored);

#endif
