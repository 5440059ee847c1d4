// SPDX-License-Identifier: GPL-2.0-only
/* Do we answer about sessions, their sandboxes and their senders as the real programs did? */
#include "golden.h"

#include <strings.h>

#include "policy/elevated.h"
#include "policy/names.h"
#include "policy/sandbox.h"
#include "policy/session_key.h"

/* --- runtime: whose session, which mode, sandboxed or not ----------------------------------- */

/*
 * These two are answers of a function that was called with what the program itself never passes on:
 * its loader replaces session.mainKey by "main" (its own explain warns and shows so), and there is
 * no session without a key.
 */
static const char *runtime_reason(const struct node *in)
{
	const char *key = node_text(in, "sessionKey");

	if (!key[0])
		return "no session is without a key: refused";
	if (strstr(node_text(in, "cfg"), "mainKey"))
		return "the loader replaces mainKey by \"main\"";
	return NULL;
}

static bool same_runtime(const struct config *c, const char *text, const struct node *one,
			 struct buf *ours)
{
	const struct node *out = node_get(one, "output");
	struct session_key k autodestroy(session_key_clear) = {0};
	autofree char *main_key = NULL;
	struct sandbox s;
	struct err err = {0};

	if (session_key_parse(c, text, &k, &err)) {
		buf_puts(ours, err.message);
		return node_get(one, "error");
	}
	s = sandbox_resolve(c, dialect_of(c), config_find_agent(c, k.agent), &k);
	main_key = main_session_key(c, k.agent);
	buf_printf(ours, "%s %s %s %s %d", k.agent, k.text, main_key, words_sandbox_mode[s.mode],
		   s.sandboxed);
	return out && !strcmp(k.agent, node_text(out, "agentId")) &&
	       !strcmp(k.text, node_text(out, "sessionKey")) &&
	       !strcmp(main_key, node_text(out, "mainSessionKey")) &&
	       !strcmp(words_sandbox_mode[s.mode], node_text(out, "mode")) &&
	       s.sandboxed == node_flag(out, "sandboxed");
}

static void check_runtime(int dialect)
{
	struct golden g autogolden = golden_open(dialect, "runtime");
	const struct node *one;

	node_for_each_item (g.root, one) {
		const struct node *in = node_get(one, "input");
		struct doc d autodoc = golden_doc(dialect, node_text(in, "cfg"));
		autobuf struct buf ours = {0};

		golden_count(&g, one,
			     same_runtime(d.config, node_text(in, "sessionKey"), one, &ours),
			     runtime_reason(in), ours.data);
	}
	golden_report(&g, dialect, "runtime");
}

/* --- keys: ids, keys, scope keys, slugs, container names ------------------------------------ */

static bool is_text(const struct node *one, const char *text)
{
	const char *theirs = node_text(one, "output");

	return theirs ? text && !strcmp(text, theirs) : !text;
}

static bool same_split(const struct config *c, const char *text, const struct node *one)
{
	const struct node *out = node_get(one, "output");
	autofree char *agent = NULL;
	const char *rest = NULL;
	struct err err;

	if (session_key_split(c, text, strlen(text), &agent, &rest, &err) || !agent)
		return !out || out->type == NODE_NULL;
	/* We keep the rest as it is written, and ids in their normal form: names are compared so.
	 */
	return out && !strcasecmp(agent, node_text(out, "agentId")) &&
	       !strcasecmp(rest, node_text(out, "rest"));
}

static bool same_scope_key(const struct config *c, const struct node *one, struct buf *ours)
{
	const struct node *in = node_get(one, "input");
	const char *scope = node_text(in, "scope"), *text = node_text(in, "sessionKey"), *rest;
	autofree char *agent = NULL, *key = NULL;
	int word = 0;
	struct err err;

	while (strcmp(words_sandbox_scope[word], scope))
		word++;
	session_key_split(c, text, strlen(text), &agent, &rest, &err);
	key = scope_key_make(dialect_of(c), (enum sandbox_scope)word, text, agent,
			     node_text(in, "workspaceDir"));
	buf_puts(ours, key ? key : "null");
	return is_text(one, key);
}

static bool is_subagent(const struct config *c, const char *text)
{
	struct session_key k autodestroy(session_key_clear) = {0};
	struct err err;

	return !session_key_parse(c, text, &k, &err) && k.kind == SESSION_SUBAGENT;
}

static bool same_key(const struct config *c, const struct node *one, struct buf *ours)
{
	const struct node *in = node_get(one, "input");
	const char *fn = node_text(in, "fn"), *v = node_text(in, "v");
	autofree char *text = NULL;

	if (!strcmp(fn, "parseAgentSessionKey"))
		return same_split(c, v, one);
	if (!strcmp(fn, "resolveSandboxScopeKey"))
		return same_scope_key(c, one, ours);
	if (!strcmp(fn, "isSubagentSessionKey"))
		return is_subagent(c, v) == node_flag(one, "output");
	if (!strcmp(fn, "normalizeAgentId"))
		text = agent_id_normalize(v, strlen(v));
	else if (!strcmp(fn, "slugifySessionKey"))
		text = scope_key_slug(dialect_of(c), v);
	else if (!strcmp(fn, "containerName"))
		text = container_name_make(dialect_of(c), node_text(in, "prefix"),
					   node_text(in, "slug"));
	buf_puts(ours, text ? text : "null");
	return is_text(one, text);
}

static const char *key_reason(const struct node *in)
{
	const char *fn = node_text(in, "fn");

	if (!strcmp(fn, "buildAgentPeerSessionKey"))
		return "makes keys out of messages, which is the gateway's work: we are given keys";
	if (!strcmp(fn, "resolveSandboxAgentId"))
		return "from a container's label to an agent: we label processes by their cgroup";
	return NULL;
}

static void check_keys(int dialect)
{
	struct golden g autogolden = golden_open(dialect, "keys");
	struct doc d autodoc = golden_doc(dialect, "{}");
	const struct node *one;

	node_for_each_item (g.root, one) {
		const char *reason = key_reason(node_get(one, "input"));
		autobuf struct buf ours = {0};

		golden_count(&g, one, !reason && same_key(d.config, one, &ours), reason, ours.data);
	}
	golden_report(&g, dialect, "keys");
}

/* --- elevated: which senders pass ----------------------------------------------------------- */

static bool same_gates(const struct elevated_answer *a, const struct node *failures)
{
	if (a->count != failures->array.count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->gates[i].name, node_text(failures->array.items[i], "gate")) ||
		    strcmp(a->gates[i].key, node_text(failures->array.items[i], "key")))
			return false;
	return true;
}

static void check_elevated(int dialect)
{
	struct golden g autogolden = golden_open(dialect, "elevated");
	const struct node *one;

	node_for_each_item (g.root, one) {
		const struct node *in = node_get(one, "input"), *out = node_get(one, "output");
		const struct node *ctx = node_get(in, "ctx");
		struct doc d autodoc = golden_doc(dialect, node_text(in, "cfg"));
		struct elevated_answer a autodestroy(elevated_clear) = {0};
		struct sender sender = {.id = node_text(ctx, "SenderId"),
					.name = node_text(ctx, "SenderName"),
					.username = node_text(ctx, "SenderUsername"),
					.tag = node_text(ctx, "SenderTag"),
					.e164 = node_text(ctx, "SenderE164"),
					.from = node_text(ctx, "From"),
					.to = node_text(ctx, "To")};
		autobuf struct buf ours = {0};

		assert_int_equal(elevated_ask(d.config, config_find_agent(d.config, "main"),
					      node_text(in, "provider"), &sender, &a),
				 0);
		buf_printf(&ours, "enabled %d allowed %d %s %s", a.enabled, a.allowed,
			   a.count ? a.gates[0].name : "", a.count ? a.gates[0].key : "");
		golden_count(&g, one,
			     a.enabled == node_flag(out, "enabled") &&
				     a.allowed == node_flag(out, "allowed") &&
				     same_gates(&a, node_get(out, "failures")),
			     NULL, ours.data);
	}
	golden_report(&g, dialect, "elevated");
}

static void check_all(int dialect)
{
	check_runtime(dialect);
	check_keys(dialect);
	check_elevated(dialect);
}

static void test_clawdbot(void **state)
{
	(void)state;
	check_all(DIALECT_CLAWDBOT);
}

static void test_openclaw(void **state)
{
	(void)state;
	check_all(DIALECT_OPENCLAW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clawdbot),
		cmocka_unit_test(test_openclaw),
	};

	setenv("HOME", "/home/claw", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
