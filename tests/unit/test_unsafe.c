// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a product is less safe than its config looks: is the product's real answer told, as text
 * and as JSON, and is the safe one enforced?
 */
#include <unistd.h>

#include <cjson/cJSON.h>

#include "golden.h"

#include "folder.h"
#include "output/explain_policy.h"
#include "policy/product/product_view.h"

#define ALL "agents:{defaults:{sandbox:{mode:'all'"
#define CB  DIALECT_CLAWDBOT
#define OC  DIALECT_OPENCLAW

/* What is enforced. */
enum safe {
	SANDBOXED,
	ON_HOST,
	TOOL_DENIED,  /* of `tool`: by us, whatever the product does */
	TOOL_ALLOWED, /* nothing stands for it in the kernel: it is told, no more */
	NOT_LOADED,
};

static const struct {
	const char *why;
	int dialect;
	const char *text, *session, *tool;
	enum safe safe;
	const char *told; /* in both places */
} rows[] = {
	{"a profile and an allow list leave what both have", CB,
	 "{tools:{profile:'minimal',allow:['exec']}}", "main", "exec", TOOL_DENIED, NULL},
	{"security without a host", CB, "{tools:{exec:{security:'deny'}}}", "main", "exec",
	 TOOL_DENIED, "tools.exec.host is not set: outside of a sandbox clawdbot runs every"},
	{"security with the host that there is not", CB,
	 "{tools:{exec:{security:'deny',host:'sandbox'}}}", "main", "exec", TOOL_DENIED,
	 "tools.exec.host is \"sandbox\": outside of a sandbox clawdbot runs every"},
	{"security of an agent", CB, "{agents:{list:[{id:'a',tools:{exec:{security:'deny'}}}]}}",
	 "agent:a:main", "exec", TOOL_DENIED,
	 "agents.list[0].tools.exec.security: tools.exec.host"},
	{"security that only asks is told", CB, "{tools:{exec:{security:'allowlist'}}}", "main",
	 "exec", TOOL_ALLOWED, "\"allowlist\" and asking are not"},
	{"an empty sandbox list", CB, "{" ALL "}}},tools:{sandbox:{tools:{allow:[]}}}}", "main",
	 "exec", TOOL_DENIED, NULL},
	{"an empty sandbox list limits nothing there", OC,
	 "{" ALL "}}},tools:{sandbox:{tools:{allow:[]}}}}", "main", "exec", TOOL_ALLOWED, NULL},
	{"a list that names no tool of its own", CB, "{tools:{allow:['nosuch']}}", "main", "exec",
	 TOOL_DENIED, "clawdbot would give main: read, write"},
	{"the default deny list stays", CB,
	 "{" ALL "}}},tools:{sandbox:{tools:{allow:['browser']}}}}", "main", "browser", TOOL_DENIED,
	 NULL},
	{"a deny of write alone", CB, "{tools:{deny:['write']}}", "main", "apply_patch",
	 TOOL_ALLOWED, "tools.deny: denying write leaves apply_patch"},
	{"the same by the newer one", OC, "{tools:{deny:['edit']}}", "main", "apply_patch",
	 TOOL_ALLOWED, "tools.deny: denying edit leaves apply_patch"},
	{"one folder for all", CB, "{" ALL ",scope:'shared'}}}}", "main", NULL, SANDBOXED,
	 "agents.defaults.sandbox.scope: \"shared\" mounts the folders of all sandboxes"},
	{"one folder for all, of an agent", OC,
	 "{" ALL "}},list:[{id:'main',sandbox:{scope:'shared'}}]}}", "main", NULL, SANDBOXED,
	 "agents.list[0].sandbox.scope: \"shared\" mounts the folders of all sandboxes"},
	{"one folder for all, in the older word", CB, "{" ALL ",perSession:false}}}}", "main", NULL,
	 SANDBOXED, "agents.defaults.sandbox.perSession: false means scope \"shared\""},
	{"its explain does not know the global session", CB,
	 "{session:{scope:'global'},agents:{defaults:{sandbox:{mode:'non-main'}}}}", "global", NULL,
	 ON_HOST, "clawdbot sandbox explain says that global is sandboxed"},
	{"nor looks at the scope of sessions", CB,
	 "{session:{scope:'global'},agents:{defaults:{sandbox:{mode:'non-main'}}}}", "global", NULL,
	 ON_HOST, "session.scope: clawdbot sandbox explain does not look at it"},
	{"the main session in capitals is another one", CB,
	 "{agents:{defaults:{sandbox:{mode:'non-main'}}}}", "AGENT:MAIN:MAIN", NULL, SANDBOXED,
	 NULL},
	{"also by the newer one", OC, "{agents:{defaults:{sandbox:{mode:'non-main'}}}}",
	 "agent:Main:main", NULL, SANDBOXED, NULL},
	{"a thread of the main session is another one", OC,
	 "{agents:{defaults:{sandbox:{mode:'non-main'}}}}", "agent:main:main:thread:1", NULL,
	 SANDBOXED, NULL},
	{"an empty key", CB, "{" ALL "}}}}", "main", NULL, SANDBOXED,
	 "a session with an empty key is never sandboxed by clawdbot"},
	{"a key too many", CB, "{" ALL "}}},foo:1}", "main", NULL, SANDBOXED,
	 "its gateway goes on with an empty config: nothing would be sandboxed"},
	{"a key too many, deep inside", CB, "{" ALL "},memory:{}}}}", "main", NULL, SANDBOXED,
	 "agents.defaults: Unrecognized key: \"memory\""},
	{"a key that only the newer one has", CB, "{" ALL "}}},tools:{alsoAllow:['tts']}}", "main",
	 NULL, SANDBOXED, "its gateway goes on with an empty config: nothing would be sandboxed"},
	{"a bind of the engine's socket", CB,
	 "{" ALL ",docker:{binds:['/var/run/docker.sock:/s']}}}}}", "main", NULL, NOT_LOADED,
	 "clawdbot would start with it; it would not be loaded here: bind mount"},
	{"a bind, whatever it is", CB, "{" ALL ",docker:{binds:['/srv/x:/x']}}}}}", "main", NULL,
	 SANDBOXED, "clawdbot looks at no bind source; here blocked ones are refused"},
	{"a bind that is looked at too late for explain", OC,
	 "{" ALL ",docker:{binds:['/etc:/x']}}}}}", "main", NULL, NOT_LOADED,
	 "targets blocked path \\\"/etc\\\""},
	{"the host's network", CB, "{" ALL ",docker:{network:'host'}}}}}", "main", NULL, SANDBOXED,
	 "takes \"host\" without a question: the sandbox has the host's own network"},
	{"another container's network", CB, "{" ALL ",docker:{network:'container:x'}}}}}", "main",
	 NULL, SANDBOXED, "takes \"container:x\" without a question"},
	{"no filter", CB, "{" ALL ",docker:{seccompProfile:'unconfined'}}}}}", "main", NULL,
	 SANDBOXED, "takes \"unconfined\" without a question: no system call is filtered"},
	{"elevated is on by itself", OC, "{tools:{elevated:{allowFrom:{telegram:['1']}}}}", "main",
	 NULL, ON_HOST, "admits leaves the sandbox with every command"},
	{"elevated by a name that anybody may take", CB,
	 "{tools:{elevated:{allowFrom:{telegram:['1']}}}}", "main", NULL, ON_HOST,
	 "and with the address that the message went to, too"},
	{"an entry of the allowlist that is an expression", CB, "{tools:{exec:{host:'gateway'}}}",
	 "main", NULL, ON_HOST, "it is read as an expression there"},
	{"an entry that makes every command fail", CB, "{tools:{exec:{host:'gateway'}}}", "main",
	 NULL, ON_HOST, "every command fails there"},
	{"a command in a command", CB, "{tools:{exec:{host:'gateway'}}}", "main", NULL, ON_HOST,
	 "within double quotes are not seen there"},
};

static const char approvals[] =
	"{\"version\":1,\"agents\":{\"*\":{\"allowlist\":[{\"pattern\":\"/usr/bin/a[b]c\"},"
	"{\"pattern\":\"/usr/bin/g++\"}]}}}";

/* Quotes within JSON's strings are written with a backslash. */
static char *as_json(const char *text)
{
	struct buf b = {0};

	buf_puts(&b, "");
	for (; *text; text++) {
		if (*text == '"')
			buf_putc(&b, '\\');
		if (*text != '\\')
			buf_putc(&b, *text);
	}
	return buf_take(&b);
}

static char *as_text(const char *text)
{
	struct buf b = {0};

	buf_puts(&b, "");
	for (; *text; text++)
		if (*text != '\\')
			buf_putc(&b, *text);
	return buf_take(&b);
}

static void check_told(const struct explain_policy *e, const char *why, const char *told)
{
	autofree char *text = NULL, *json = NULL, *plain = as_text(told), *quoted = as_json(told);
	struct err err = {0};
	cJSON *root = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_int_equal(explain_policy_print(e, f, false, &err), 0);
	fclose(f);
	assert_int_equal(explain_policy_json(e, &root, &err), 0);
	json = cJSON_Print(root);
	cJSON_Delete(root);
	if (!strstr(text, plain))
		fail_msg("%s: no \"%s\" in\n%s", why, plain, text);
	/* There a difference is an object: session, tools, key. */
	if (strncmp(told, "clawdbot would ", strlen("clawdbot would ")) && !strstr(json, quoted))
		fail_msg("%s: no \"%s\" in\n%.3000s", why, quoted, json);
}

static void check_safe(const struct config *c, const struct policy *p, size_t i)
{
	struct err err = {0};
	bool loads = !policy_check(c, &err);

	assert_int_equal(loads, rows[i].safe != NOT_LOADED);
	if (rows[i].safe == SANDBOXED || rows[i].safe == ON_HOST)
		if (p->sandboxed != (rows[i].safe == SANDBOXED))
			fail_msg("%s: sandboxed %d", rows[i].why, p->sandboxed);
	if (rows[i].tool)
		if (policy_tool(p, rows[i].tool)->allowed != (rows[i].safe == TOOL_ALLOWED))
			fail_msg("%s: %s", rows[i].why, rows[i].tool);
}

static void test_rows(void **state)
{
	char *folder autofolder = folder_new();
	autofree char *dir = folder_path(folder, ".clawdbot");

	(void)state;
	assert_int_equal(mkdir(dir, 0700), 0);
	folder_write(folder, ".clawdbot/exec-approvals.json", approvals, strlen(approvals));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct doc d autodoc = golden_doc(rows[i].dialect, rows[i].text);
		struct policy *p autopolicy = NULL;
		const struct policy *list[1];
		struct product_view view autodestroy(product_view_clear) = {0};
		struct explain_policy e = {
			.config = d.config, .policies = list, .count = 1, .product = &view};
		struct err err = {0};

		free(d.config->state_dir);
		d.config->state_dir = strdup(dir);
		p = doc_policy(&d, rows[i].session);
		list[0] = p;
		check_safe(d.config, p, i);
		assert_int_equal(product_view_fill(d.config, NULL, rows[i].session, &view, &err),
				 0);
		if (rows[i].told)
			check_told(&e, rows[i].why, rows[i].told);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
