// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which entry of a toolsBySender is whose?
 *
 * "channel:telegram:42", "id:42", "e164:+1555", "username:bob", "name:Bob", "*"; a key without a
 * type is an id. The first type in that order that knows the sender counts. A session key gives
 * away no names.
 */
#include <string.h>

#include "policy/tools/groups.h"
#include "util/cleanup.h"
#include "util/fold.h"

enum sender_type { SENDER_CHANNEL, SENDER_ID, SENDER_E164, SENDER_NAME, SENDER_ANY, SENDER_NONE };

static const struct {
	const char *prefix;
	enum sender_type type;
} types[] = {
	{"channel:", SENDER_CHANNEL}, {"id:", SENDER_ID},     {"e164:", SENDER_E164},
	{"username:", SENDER_NAME},   {"name:", SENDER_NAME},
};

/* *ret_value: what follows the type, in `key`, which is in lower case. */
static enum sender_type read_key(const char *key, const char **ret_value)
{
	*ret_value = key;
	if (!strcmp(key, "*"))
		return SENDER_ANY;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (!strncmp(key, types[i].prefix, strlen(types[i].prefix))) {
			*ret_value = key + strlen(types[i].prefix);
			return types[i].type;
		}
	*ret_value += *key == '@';
	return **ret_value ? SENDER_ID : SENDER_NONE;
}

static bool same(const char *value, size_t len, const char *other)
{
	text_trim(&value, &len);
	return other && len && strlen(other) == len && !strncmp(value, other, len);
}

/* "telegram:42". */
static bool same_on_channel(const char *value, const char *channel, const char *id)
{
	size_t head = strcspn(value, ":");

	return value[head] && channel && same(value, head, channel) &&
	       same(value + head + 1, strlen(value + head + 1), id);
}

static bool is_sender(enum sender_type type, const char *value, const char *channel, const char *id)
{
	if (type == SENDER_CHANNEL)
		return same_on_channel(value, channel, id);
	if (type == SENDER_ID || (type == SENDER_E164 && id && *id == '+'))
		return same(value, strlen(value), id);
	return type == SENDER_ANY;
}

const struct tool_layer *sender_layer_find(const struct entries *by_sender,
					   const struct session_key *session)
{
	const struct tool_layer_entry *items = by_sender->items, *any;
	const struct tool_layer *found[SENDER_NONE + 1] = {0};
	bool direct = session->kind == SESSION_DIRECT && session->peer;
	autofree char *id = direct ? text_fold(session->peer) : NULL;
	autofree char *channel = direct ? text_fold(session->channel) : NULL;

	if (!direct) {
		any = entries_find(by_sender, "*", sizeof(*any));
		return any ? &any->layer : NULL;
	}
	for (size_t i = 0; i < by_sender->count; i++) {
		autofree char *key = text_fold(items[i].entry.name);
		const char *value;
		enum sender_type type;

		if (!key || !*key)
			continue;
		type = read_key(key, &value);
		if (!found[type] && is_sender(type, value, channel, id))
			found[type] = &items[i].layer;
	}
	for (size_t i = 0; i < SENDER_NONE; i++)
		if (found[i])
			return found[i];
	return NULL;
}
