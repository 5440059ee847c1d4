// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does any config, with any session key, crash what decodes and resolves it? The input is the key,
 * a line break, and the config. What is accepted must resolve the same way twice, name a key for
 * each rule, and leave no tool allowed that it denies by name.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/json5.h"
#include "policy/check/findings.h"
#include "policy/resolve.h"
#include "policy/key/sessions.h"
#include "util/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_policy(const struct policy *p)
{
	assert(p->session_key && p->agent && p->scope_key);
	assert(p->sandboxed == (p->blocked_count > 0));
	assert(p->sandboxed || !p->network_none);
	for (size_t i = 0; i < p->tool_count; i++)
		assert(p->tools[i].layer && p->tools[i].origin.key &&
		       !(p->tools[i].allowed && p->tools[i].by_name));
	for (size_t i = 0; i < p->binary_count; i++)
		assert(p->binaries[i].value && p->binaries[i].origin.key);
	for (size_t i = 0; i < p->blocked_count; i++)
		assert(p->blocked[i].path[0] == '/' && p->blocked[i].origin.key);
}

static void check_same(const struct policy *a, const struct policy *b)
{
	assert(a->tool_count == b->tool_count && a->binary_count == b->binary_count &&
	       a->blocked_count == b->blocked_count && a->exec_denied == b->exec_denied);
	for (size_t i = 0; i < a->binary_count; i++)
		assert(!strcmp(a->binaries[i].value, b->binaries[i].value));
}

static void resolve(const struct config *c, const char *key)
{
	struct policy *p autodestroy(policy_free) = NULL, *again autodestroy(policy_free) = NULL;
	struct err err = {0};
	int r = policy_resolve(c, key, &p, &err);

	assert(r == policy_resolve(c, key, &again, &err) && !r == !!p);
	if (r) {
		assert(err.code && err.message[0]);
		return;
	}
	check_policy(p);
	check_same(p, again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
	struct config *c autodestroy(config_free) = NULL;
	struct node *root autodestroy(node_free) = NULL;
	char **keys autodestroy(session_list_free) = NULL;
	struct warnings w autowarnings = {0};
	struct err err = {0};
	size_t count = 0;

	if (!end)
		return 0;
	autofree char *key = strndup((const char *)data, (size_t)(end - data));

	if (json5_read("fuzz", (const char *)end + 1, size - (size_t)(end + 1 - data), &root, &w,
		       &err))
		return 0;
	if (config_decode(root, NULL, &c, &w, &err)) {
		assert(err.code && err.message[0] && !c);
		return 0;
	}
	policy_findings(c, &w);
	resolve(c, key);
	assert(!policy_list_sessions(c, &keys, &count, &err));
	for (size_t i = 0; i < count && i < 8; i++)
		resolve(c, keys[i]);
	return 0;
}
