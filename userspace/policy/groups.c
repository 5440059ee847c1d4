// SPDX-License-Identifier: GPL-2.0-only
/* What does the config say of a session's group chat? */
#include "policy/tools.h"
#include "util/cleanup.h"

/* Adds what a channel, or an account of it, says of a group. */
static void group_add(const struct group_settings **list, size_t *count,
		      const struct entries *groups, const char *name)
{
	const struct group_settings *group = entries_find(groups, name, sizeof(*group));

	if (group)
		list[(*count)++] = group;
}

const struct group_settings **group_list(const struct config *c, const struct session_key *session,
					 size_t *ret_count)
{
	bool is_group = session->kind == SESSION_GROUP || session->kind == SESSION_CHANNEL;
	const struct channel_settings *channel = NULL;
	const struct account_settings *accounts;
	const struct group_settings **list;
	const char *names[] = {session->peer, "*"};

	*ret_count = 0;
	if (is_group && session->channel)
		channel = entries_find(&c->channels, session->channel, sizeof(*channel));
	list = calloc(channel ? channel->accounts.count + 1 : 1, sizeof(*list));
	if (!list || !channel)
		return list;
	accounts = channel->accounts.items;
	for (size_t n = 0; n < ARRAY_SIZE(names) && !*ret_count; n++) {
		group_add(list, ret_count, &channel->groups, names[n]);
		for (size_t i = 0; i < channel->accounts.count; i++)
			group_add(list, ret_count, &accounts[i].groups, names[n]);
	}
	return list;
}
