// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the config say of a session's group chat?
 *
 * A program looks up the group's id letter by letter; one of them writes keys in lower case before.
 * An entry in another case is enforced as well: it was meant for this group.
 *
 * Guilds are groups of channels, and no key tells the guild. A channel that one names by its id is
 * that one's; else it may be in any of them, under any name that is not another channel's id.
 */
#include "policy/tools/groups.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/cleanup.h"

#define CANDIDATES 3

/* The names that a group goes by, the most exact first. Owned. */
struct names {
	char *items[CANDIDATES];
	size_t count;
};

static void names_clear(struct names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->items[i]);
	*n = (struct names){0};
}

static int names_add(struct names *n, const char *text, size_t len)
{
	for (size_t i = 0; i < n->count; i++)
		if (strlen(n->items[i]) == len && !strncmp(n->items[i], text, len))
			return 0;
	n->items[n->count] = strndup(text, len);
	return n->items[n->count] ? (n->count++, 0) : -ENOMEM;
}

/* Where "<mark><one part>" ends the text; 0: it does not, or nothing stands before it. */
static size_t cut_at(const char *text, size_t len, const char *mark)
{
	size_t n = strlen(mark), id = len;

	while (id && text[id - 1] != ':')
		id--;
	if (id == len || id <= n || strncasecmp(text + id - n, mark, n) != 0)
		return 0;
	return id - n;
}

/* "-100:topic:7:sender:9" is also "-100:topic:7" and "-100"; "-100:sender:9" is also "-100". */
static int names_of(const struct dialect *d, const char *peer, struct names *n)
{
	size_t len = strlen(peer), sender, topic;
	int r = names_add(n, peer, len);

	if (r || !(d->flags & DIALECT_TOPIC_IN_GROUP))
		return r;
	sender = cut_at(peer, len, ":sender:");
	topic = cut_at(peer, sender ? sender : len, ":topic:");
	if (topic && sender)
		r = names_add(n, peer, sender);
	if (!r && (topic || sender))
		r = names_add(n, peer, topic ? topic : sender);
	return r;
}

static const struct tool_layer *layer_of(const struct group_settings *g,
					 const struct session_key *session)
{
	const struct tool_layer *layer = sender_layer_find(&g->by_sender, session);

	if (layer)
		return layer;
	return g->tools.key ? &g->tools : NULL;
}

static void add(struct group_policies *g, const struct tool_layer *layer, bool product)
{
	if (layer)
		g->items[g->count++] = (struct group_policy){layer, product};
}

/* The entry of the group; *ret_exact false: only its case differs. */
static const struct group_settings *find_named(const struct entries *groups, const struct names *n,
					       bool *ret_exact)
{
	const struct group_settings *found = NULL;

	*ret_exact = true;
	for (size_t i = 0; i < n->count && !found; i++)
		found = entries_find(groups, n->items[i], sizeof(*found));
	if (found)
		return found;
	*ret_exact = false;
	for (size_t i = 0; i < n->count && !found; i++)
		found = entries_find_folded(groups, n->items[i], sizeof(*found));
	return found;
}

static const struct tool_layer *find_others(const struct entries *groups,
					    const struct session_key *session)
{
	const struct group_settings *g = entries_find(groups, "*", sizeof(*g));

	return g ? layer_of(g, session) : NULL;
}

/* The groups that the program looks at when nobody tells it the account. */
static const struct entries *map_of_product(const struct channel_settings *channel)
{
	const struct account_settings *own =
		entries_find_folded(&channel->accounts, "default", sizeof(*own));

	return own && own->groups.key ? &own->groups : &channel->groups;
}

/* The i-th of a channel's maps of groups, its accounts' included. NULL: there is none. */
static const struct entries *map_at(const struct channel_settings *channel, size_t i)
{
	const struct account_settings *accounts = channel->accounts.items;

	if (i < 2)
		return i ? &channel->channels : &channel->groups;
	if (i / 2 - 1 >= channel->accounts.count)
		return NULL;
	return i % 2 ? &accounts[i / 2 - 1].channels : &accounts[i / 2 - 1].groups;
}

/* Of maps of "channels" the gateway knows the ids in their own case. */
static bool product_looks(const struct session_key *session, const struct entries *map, size_t i,
			  const struct entries *theirs, bool exact)
{
	return session->grouped_in_product && (i % 2 || (map == theirs && exact));
}

static void fill(const struct channel_settings *channel, const struct names *names,
		 const struct session_key *session, struct group_policies *g)
{
	const struct entries *theirs = map_of_product(channel), *map;
	bool product = false;

	for (size_t i = 0; (map = map_at(channel, i)); i++) {
		bool exact;
		const struct group_settings *one = find_named(map, names, &exact);
		const struct tool_layer *layer = one ? layer_of(one, session) : NULL;

		exact = product_looks(session, map, i, theirs, exact);
		add(g, layer, exact);
		product = product || (layer && exact);
	}
	if (g->count && (product || !session->grouped_in_product)) /* somebody named it */
		return;
	if (g->count) {
		add(g, find_others(theirs, session), true);
		return;
	}
	for (size_t i = 0; (map = map_at(channel, i)); i++)
		add(g, find_others(map, session), product_looks(session, map, i, theirs, true));
}

/* --- guilds --------------------------------------------------------------------------------- */

static size_t guild_room(const struct entries *guilds)
{
	const struct group_settings *items = guilds->items;
	size_t n = guilds->count;

	for (size_t i = 0; i < guilds->count; i++)
		n += items[i].channels.count;
	return n;
}

/* The guilds of the channel, then those of its accounts, which the program does not look at. */
static const struct entries *guilds_at(const struct channel_settings *channel, size_t i)
{
	const struct account_settings *accounts = channel->accounts.items;

	if (!i)
		return &channel->guilds;
	return i <= channel->accounts.count ? &accounts[i - 1].guilds : NULL;
}

static const struct group_settings *guild_channel(const struct group_settings *guild,
						  const char *peer)
{
	return entries_find_folded(&guild->channels, peer, sizeof(*guild));
}

static bool is_number(const char *name)
{
	return *name && !name[strspn(name, "0123456789")];
}

/* What it says of channels that it calls by a name. */
static bool add_called(const struct group_settings *guild, const struct session_key *session,
		       struct group_policies *g)
{
	const struct group_settings *channels = guild->channels.items;
	size_t before = g->count;

	for (size_t i = 0; i < guild->channels.count; i++)
		if (!is_number(channels[i].entry.name))
			add(g, layer_of(&channels[i], session), false);
	return g->count > before;
}

static void add_guilds(const struct entries *guilds, const struct session_key *session,
		       bool product, struct group_policies *g)
{
	const struct group_settings *items = guilds->items;
	bool named = false;

	for (size_t i = 0; i < guilds->count; i++) {
		const struct group_settings *one = guild_channel(&items[i], session->peer);
		const struct tool_layer *layer = one ? layer_of(one, session) : NULL;

		if (one)
			add(g, layer ? layer : layer_of(&items[i], session), product);
		named = named || one;
	}
	for (size_t i = 0; i < guilds->count && !named; i++) {
		bool called = add_called(&items[i], session, g);

		add(g, layer_of(&items[i], session), product && !called && guilds->count == 1);
	}
}

static void add_all_guilds(const struct channel_settings *channel,
			   const struct session_key *session, struct group_policies *g)
{
	const struct entries *guilds;

	for (size_t i = 0; (guilds = guilds_at(channel, i)); i++)
		add_guilds(guilds, session, !i && session->grouped_in_product, g);
}

static size_t room_of(const struct channel_settings *channel)
{
	size_t n = 2 * channel->accounts.count + 3;
	const struct entries *guilds;

	for (size_t i = 0; (guilds = guilds_at(channel, i)); i++)
		n += guild_room(guilds);
	return n;
}

int group_policies_find(const struct config *c, const struct session_key *session,
			struct group_policies *ret)
{
	const struct channel_settings *channel = NULL;
	struct names names autodestroy(names_clear) = {0};
	struct group_policies g = {0};
	int r;

	*ret = g;
	if (session->grouped)
		channel = entries_find_folded(&c->channels, session->channel, sizeof(*channel));
	if (!channel)
		return 0;
	r = names_of(dialect_of(c), session->peer, &names);
	if (r)
		return r;
	g.items = calloc(room_of(channel), sizeof(*g.items));
	if (!g.items)
		return -ENOMEM;
	fill(channel, &names, session, &g);
	add_all_guilds(channel, session, &g);
	*ret = g;
	return 0;
}

/* --- all of them ---------------------------------------------------------------------------- */

static size_t count_of(const struct channel_settings *channel)
{
	const struct entries *map;
	size_t n = room_of(channel);

	for (size_t i = 0; (map = map_at(channel, i)); i++)
		n += map->count;
	return n;
}

static void add_tools(struct group_policies *g, const struct entries *groups)
{
	const struct group_settings *items = groups->items;

	for (size_t i = 0; i < groups->count; i++)
		if (items[i].tools.key)
			add(g, &items[i].tools, false);
}

int group_policies_all(const struct config *c, struct group_policies *ret)
{
	const struct channel_settings *channels = c->channels.items;
	struct group_policies g = {0};
	const struct entries *map;
	size_t n = 1;

	for (size_t i = 0; i < c->channels.count; i++)
		n += count_of(&channels[i]);
	*ret = g;
	g.items = calloc(n, sizeof(*g.items));
	if (!g.items)
		return -ENOMEM;
	for (size_t i = 0; i < c->channels.count; i++) {
		for (size_t m = 0; (map = map_at(&channels[i], m)); m++)
			add_tools(&g, map);
		for (size_t m = 0; (map = guilds_at(&channels[i], m)); m++) {
			const struct group_settings *guilds = map->items;

			add_tools(&g, map);
			for (size_t k = 0; k < map->count; k++)
				add_tools(&g, &guilds[k].channels);
		}
	}
	*ret = g;
	return 0;
}

void group_policies_clear(struct group_policies *g)
{
	free(g->items);
	*g = (struct group_policies){0};
}
