// SPDX-License-Identifier: GPL-2.0-only
/* Where do a session's tools run? */
#include "policy/sandbox/sandbox.h"

#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/schema.h"
#include "util/cleanup.h"

#define KEY(name) "agents.defaults.sandbox." name

/* An agent's own value, else everybody's; NULL: neither says anything. */
static const struct setting *own_or_all(const struct setting *own, const struct setting *all)
{
	if (own && own->key)
		return own;
	return all->key ? all : NULL;
}

static const struct setting *find_mode(const struct config *c, const struct agent_settings *agent)
{
	return own_or_all(agent ? &agent->sandbox.mode : NULL, &c->sandbox.mode);
}

/* scope, or what older configs say by perSession; a scope on either level outranks it. */
static void resolve_scope(struct sandbox *s, const struct config *c, const struct dialect *d,
			  const struct agent_settings *agent)
{
	const struct setting *scope, *old;

	scope = own_or_all(agent ? &agent->sandbox.scope : NULL, &c->sandbox.scope);
	old = own_or_all(agent ? &agent->sandbox.per_session : NULL, &c->sandbox.per_session);
	s->scope = d->scope;
	s->scope_source = source_of_default(KEY("scope"), "default");
	if (scope) {
		s->scope = (enum sandbox_scope)scope->word;
		s->scope_source = source_of_setting(scope, "sandbox.scope");
	} else if (old) {
		s->scope = old->flag ? SCOPE_SESSION : SCOPE_SHARED;
		s->scope_source = source_of_setting(old, "sandbox.perSession");
	}
}

static bool is_blank(const char *text)
{
	return !text[strspn(text, " \t\r\n")];
}

/* Docker's own settings of an agent do not count when everybody shares one container. */
static void resolve_network(struct sandbox *s, const struct config *c, const struct dialect *d,
			    const struct agent_settings *agent)
{
	const struct setting *own = NULL, *network;

	if (agent && s->scope != SCOPE_SHARED)
		own = &agent->sandbox.docker.network;
	network = own_or_all(own, &c->sandbox.docker.network);
	s->network = d->network;
	s->network_source = source_of_default(KEY("docker.network"), "default");
	if (network) {
		s->network_source = source_of_setting(network, "sandbox.docker.network");
		if (!is_blank(network->text))
			s->network = network->text;
	}
}

/* By the mode, unless something else is noted of this one session. */
static void resolve_sandboxed(struct sandbox *s, const struct config *c,
			      const struct session_key *session,
			      const struct stored_session *stored)
{
	s->sandboxed = true;
	if (session_needs_sandbox(c, session, stored)) {
		s->required = true;
		s->reason = stored->trouble ? "what is noted of the session cannot be read"
					    : "the session may not be without a sandbox";
		return;
	}
	if (session_has_sandbox_off(c, stored)) {
		s->reason = "switched off for this session";
		s->sandboxed = false;
	} else if (s->mode == SANDBOX_OFF) {
		s->reason = "sandbox mode is off";
		s->sandboxed = false;
	} else if (s->mode == SANDBOX_ALL) {
		s->reason = "every session is sandboxed";
	} else {
		s->reason = session->main ? "main session exempted" : "not the main session";
		s->sandboxed = !session->main;
	}
}

static void resolve_access(struct sandbox *s, const struct config *c,
			   const struct agent_settings *agent, const struct session_key *session,
			   const struct stored_session *stored)
{
	const struct setting *access =
		own_or_all(agent ? &agent->sandbox.access : NULL, &c->sandbox.access);

	s->access_source = source_of_default(KEY("workspaceAccess"), "default");
	if (access) {
		s->access = (enum workspace_access)access->word;
		s->access_source = source_of_setting(access, "sandbox.workspaceAccess");
	}
	if (s->access == WORKSPACE_RW && session_needs_sandbox(c, session, stored))
		s->access = WORKSPACE_RO;
}

struct sandbox sandbox_resolve(const struct config *c, const struct dialect *d,
			       const struct agent_settings *agent,
			       const struct session_key *session,
			       const struct stored_session *stored)
{
	const struct setting *mode = find_mode(c, agent);
	struct sandbox s = {.mode = d->mode, .access = d->access};

	s.mode_source = source_of_default(KEY("mode"), "default");
	if (mode) {
		s.mode = (enum sandbox_mode)mode->word;
		s.mode_source = source_of_setting(mode, "sandbox.mode");
	}
	resolve_sandboxed(&s, c, session, stored);
	resolve_scope(&s, c, d, agent);
	resolve_access(&s, c, agent, session, stored);
	resolve_network(&s, c, d, agent);
	return s;
}

bool sandbox_possible(const struct config *c, const struct dialect *d,
		      const struct agent_settings *agent)
{
	const struct setting *mode = find_mode(c, agent);

	return (mode ? (enum sandbox_mode)mode->word : d->mode) != SANDBOX_OFF;
}

/* Who began it, else the session itself, by a hash as the program names them. */
static char *required_key(const struct config *c, const struct session_key *session,
			  const struct stored_session *stored)
{
	autofree char *profile = session_profile(stored), *main = NULL;
	char hex[SHA256_DIGEST_STRING_LENGTH], *key = NULL;
	const char *subject = profile;

	if (!profile && session->main)
		subject = main = main_session_key(c, session->agent);
	else if (!profile)
		subject = session->text;
	if (!subject)
		return NULL;
	SHA256Data((const uint8_t *)subject, strlen(subject), hex);
	return asprintf(&key, "agent:%s:%s:%.32s", session->agent,
			profile ? "principal" : "required-session", hex) < 0
		       ? NULL
		       : key;
}

char *sandbox_scope_key(const struct config *c, enum sandbox_scope scope,
			const struct session_key *session, const struct stored_session *stored)
{
	char *key = NULL;

	if (session_needs_sandbox(c, session, stored))
		return required_key(c, session, stored);
	if (scope == SCOPE_SHARED)
		return strdup("shared");
	if (scope == SCOPE_SESSION)
		return strdup(session->text);
	return asprintf(&key, "agent:%s", session->agent) < 0 ? NULL : key;
}

_Static_assert(SANDBOX_OFF == 0 && SANDBOX_NON_MAIN == 1 && SANDBOX_ALL == 2,
	       "words_sandbox_mode has this order");
_Static_assert(SCOPE_SESSION == 0 && SCOPE_AGENT == 1 && SCOPE_SHARED == 2,
	       "words_sandbox_scope has this order");
_Static_assert(WORKSPACE_NONE == 0 && WORKSPACE_RO == 1 && WORKSPACE_RW == 2,
	       "words_workspace_access has this order");
