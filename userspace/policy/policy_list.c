// SPDX-License-Identifier: GPL-2.0-only
/* The policies of several sessions. */
#include "policy/policy_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/resolve.h"
#include "policy/key/sessions.h"
#include "util/cleanup.h"

static bool policy_list_has(const struct policy_list *list, const char *session_key)
{
	unsigned long long hash = seen_hash(SEEN_START, session_key);
	size_t cursor = 0, place;

	while (seen_next(&list->seen, hash, &cursor, &place))
		if (!strcmp(list->items[place]->session_key, session_key))
			return true;
	return false;
}

int policy_list_add(struct policy_list *list, const struct config *c, const char *session_key,
		    struct err *err)
{
	struct policy *policy autodestroy(policy_free) = NULL;
	int r = policy_resolve(c, session_key, &policy, err);

	if (r || policy_list_has(list, policy->session_key))
		return r;
	if (list->count == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 16;
		struct policy **items = reallocarray(list->items, cap, sizeof(struct policy *));

		if (!items)
			return err_set(err, ENOMEM, "out of memory");
		list->items = items;
		list->cap = cap;
	}
	if (seen_add(&list->seen, seen_hash(SEEN_START, policy->session_key), list->count))
		return err_set(err, ENOMEM, "out of memory");
	list->items[list->count++] = TAKE_PTR(policy);
	return 0;
}

int policy_list_add_expected(struct policy_list *list, const struct config *c, struct err *err)
{
	char **keys autodestroy(session_list_free) = NULL;
	size_t count = 0;
	int r = policy_list_sessions(c, &keys, &count, err);

	for (size_t i = 0; !r && i < count; i++)
		r = policy_list_add(list, c, keys[i], err);
	return r;
}

/* Which policies come one after the other: the agent's place among the agents. */
static int number_agents(const struct policy_list *list, size_t *number)
{
	struct seen agents autodestroy(seen_clear) = {0};
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++) {
		unsigned long long hash = seen_hash(SEEN_START, list->items[i]->agent);
		size_t cursor = 0, place;
		bool known = false;

		while (!known && seen_next(&agents, hash, &cursor, &place))
			known = !strcmp(list->items[place]->agent, list->items[i]->agent);
		number[i] = known ? number[place] : count++;
		if (!known && seen_add(&agents, hash, i))
			return -ENOMEM;
	}
	return 0;
}

int policy_list_group(struct policy_list *list, struct err *err)
{
	struct policy **grouped = calloc(list->count + 1, sizeof(struct policy *));
	autofree size_t *number = calloc(list->count + 1, sizeof(*number));
	autofree size_t *start = calloc(list->count + 2, sizeof(*start));

	if (!grouped || !number || !start || number_agents(list, number)) {
		free(grouped);
		return err_set(err, ENOMEM, "out of memory");
	}
	for (size_t i = 0; i < list->count; i++)
		start[number[i] + 1]++;
	for (size_t i = 1; i <= list->count; i++)
		start[i] += start[i - 1];
	for (size_t i = 0; i < list->count; i++)
		grouped[start[number[i]]++] = list->items[i];
	free(list->items);
	list->items = grouped;
	list->cap = list->count + 1;
	seen_clear(&list->seen); /* their places are others now: nothing is added any more */
	return 0;
}

void policy_list_clear(struct policy_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		policy_free(&list->items[i]);
	free(list->items);
	seen_clear(&list->seen);
	*list = (struct policy_list){0};
}
