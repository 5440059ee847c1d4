/* SPDX-License-Identifier: GPL-2.0-only */
/* What does the config say of a session's group chat, and of who writes in it? */
#ifndef CLAWBPF_POLICY_GROUPS_H
#define CLAWBPF_POLICY_GROUPS_H

#include "policy/dialect/dialect.h"
#include "policy/key/session_key.h"

struct group_policy {
	const struct tool_layer *layer; /* borrowed */
	bool product;                   /* the program itself would look at this one */
};

struct group_policies {
	struct group_policy *items; /* owned */
	size_t count;
};

/*
 * channels.<channel>.groups.<id>.tools (and .channels.<id>.tools), and the same of each of the
 * channel's accounts, since a key does not tell which one; where nobody says anything of the group,
 * their "*"; and of guilds the one that names the group, else all of them. -ENOMEM.
 */
int group_policies_find(const struct config *c, const struct session_key *session,
			struct group_policies *ret);
/* Those of every group of every channel, none of which the program looks at. -ENOMEM. */
int group_policies_all(const struct config *c, struct group_policies *ret);
void group_policies_clear(struct group_policies *g);

/*
 * The layer of a toolsBySender for whoever is at the other end of the session: of a direct chat the
 * key says it, of all others only "*" is known. NULL: none.
 */
const struct tool_layer *sender_layer_find(const struct entries *by_sender,
					   const struct session_key *session);

#endif
