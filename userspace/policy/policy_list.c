// SPDX-License-Identifier: GPL-2.0-only
/* The policies of several sessions. */
#include "policy/policy_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/resolve.h"
#include "policy/sessions.h"
#include "util/cleanup.h"

static bool policy_list_has(const struct policy_list *list, const char *session_key)
{
	for (size_t i = 0; i < list->count; i++) {
		if (!strcmp(list->items[i]->session_key, session_key))
			return true;
	}
	return false;
}

int policy_list_add(struct policy_list *list, const struct config *c, const char *session_key,
		    struct err *err)
{
	struct policy *policy autodestroy(policy_free) = NULL;
	struct policy **items;
	int r = policy_resolve(c, session_key, &policy, err);

	if (r || policy_list_has(list, policy->session_key))
		return r;
	items = realloc(list->items, (list->count + 1) * sizeof(struct policy *));
	if (!items)
		return err_set(err, ENOMEM, "out of memory");
	list->items = items;
	items[list->count++] = TAKE_PTR(policy);
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

int policy_list_group(struct policy_list *list, struct err *err)
{
	struct policy **grouped = calloc(list->count + 1, sizeof(struct policy *));
	size_t n = 0;

	if (!grouped)
		return err_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < list->count; i++) {
		struct policy *first = list->items[i];

		for (size_t j = i; first && j < list->count; j++) {
			if (!list->items[j] || strcmp(list->items[j]->agent, first->agent) != 0)
				continue;
			grouped[n++] = list->items[j];
			list->items[j] = NULL; /* taken */
		}
	}
	free(list->items);
	list->items = grouped;
	return 0;
}

void policy_list_clear(struct policy_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		policy_free(&list->items[i]);
	free(list->items);
	*list = (struct policy_list){0};
}
