// SPDX-License-Identifier: GPL-2.0-only
/* What of a session does its policy depend on? */
#include "policy/question.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "policy/dialect/dialect.h"
#include "policy/key/session_store.h"
#include "util/cleanup.h"
#include "util/seen.h"

#define HAS_STORE (DIALECT_STORE_IS_JSON | DIALECT_STORE_IS_SQLITE)

/* Where a program keeps notes, all that may depend on them is a question of its own. */
static int find_alone(const struct config *c, struct policy_question *q, struct err *err)
{
	struct stored_session stored autodestroy(session_stored_clear) = {0};
	int r = 0;

	if (!(dialect_of(c)->flags & HAS_STORE))
		return 0;
	q->alone = q->key.kind == SESSION_SUBAGENT;
	if (!q->alone)
		r = session_stored_find(c, &q->key, &stored, err);
	if (!r && !q->alone)
		q->alone = stored.entry || stored.trouble ||
			   session_needs_sandbox(c, &q->key, &stored);
	return r;
}

static const struct tool_layer *sender_at(const struct config *c, const char *agent,
					  const struct session_key *key)
{
	const struct agent_settings *a = config_find_agent(c, agent);

	return a ? sender_layer_find(&a->tools.by_sender, key) : NULL;
}

int policy_question_make(const struct config *c, const char *session_key,
			 struct policy_question *ret, struct err *err)
{
	struct policy_question q autodestroy(policy_question_clear) = {0};
	int r = session_key_parse(c, session_key, &q.key, err);

	if (!r)
		r = find_alone(c, &q, err);
	if (r)
		return r;
	if (group_policies_find(c, &q.key, &q.groups))
		return err_set(err, ENOMEM, "out of memory");
	q.sender[0] = sender_at(c, q.key.agent, &q.key);
	q.sender[1] = sender_at(c, "main", &q.key);
	q.sender[2] = sender_layer_find(&c->tools.by_sender, &q.key);
	*ret = q;
	q = (struct policy_question){0};
	return 0;
}

void policy_question_clear(struct policy_question *q)
{
	session_key_clear(&q->key);
	group_policies_clear(&q->groups);
	*q = (struct policy_question){0};
}

static bool texts_equal(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool keys_equal(const struct session_key *a, const struct session_key *b)
{
	return texts_equal(a->agent, b->agent) && texts_equal(a->channel, b->channel) &&
	       !a->peer == !b->peer && a->kind == b->kind && a->depth == b->depth &&
	       a->bare == b->bare && a->main == b->main && a->thread == b->thread &&
	       a->grouped == b->grouped && a->grouped_in_product == b->grouped_in_product;
}

bool policy_question_equal(const struct policy_question *a, const struct policy_question *b)
{
	if (a->alone || b->alone || !keys_equal(&a->key, &b->key) ||
	    a->groups.count != b->groups.count)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(a->sender); i++)
		if (a->sender[i] != b->sender[i])
			return false;
	for (size_t i = 0; i < a->groups.count; i++)
		if (a->groups.items[i].layer != b->groups.items[i].layer ||
		    a->groups.items[i].product != b->groups.items[i].product)
			return false;
	return true;
}

unsigned long long policy_question_hash(const struct policy_question *q)
{
	unsigned long long hash = seen_hash(SEEN_START, q->key.agent);

	hash ^= (unsigned long long)q->key.kind << 4 | (unsigned int)q->key.main << 1 |
		(unsigned int)q->key.thread;
	/* All of them would fall together, and none be equal. */
	if (q->alone)
		hash = seen_hash(hash, q->key.text);
	for (size_t i = 0; i < ARRAY_SIZE(q->sender); i++)
		hash = (hash ^ (uintptr_t)q->sender[i]) * 0x100000001b3ull;
	for (size_t i = 0; i < q->groups.count; i++)
		hash = (hash ^ (uintptr_t)q->groups.items[i].layer) * 0x100000001b3ull;
	return hash;
}
