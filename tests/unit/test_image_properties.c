// SPDX-License-Identifier: GPL-2.0-only
/* Does the image say what the resolver says, and does each rule name a key that is there? On
 * generated configs, in every dialect. */
#include "config/choice.h"
#include "config/schema.h"
#include "doc.h"

#include "abi/decide.h"
#include "policy/image.h"
#include "policy/tools/tool_binaries.h"
#include "util/buf.h"

static unsigned int next_random(unsigned int *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

static const char *const tools[] = {"exec", "bash",    "browser",  "cron",  "web_*",
				    "tts",  "gateway", "group:fs", "nosuch"};
static const char *const binaries[] = {"curl", "nc", "/usr/bin/nc", "python3", "at"};
static const char *const sources[] = {"/srv/keys", "/srv", "/opt/x", "/etc"};
static const char *const probes[] = {"curl", "nc", "crontab", "at", "python3", "wget", "sh"};
static const char *const sessions[] = {
	"agent:main:main",       "agent:main:telegram:group:-1", "agent:work:main",
	"agent:work:subagent:x", "agent:work:telegram:group:-2", "agent:main:telegram:direct:7"};

static const char *pick(const char *const *list, size_t count, unsigned int *seed)
{
	return list[next_random(seed) % count];
}

static void put_list(struct buf *b, const char *key, const char *const *list, size_t count,
		     unsigned int *seed)
{
	unsigned int n = next_random(seed) % 3;

	buf_printf(b, "%s:[", key);
	for (unsigned int i = 0; i < n; i++)
		buf_printf(b, "%s'%s'", i ? "," : "", pick(list, count, seed));
	buf_puts(b, "],\n");
}

static void put_tools(struct buf *b, unsigned int *seed)
{
	static const char *const profiles[] = {"", "profile:'coding',", "profile:'minimal',"};

	buf_printf(b, "tools:{%s\n", pick(profiles, ARRAY_SIZE(profiles), seed));
	put_list(b, "deny", tools, ARRAY_SIZE(tools), seed);
	put_list(b, "allow", tools, ARRAY_SIZE(tools), seed);
	buf_puts(b, "sandbox:{tools:{");
	put_list(b, "deny", tools, ARRAY_SIZE(tools), seed);
	buf_puts(b, "}}}");
}

static char *random_config(unsigned int *seed)
{
	static const char *const modes[] = {"off", "non-main", "all"};
	struct buf b = {0};

	buf_printf(&b, "{agents:{defaults:{sandbox:{mode:'%s'}},list:[{id:'main',default:true,\n",
		   pick(modes, ARRAY_SIZE(modes), seed));
	put_tools(&b, seed);
	buf_printf(&b, "},{id:'work',sandbox:{mode:'%s'}}]},\n",
		   pick(modes, ARRAY_SIZE(modes), seed));
	put_tools(&b, seed);
	buf_puts(&b, ",channels:{telegram:{groups:{'-1':{tools:{\n");
	put_list(&b, "deny", tools, ARRAY_SIZE(tools), seed);
	buf_puts(&b, "}},'*':{tools:{\n");
	put_list(&b, "deny", tools, ARRAY_SIZE(tools), seed);
	buf_puts(&b, "}}}}},clawbpf:{");
	put_list(&b, "denyBinaries", binaries, ARRAY_SIZE(binaries), seed);
	put_list(&b, "blockedBindSources", sources, ARRAY_SIZE(sources), seed);
	buf_puts(&b, "}}");
	return buf_take(&b);
}

static struct doc open_as(const char *text, int dialect)
{
	const struct dialect_choice choice = {.dialect = dialect, .because = DIALECT_BY_OPTION};
	struct doc d = {.sources = sources_new(false)};
	int r = json5_read("test.json5", text, strlen(text), &d.root, &d.warnings, &d.err);

	if (!r)
		r = config_decode_as(d.root, d.sources, &choice, &d.config, &d.warnings, &d.err);
	if (r)
		fail_msg("%s: %s", text, d.err.message);
	return d;
}

/* How often each outcome was met. */
static struct {
	size_t refused, allowed, keys, denied_tools, allowed_tools, boxed;
} seen;

/* --- keys ----------------------------------------------------------------------------------- */

/* By a key path with indexes: "agents.list[0].tools.deny[1]". */
static const struct node *node_at(const struct node *n, const char *path)
{
	while (n && *path) {
		size_t len = strcspn(path, ".[");
		autofree char *name = strndup(path, len);

		n = len ? node_get(n, name) : n;
		path += len;
		while (n && *path == '[') {
			char *end;
			size_t i = strtoul(path + 1, &end, 10);

			n = n->type == NODE_ARRAY && i < n->array.count ? n->array.items[i] : NULL;
			path = end + 1;
		}
		path += *path == '.';
	}
	return n;
}

/* Each is either a built-in default, or a key of this very file and its place there. */
static void check_origins(const struct image *image, const struct doc *d, const char *text)
{
	for (size_t i = 0; i < image->origin_count; i++) {
		const struct origin *o = &image->origins[i];
		const struct node *n;

		assert_non_null(o->key);
		if (!o->pos.line)
			continue;
		n = node_at(d->root, o->key);
		if (!n || n->pos.line != o->pos.line)
			fail_msg("%s:%u is not in\n%s", o->key, o->pos.line, text);
		seen.keys++;
	}
}

/* --- answers -------------------------------------------------------------------------------- */

static u32 rule_for(const struct image_policy *p, enum rule_kind kind, const char *text)
{
	for (size_t i = 0; i < p->rule_count; i++)
		if (p->rules[i].kind == kind && !strcmp(p->rules[i].text, text))
			return p->rules[i].origin;
	return RULE_NONE;
}

/* As the hooks ask, for a program that was found on PATH in /usr/bin. */
static bool image_refuses(const struct image_policy *p, const char *name)
{
	struct policy_head head = {.flags = p->flags, .rule_exec = p->origin_exec};
	autofree char *path = NULL;
	struct exec_facts f = {0};

	assert_true(asprintf(&path, "/usr/bin/%s", name) > 0);
	f.by_file = rule_for(p, RULE_FILE, path);
	f.by_path = rule_for(p, RULE_PATH, path);
	f.by_name = rule_for(p, RULE_NAME, name);
	f.by_content = RULE_NONE;
	return decide_exec(&head, &f).reason != REASON_NONE;
}

static bool resolver_refuses(const struct policy *p, const char *name)
{
	autofree char *path = NULL;

	assert_true(asprintf(&path, "/usr/bin/%s", name) > 0);
	return p->exec_denied || policy_binary(p, name) || policy_binary(p, path);
}

static void check_program(const struct policy *p, const struct image_policy *image,
			  const char *name, const char *text)
{
	bool refused = image_refuses(image, name);

	if (refused != resolver_refuses(p, name))
		fail_msg("%s of %s in\n%s", name, p->session_key, text);
	seen.refused += refused;
	seen.allowed += !refused;
}

/* The programs of every tool, whether it is denied or not. */
static void check_tools(const struct policy *p, const struct image_policy *image, const char *text)
{
	for (size_t i = 0; i < p->tool_count; i++) {
		const struct tool_verdict *v = &p->tools[i];
		const struct tool_binaries *b = tool_binaries_find(v->tool);

		/* What the product would give and we do not is a difference, never the other
		 * way round. */
		assert_true(v->product_allows || !v->allowed);
		seen.denied_tools += !v->allowed;
		seen.allowed_tools += v->allowed;
		for (const char *const *name = b ? b->names : NULL; name && *name; name++) {
			check_program(p, image, *name, text);
			if (!v->allowed && v->by_name && !image_refuses(image, *name))
				fail_msg("%s of %s, which is denied to %s in\n%s", *name, v->tool,
					 p->session_key, text);
		}
	}
}

static void check_answers(const struct policy *p, const struct image_policy *image,
			  const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(probes); i++)
		check_program(p, image, probes[i], text);
	for (size_t i = 0; i < p->binary_count; i++)
		if (p->binaries[i].kind == BINARY_NAME)
			check_program(p, image, p->binaries[i].value, text);
	check_tools(p, image, text);
	for (size_t i = 0; i < p->blocked_count; i++)
		assert_int_not_equal(rule_for(image, RULE_BIND, p->blocked[i].path), RULE_NONE);
	assert_int_equal(!!(image->flags & POLICY_SANDBOXED), p->sandboxed);
	assert_int_equal(!!(image->flags & POLICY_NO_NETWORK), p->network_none);
	assert_int_equal(!!(image->flags & POLICY_NO_EXEC), p->exec_denied);
	seen.boxed += p->sandboxed;
}

static const struct image_policy *add(struct image *image, const struct policy *p)
{
	struct err err = {0};
	size_t index = 0;

	assert_int_equal(image_add_policy(image, p, &index, &err), 0);
	return &image->policies[index];
}

static void check_config(const char *text, int dialect)
{
	struct doc d autodoc = open_as(text, dialect), again autodoc = open_as(text, dialect);
	struct image *image autodestroy(image_free) = NULL, *other autodestroy(image_free) = NULL;
	struct err err = {0};

	assert_int_equal(image_new(&image, &err) | image_new(&other, &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(sessions); i++) {
		struct policy *p autopolicy = doc_policy(&d, sessions[i]);
		struct policy *q autopolicy = doc_policy(&again, sessions[i]);
		const struct image_policy *x = add(image, p);
		u64 id = x->id;

		check_answers(p, x, text);
		assert_int_equal(add(other, q)->id, id); /* the same text says the same */
	}
	assert_int_equal(image->policy_count, other->policy_count);
	check_origins(image, &d, text);
}

static void test_generated(void **state)
{
	const char *start = getenv("SEED"); /* to begin elsewhere */
	unsigned int seed = 7 + (start ? (unsigned int)strtoul(start, NULL, 10) : 0);

	(void)state;
	for (unsigned int round = 0; round < 300; round++) {
		autofree char *text = random_config(&seed);

		check_config(text, (int)(round % DIALECT_COUNT));
	}
	/* Else nothing was tried. */
	assert_true(seen.refused > 500 && seen.allowed > 500 && seen.keys > 500);
	assert_true(seen.denied_tools > 500 && seen.allowed_tools > 500 && seen.boxed > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_generated),
	};

	setenv("HOME", "/home/claw", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
