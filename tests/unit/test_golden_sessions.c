// SPDX-License-Identifier: GPL-2.0-only
/* Do we answer about sessions, their sandboxes and their senders as the real programs did? */
#include "golden.h"

#include "policy/container/container_owner.h"
#include "policy/elevate/elevated.h"
#include "policy/container/names.h"
#include "policy/key/peer_key.h"
#include "policy/key/runtime.h"
#include "util/fold.h"
#include "policy/key/session_key.h"

/* --- runtime: whose session, which mode, sandboxed or not ----------------------------------- */

static bool same_runtime(const struct config *c, const char *text, const struct node *one,
			 struct buf *ours)
{
	const struct node *out = node_get(one, "output");
	struct runtime run autodestroy(runtime_clear) = {0};
	struct err err = {0};

	if (runtime_resolve(c, text, &run, &err)) {
		buf_puts(ours, err.message);
		return node_get(one, "error");
	}
	buf_printf(ours, "%s %s %s %s %d", run.agent, run.key, run.main_key,
		   words_sandbox_mode[run.mode], run.sandboxed);
	return out && !strcmp(run.agent, node_text(out, "agentId")) &&
	       !strcmp(run.key, node_text(out, "sessionKey")) &&
	       !strcmp(run.main_key, node_text(out, "mainSessionKey")) &&
	       !strcmp(words_sandbox_mode[run.mode], node_text(out, "mode")) &&
	       run.sandboxed == node_flag(out, "sandboxed");
}

static void check_runtime(int dialect)
{
	struct golden g autogolden = golden_open(dialect, "runtime");
	const struct node *one;

	node_for_each_item (g.root, one) {
		const struct node *in = node_get(one, "input");
		struct doc d autodoc = golden_doc(dialect, node_text(in, "cfg"));
		autobuf struct buf ours = {0};
		autofree char *main_key = text_fold(d.config->session.main_key.text);

		/* They called the function itself: no loader had put "main" there. */
		if (*main_key)
			d.config->main_key = main_key;
		golden_count(&g, one,
			     same_runtime(d.config, node_text(in, "sessionKey"), one, &ours), NULL,
			     ours.data);
	}
	golden_report(&g, dialect, "runtime");
}

/* --- keys: ids, keys, scope keys, slugs, container names ------------------------------------ */

static bool is_text(const struct node *one, const char *text)
{
	const char *theirs = node_text(one, "output");

	return theirs ? text && !strcmp(text, theirs) : !text;
}

static bool same_split(const struct config *c, const char *text, const struct node *one,
		       struct buf *ours)
{
	const struct node *out = node_get(one, "output");
	autofree char *key = session_key_fold(c, text), *agent = NULL, *rest = NULL;
	struct err err;

	if (session_key_split(c, key, strlen(key), &agent, &rest, &err) || !agent)
		return !out || out->type == NODE_NULL;
	buf_printf(ours, "%s|%s", agent, rest);
	return out && out->type == NODE_OBJECT && !strcmp(agent, node_text(out, "agentId")) &&
	       !strcmp(rest, node_text(out, "rest"));
}

static char *scope_key_of(const struct config *c, const struct node *in)
{
	const char *scope = node_text(in, "scope");
	int word = 0;

	while (strcmp(words_sandbox_scope[word], scope))
		word++;
	return scope_key_make(c, (enum sandbox_scope)word, node_text(in, "sessionKey"), NULL,
			      node_text(in, "workspaceDir"));
}

/* dmScope is an argument there, and a setting of the config here. */
static char *key_of_chat(int dialect, const struct node *in)
{
	const struct node *scope = node_get(in, "dmScope"), *links = node_get(in, "identityLinks");
	autobuf struct buf text = {0};
	const char *agent = node_text(in, "agentId");
	struct peer p = {.agent = agent ? agent : "main",
			 .channel = node_text(in, "channel"),
			 .account = node_text(in, "accountId"),
			 .kind = node_text(in, "peerKind"),
			 .id = node_text(in, "peerId")};

	buf_puts(&text, "{session:{");
	if (scope) {
		buf_puts(&text, "dmScope:");
		tree_text(&text, scope, false);
	}
	if (links) {
		buf_puts(&text, scope ? ",identityLinks:" : "identityLinks:");
		tree_text(&text, links, false);
	}
	buf_puts(&text, "}}");
	{
		struct doc d autodoc = golden_doc(dialect, text.data);

		return peer_key_make(d.config, &p);
	}
}

static bool is_subagent(const struct config *c, const char *text)
{
	struct session_key k autodestroy(session_key_clear) = {0};
	struct err err;

	return !session_key_parse(c, text, &k, &err) && k.kind == SESSION_SUBAGENT;
}

static bool same_key(int dialect, const struct config *c, const struct node *one, struct buf *ours)
{
	const struct node *in = node_get(one, "input");
	const char *fn = node_text(in, "fn"), *v = node_text(in, "v");
	autofree char *text = NULL;

	if (!strcmp(fn, "parseAgentSessionKey"))
		return same_split(c, v, one, ours);
	if (!strcmp(fn, "isSubagentSessionKey"))
		return is_subagent(c, v) == node_flag(one, "output");
	if (!strcmp(fn, "resolveSandboxScopeKey"))
		text = scope_key_of(c, in);
	else if (!strcmp(fn, "normalizeAgentId"))
		text = agent_id_normalize(v, strlen(v));
	else if (!strcmp(fn, "slugifySessionKey"))
		text = scope_key_slug(dialect_of(c), v);
	else if (!strcmp(fn, "containerName"))
		text = container_name_make(dialect_of(c), node_text(in, "prefix"),
					   node_text(in, "slug"));
	else if (!strcmp(fn, "buildAgentPeerSessionKey"))
		text = key_of_chat(dialect, in);
	else if (!strcmp(fn, "resolveSandboxAgentId"))
		text = container_scope_agent(c, v);
	else
		fail_msg("%s is not known here", fn);
	buf_puts(ours, text ? text : "null");
	return is_text(one, text);
}

static void check_keys(int dialect)
{
	struct golden g autogolden = golden_open(dialect, "keys");
	struct doc d autodoc = golden_doc(dialect, "{}");
	const struct node *one;

	node_for_each_item (g.root, one) {
		autobuf struct buf ours = {0};

		golden_count(&g, one, same_key(dialect, d.config, one, &ours), NULL, ours.data);
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
					.to = node_text(ctx, "To"),
					.chat_type = node_text(ctx, "ChatType")};
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

static void test_generated(void **state)
{
	(void)state;
	golden_set = "generated";
	check_all(DIALECT_CLAWDBOT);
	check_all(DIALECT_OPENCLAW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clawdbot), cmocka_unit_test(test_openclaw),
		cmocka_unit_test(test_generated), /* last: it changes the collection */
	};

	setenv("HOME", "/home/claw", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
