// SPDX-License-Identifier: GPL-2.0-only
/* Do we name and check containers as the real programs did? */
#include <sys/stat.h>
#include <unistd.h>

#include "golden.h"

#include "folder.h"
#include "policy/container/container.h"
#include "policy/container/container_create.h"
#include "policy/container/names.h"
#include "policy/sandbox/product_binds.h"
#include "policy/sandbox/sandbox.h"
#include "policy/key/session_key.h"

/* --- binds: what is refused when a container is made ---------------------------------------- */

/* Binds through symlinks need a home that is there: theirs was /home/claw. */
static char *home_with_links(void)
{
	char *home = folder_new();
	autofree char *ws = folder_path(home, "ws"), *etc = folder_path(ws, "etclink");
	autofree char *ssh = folder_path(ws, "sshlink"), *out = folder_path(ws, "outlink");
	autofree char *keys = folder_path(home, ".ssh"), *proj = folder_path(home, "proj");

	assert_int_equal(mkdir(ws, 0700) | mkdir(keys, 0700) | mkdir(proj, 0700), 0);
	assert_int_equal(symlink("/etc", etc) | symlink(keys, ssh) | symlink(proj, out), 0);
	return home;
}

static char *moved(const char *text, const char *home)
{
	const char *at = strstr(text, "/home/claw");
	struct buf b = {0};

	buf_puts(&b, "");
	for (; at && home; text = at + strlen("/home/claw"), at = strstr(text, "/home/claw")) {
		buf_add(&b, text, (size_t)(at - text));
		buf_puts(&b, home);
	}
	buf_puts(&b, text);
	return buf_take(&b);
}

static int ask_bind(const struct node *in, const char *home, struct err *err)
{
	const struct node *roots = node_get(in, "allowedSourceRoots");
	autofree char *text = moved(node_text(in, "bind"), home);
	autofree char *root = moved("/home/claw/ws", home);
	const char *const list[] = {root, NULL};
	struct bind_rules rules = {
		.home = home ? home : "/home/claw",
		.roots = roots ? list : NULL,
		.external = node_flag(in, "allowSourcesOutsideAllowedRoots"),
		.reserved = node_flag(in, "allowReservedContainerTargets"),
	};

	return product_bind_check(text, &rules, err);
}

static int ask(const struct node *in, const char *home, struct err *err)
{
	bool links = node_get(in, "bind") && strstr(node_text(in, "bind"), "link");

	if (node_get(in, "bind"))
		return ask_bind(in, links ? home : NULL, err);
	if (node_get(in, "network"))
		return product_network_check(
			node_text(in, "network"),
			node_flag(in, "dangerouslyAllowContainerNamespaceJoin"), err);
	if (node_get(in, "seccompProfile"))
		return product_profile_check("seccomp", node_text(in, "seccompProfile"), err);
	return product_profile_check("apparmor", node_text(in, "apparmorProfile"), err);
}

static void test_binds(void **state)
{
	struct golden g autogolden = golden_open(DIALECT_OPENCLAW, "binds");
	char *home autofolder = home_with_links();
	const struct node *one;

	(void)state;
	node_for_each_item (g.root, one) {
		const char *theirs = node_text(one, "error");
		struct err err = {0};
		int r = ask(node_get(one, "input"), home, &err);
		autofree char *text =
			theirs ? moved(theirs, strstr(theirs, "link") ? home : NULL) : NULL;

		golden_count(&g, one, theirs ? r && !strcmp(err.message, text) : !r, NULL,
			     err.message);
	}
	golden_report(&g, DIALECT_OPENCLAW, "binds");
}

/* --- docker: folders, names, labels, arguments ----------------------------------------------- */

/* The n-th `docker create`; NULL: there is none. */
static const struct node *creation(const struct node *calls, size_t n)
{
	const struct node *call;

	node_for_each_item (calls, call) {
		const struct node *argv = node_get(call, "argv");

		if (!strcmp(argv->array.items[0]->string.bytes, "create") && !n--)
			return argv;
	}
	return NULL;
}

static bool same_args(const struct container_args *ours, const struct node *theirs, struct buf *b)
{
	size_t count = theirs ? theirs->array.count : 0;

	for (size_t i = 0; i < ours->count; i++)
		buf_printf(b, "%s ", ours->items[i]);
	for (size_t i = 0; i < count && i < ours->count; i++)
		if (strcmp(ours->items[i], theirs->array.items[i]->string.bytes))
			return false;
	return count == ours->count;
}

/* What the config says against the container, in the words of the program. */
static bool same_refusal(const struct config *c, const struct sandbox_names *n,
			 const char *workspace, const char *theirs, struct buf *b)
{
	const struct setting_list *binds = &c->sandbox.docker.binds;
	const char *const roots[] = {n->folder, workspace, NULL};
	const struct bind_rules rules = {.home = "/home/claw",
					 .roots = roots,
					 .external = c->sandbox.docker.allow_external_sources.flag};

	for (size_t i = 0; i < binds->count; i++) {
		struct err err = {0};

		if (!product_bind_check(binds->items[i].text, &rules, &err))
			continue;
		buf_puts(b, err.message);
		return !strcmp(err.message, theirs);
	}
	return false;
}

static bool same_creation(const struct config *c, const struct node *one, struct buf *ours)
{
	const struct node *in = node_get(one, "input"), *out = node_get(one, "output");
	const char *workspace = node_text(in, "workspaceDir"), *folder, *error;
	struct session_key k autodestroy(session_key_clear) = {0};
	struct sandbox_names n autodestroy(sandbox_names_clear) = {0};
	struct container_args args autodestroy(container_args_clear) = {0};
	struct container_args browser autodestroy(container_args_clear) = {0};
	const struct container_place place = {
		.workspace = workspace, .user = "0:0", .skills = true};
	const struct node *calls = node_get(one, "docker");
	struct sandbox s;
	struct err err;

	if (session_key_parse(c, node_text(in, "sessionKey"), &k, &err))
		return false;
	s = sandbox_resolve(c, dialect_of(c), NULL, &k, &(struct stored_session){0});
	if (sandbox_names_make(c, s.scope, k.text, k.agent, workspace, &n))
		return false;
	error = node_text(out, "error");
	folder = node_text(out, "workspaceDir");
	if (!creation(calls, 0))
		return error && same_refusal(c, &n, workspace, error, ours);
	if (folder &&
	    (strcmp(folder, n.folder) || strcmp(node_text(out, "containerName"), n.container)))
		return false;
	assert_int_equal(container_create_args(c, NULL, &s, &n, &place, &args), 0);
	if (creation(calls, 1))
		assert_int_equal(container_browser_args(c, NULL, &s, &n, &place, &browser), 0);
	return same_args(&args, creation(calls, 0), ours) &&
	       same_args(&browser, creation(calls, 1), ours);
}

static void check_docker(int dialect)
{
	struct golden g autogolden = golden_open(dialect, "docker");
	const struct node *one;

	node_for_each_item (g.root, one) {
		struct doc d autodoc =
			golden_doc(dialect, node_text(node_get(one, "input"), "cfg"));
		autobuf struct buf ours = {0};

		golden_count(&g, one, same_creation(d.config, one, &ours), NULL, ours.data);
	}
	golden_report(&g, dialect, "docker");
}

/* --- sandboxcfg: the settings after all merging --------------------------------------------- */

/* Objects may have their members in any order; ours is that of the documentation. */
static bool same_value(const struct node *a, const struct node *b)
{
	autofree char *x = NULL, *y = NULL;
	const struct member *m;

	if (!a || !b || a->type != b->type)
		return false;
	if (a->type != NODE_OBJECT) {
		x = node_line(a);
		y = node_line(b);
		return !strcmp(x, y);
	}
	if (a->object.count != b->object.count)
		return false;
	node_for_each_member (a, m)
		if (!same_value(m->value, node_get(b, m->key)))
			return false;
	return true;
}

static bool same_settings(const struct config *c, const struct node *one, struct buf *ours)
{
	static const char *const parts[] = {"docker", "browser", "prune"};
	const struct node *in = node_get(one, "input"), *out = node_get(one, "output");
	const struct agent_settings *agent = config_find_agent(c, node_text(in, "agentId"));
	struct sandbox s = sandbox_resolve(c, dialect_of(c), agent, &(struct session_key){0},
					   &(struct stored_session){0});
	struct node *root autodestroy(node_free) = NULL;
	struct json j autojson = {0};
	struct err err = {0};
	bool same = !strcmp(words_sandbox_mode[s.mode], node_text(out, "mode")) &&
		    !strcmp(words_sandbox_scope[s.scope], node_text(out, "scope")) &&
		    !strcmp(words_workspace_access[s.access], node_text(out, "workspaceAccess"));

	json_object(&j, NULL);
	container_settings_write(c, agent, s.scope, &j);
	json_object_end(&j);
	buf_puts(ours, j.text.data);
	if (json5_read("ours", j.text.data, j.text.len, &root, NULL, &err))
		fail_msg("%s: %s", err.message, j.text.data);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		same = same && same_value(node_get(root, parts[i]), node_get(out, parts[i]));
	return same;
}

static void test_settings(void **state)
{
	(void)state;
	for (int dialect = DIALECT_CLAWDBOT; dialect < DIALECT_COUNT; dialect++) {
		struct golden g autogolden = golden_open(dialect, "sandboxcfg");
		const struct node *one;

		node_for_each_item (g.root, one) {
			struct doc d autodoc =
				golden_doc(dialect, node_text(node_get(one, "input"), "cfg"));
			autobuf struct buf ours = {0};

			golden_count(&g, one, same_settings(d.config, one, &ours), NULL, ours.data);
		}
		golden_report(&g, dialect, "sandboxcfg");
	}
}

/* An agent's own settings, where they count: binds joined, env and ulimits merged. */
static void test_merged(void **state)
{
	struct doc d autodoc = golden_doc(
		DIALECT_CLAWDBOT,
		"{agents:{defaults:{sandbox:{docker:{binds:['/g:/g'],env:{A:'1',B:'2'},"
		"capDrop:['X'],ulimits:{n:1,m:'2'}}}},list:[{id:'w',sandbox:{docker:{"
		"binds:['/a:/a'],env:{B:'3'},capDrop:[],ulimits:{n:{soft:1,hard:2}}}}}]}}");
	struct json j autojson = {0};

	(void)state;
	json_object(&j, NULL);
	container_settings_write(d.config, config_find_agent(d.config, "w"), SCOPE_AGENT, &j);
	json_object_end(&j);
	assert_non_null(strstr(j.text.data, "\"capDrop\":[]"));
	assert_non_null(strstr(j.text.data, "\"binds\":[\"/g:/g\",\"/a:/a\"]"));
	assert_non_null(strstr(j.text.data, "\"env\":{\"A\":\"1\",\"B\":\"3\"}"));
	assert_non_null(strstr(j.text.data, "\"soft\":1,\"hard\":2"));
}

static void test_docker(void **state)
{
	(void)state;
	check_docker(DIALECT_CLAWDBOT);
	check_docker(DIALECT_OPENCLAW);
}

static void test_generated(void **state)
{
	golden_set = "generated";
	test_settings(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_binds),     cmocka_unit_test(test_docker),
		cmocka_unit_test(test_settings),  cmocka_unit_test(test_merged),
		cmocka_unit_test(test_generated), /* last: it changes the collection */
	};

	setenv("HOME", "/home/claw", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
