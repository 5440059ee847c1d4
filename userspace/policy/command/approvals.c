// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does exec-approvals.json say of an agent?
 *
 * Each field comes from the agent, else from the agent "*", else from the defaults, else from who
 * asks. A word that is none falls to the defaults at once, past "*".
 */
#include "policy/command/approvals.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "config/file.h"
#include "config/json5.h"
#include "config/schema.h"
#include "util/cleanup.h"

struct exec_rules exec_rules_of(const struct dialect *d)
{
	bool asks = !(d->flags & DIALECT_EXEC_RUNS);

	return (struct exec_rules){
		.security = asks ? EXEC_DENY : EXEC_FULL,
		.ask = asks ? EXEC_ASK_ON_MISS : EXEC_ASK_OFF,
		.fallback = EXEC_DENY,
	};
}

enum exec_security exec_security_stricter(enum exec_security a, enum exec_security b)
{
	return a < b ? a : b;
}

enum exec_ask exec_ask_stricter(enum exec_ask a, enum exec_ask b)
{
	return a > b ? a : b;
}

bool exec_needs_asking(const struct exec_rules *r, bool understood, bool listed)
{
	return r->ask == EXEC_ASK_ALWAYS ||
	       (r->ask == EXEC_ASK_ON_MISS && r->security == EXEC_ALLOWLIST &&
		(!understood || !listed));
}

/* --- fields --------------------------------------------------------------------------------- */

static bool is_there(const struct node *n)
{
	return n && n->type != NODE_NULL;
}

/* The first of the objects that says something about a field, NULL-ended. */
static const struct node *first_of(const struct node *const *objects, const char *field)
{
	for (; *objects; objects++) {
		const struct node *n = node_get(*objects, field);

		if (is_there(n))
			return n;
	}
	return NULL;
}

/* Its index among the words; `otherwise` when it is not there or none of them. */
static int word_of(const struct node *n, const char *const *words, int otherwise)
{
	for (int i = 0; n && n->type == NODE_STRING && words[i]; i++)
		if (!strcmp(words[i], n->string.bytes))
			return i;
	return otherwise;
}

static bool flag_of(const struct node *n, bool otherwise)
{
	return is_there(n) ? n->type == NODE_BOOL && n->boolean : otherwise;
}

static struct exec_rules read_rules(const struct node *const *objects,
				    const struct exec_rules *otherwise)
{
	return (struct exec_rules){
		.security = word_of(first_of(objects, "security"), words_exec_security,
				    otherwise->security),
		.ask = word_of(first_of(objects, "ask"), words_exec_ask, otherwise->ask),
		.fallback = word_of(first_of(objects, "askFallback"), words_exec_security,
				    otherwise->fallback),
		.skills = flag_of(first_of(objects, "autoAllowSkills"), otherwise->skills),
	};
}

/* --- the allowlist -------------------------------------------------------------------------- */

static const char *pattern_of(const struct dialect *d, const struct node *entry)
{
	const struct node *pattern = node_get(entry, "pattern");

	/* The older program takes a bare string for an entry without a pattern. */
	if (entry->type == NODE_STRING && !(d->flags & DIALECT_EXEC_LIST_LOOSE))
		return entry->string.bytes;
	/* How an entry is bound to arguments is not followed: it allows nothing here. */
	if (is_there(node_get(entry, "argPattern")))
		return NULL;
	return pattern && pattern->type == NODE_STRING ? pattern->string.bytes : NULL;
}

static bool is_in(const struct approvals *a, const char *pattern)
{
	for (size_t i = 0; i < a->count; i++)
		if (!strcasecmp(a->patterns[i], pattern))
			return true;
	return false;
}

static int add_patterns(struct approvals *a, const struct dialect *d, const struct node *agent,
			bool once)
{
	const struct node *list = node_get(agent, "allowlist"), *entry;
	const char **grown;

	if (!list || list->type != NODE_ARRAY || !list->array.count)
		return 0;
	grown = reallocarray(a->patterns, a->count + list->array.count, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	a->patterns = grown;
	node_for_each_item (list, entry) {
		const char *pattern = pattern_of(d, entry);

		if (pattern && !(once && is_in(a, pattern)))
			a->patterns[a->count++] = pattern;
	}
	return 0;
}

/* --- all of it ------------------------------------------------------------------------------ */

int approvals_resolve(const struct dialect *d, const struct node *file, const char *agent,
		      const struct exec_rules *otherwise, struct approvals *ret)
{
	bool merges = d->flags & DIALECT_EXEC_LIST_LOOSE; /* "default" was the name of "main" */
	const char *name = agent ? agent : merges ? "main" : "";
	const struct node *agents = node_get(file, "agents");
	const struct node *own = node_get(agents, name), *all = node_get(agents, "*");
	const struct node *legacy =
		merges && !strcmp(name, "main") ? node_get(agents, "default") : NULL;
	const struct node *objects[4] = {NULL}, *defaults[] = {node_get(file, "defaults"), NULL};
	struct approvals a autodestroy(approvals_clear) = {0};
	size_t n = 0;
	int r;

	if (own)
		objects[n++] = own;
	if (legacy)
		objects[n++] = legacy;
	if (all)
		objects[n++] = all;
	a.defaults = read_rules(defaults, otherwise);
	a.agent = read_rules(objects, &a.defaults);
	r = add_patterns(&a, d, all, false);
	if (!r)
		r = add_patterns(&a, d, own, false);
	if (!r)
		r = add_patterns(&a, d, legacy, own != NULL);
	if (r)
		return r;
	*ret = a;
	a = (struct approvals){0};
	return 0;
}

void approvals_clear(struct approvals *a)
{
	free(a->patterns);
	*a = (struct approvals){0};
}

int approvals_read(const struct config *c, struct node **ret, struct err *err)
{
	struct node *root autodestroy(node_free) = NULL;
	autofree char *path = NULL, *text = NULL;
	const struct node *version;
	size_t len;
	int r;

	*ret = NULL;
	if (!c->state_dir)
		return 0;
	if (asprintf(&path, "%s/exec-approvals.json", c->state_dir) < 0) {
		path = NULL;
		return err_set(err, ENOMEM, "out of memory");
	}
	if (access(path, F_OK) && errno == ENOENT)
		return 0;
	r = file_read(path, true, &text, &len, err);
	if (!r)
		r = json5_read(path, text, len, &root, NULL, err);
	if (r)
		return r;
	version = node_get(root, "version");
	if (!version || version->type != NODE_NUMBER || version->number != 1)
		return err_set(err, EINVAL, "%s: version is not 1", path);
	*ret = TAKE_PTR(root);
	return 0;
}
