// SPDX-License-Identifier: GPL-2.0-only
/* What does a product call the sandbox of a session? */
#include "policy/container/names.h"

#include <errno.h>
#include <sha1.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/buf.h"
#include "util/cleanup.h"
#include "util/fold.h"
#include "util/path.h"

#define SLUG_MAX      32
#define CONTAINER_MAX 63
#define WORKSPACE     ":workspace:"
#define HASH_DIGITS   32 /* of a workspace, in a scope key */

/* In hex; SHA-1 has 40 digits, SHA-256 has 64. */
static void digest(bool sha256, const char *text, char hex[SHA256_DIGEST_STRING_LENGTH])
{
	const uint8_t *bytes = (const uint8_t *)text;

	if (sha256)
		SHA256Data(bytes, strlen(text), hex);
	else
		SHA1Data(bytes, strlen(text), hex);
}

static char *with_workspace(const char *key, const char *workspace)
{
	char hex[SHA256_DIGEST_STRING_LENGTH];
	char *text = NULL;

	digest(true, workspace, hex);
	return asprintf(&text, "%s" WORKSPACE "%.*s", key, HASH_DIGITS, hex) < 0 ? NULL : text;
}

/* The agent that a program reads in a key by itself; for one of them "main" where it finds none. */
static char *agent_of_key(const struct config *c, const char *key)
{
	autofree char *agent = NULL, *rest = NULL;
	bool loose = dialect_of(c)->flags & DIALECT_LOOSE_KEYS;
	struct err ignored;

	if (session_key_split(c, key, strlen(key), &agent, &rest, &ignored) || !agent)
		return loose ? strdup("main") : NULL;
	return agent_id_normalize(agent, strlen(agent));
}

char *scope_key_make(const struct config *c, enum sandbox_scope scope, const char *session_key,
		     const char *agent, const char *workspace)
{
	const struct dialect *d = dialect_of(c);
	autofree char *own = text_trimmed(session_key), *key = NULL, *its = NULL;

	if (scope == SCOPE_SHARED)
		return strdup("shared");
	if (!own)
		return NULL;
	if (scope == SCOPE_SESSION) {
		key = *own ? TAKE_PTR(own) : strdup("main");
	} else {
		if (agent && !(d->flags & DIALECT_LOOSE_KEYS))
			its = strdup(agent);
		else
			its = agent_of_key(c, own);
		if (!its || asprintf(&key, "agent:%s", its) < 0)
			key = NULL;
	}
	if (!key || !(d->flags & DIALECT_SCOPE_HAS_WORKSPACE))
		return TAKE_PTR(key);
	return with_workspace(key, workspace);
}

static bool is_hex(const char *text, size_t len)
{
	return strlen(text) == len && strspn(text, "0123456789abcdefABCDEF") == len;
}

size_t scope_key_workspace(const char *key)
{
	size_t len = strlen(key), tail = strlen(WORKSPACE) + HASH_DIGITS;
	const char *at = len >= tail ? key + len - tail : NULL;

	return at && !strncasecmp(at, WORKSPACE, strlen(WORKSPACE)) &&
			       is_hex(at + strlen(WORKSPACE), HASH_DIGITS)
		       ? len - tail
		       : len;
}

/* a-z 0-9 . _ -, and one '-' for a run of others; none at either end, at most 32. */
static char *slug_of(const char *key)
{
	autofree char *text = text_lower(key, strlen(key));
	autobuf struct buf b = {0};
	bool other = false;
	size_t first = 0;

	if (!text)
		return NULL;
	buf_puts(&b, "");
	for (const char *p = text; *p; p++) {
		bool plain =
			(*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || strchr("._-", *p);

		if (plain || !other)
			buf_putc(&b, plain ? *p : '-');
		other = !plain;
	}
	if (b.failed)
		return NULL;
	while (b.data[first] == '-')
		first++;
	while (b.len > first && b.data[b.len - 1] == '-')
		b.len--;
	if (b.len == first)
		return strdup("session");
	return strndup(b.data + first, b.len - first > SLUG_MAX ? SLUG_MAX : b.len - first);
}

char *scope_key_slug(const struct dialect *d, const char *scope_key)
{
	bool sha256 = d->flags & DIALECT_SCOPE_HAS_WORKSPACE;
	char hex[SHA256_DIGEST_STRING_LENGTH];
	autofree char *key = text_trimmed(scope_key), *slug = NULL;
	const char *text = key && *key ? key : "session";
	char *made = NULL;

	if (!key)
		return NULL;
	digest(sha256, text, hex);
	if (sha256 && scope_key_workspace(text) < strlen(text))
		return asprintf(&made, "workspace-%.*s", HASH_DIGITS, hex) < 0 ? NULL : made;
	slug = slug_of(text);
	return slug && asprintf(&made, "%s-%.8s", slug, hex) >= 0 ? made : NULL;
}

/* The slug of a workspace's sandbox is whole in every name. */
static bool is_workspace_slug(const char *slug)
{
	static const char head[] = "workspace-";

	return !strncasecmp(slug, head, strlen(head)) && is_hex(slug + strlen(head), HASH_DIGITS);
}

char *container_name_make(const struct dialect *d, const char *prefix, const char *slug)
{
	char hex[SHA256_DIGEST_STRING_LENGTH];
	autofree char *name = NULL, *tail = NULL;
	char *cut = NULL;

	if (asprintf(&name, "%s%s", prefix, slug) < 0) {
		name = NULL;
		return NULL;
	}
	if (strlen(name) <= CONTAINER_MAX)
		return TAKE_PTR(name);
	if (!(d->flags & DIALECT_SCOPE_HAS_WORKSPACE))
		return strndup(name, CONTAINER_MAX);
	digest(true, name, hex);
	if (asprintf(&tail, "%s%s-%.12s", is_workspace_slug(slug) ? "-" : "",
		     is_workspace_slug(slug) ? slug : "", hex) < 0) {
		tail = NULL;
		return NULL;
	}
	return asprintf(&cut, "%.*s%s", (int)(CONTAINER_MAX - strlen(tail)),
			is_workspace_slug(slug) ? prefix : name, tail) < 0
		       ? NULL
		       : cut;
}

char *product_path(const struct config *c, const char *folder, const char *below)
{
	autobuf struct buf b = {0};
	bool tilde = below[0] == '~' && (!below[1] || below[1] == '/');

	if (below[0] == '/')
		return path_canonical(below);
	buf_printf(&b, "%s/%s", tilde ? c->home : folder, tilde ? below + 1 : below);
	return b.data ? path_canonical(b.data) : NULL;
}

/* The words behind an agent's id differ: ~/clawd-ID, <state>/workspace-ID. */
static char *other_workspace(const struct config *c, const struct dialect *d, const char *agent)
{
	bool keyed = d->flags & DIALECT_SCOPE_HAS_WORKSPACE;
	autobuf struct buf b = {0};

	if (keyed && c->workspace.key) {
		autofree char *all = product_path(c, c->home, c->workspace.text);

		return all ? product_path(c, all, agent) : NULL;
	}
	if (keyed)
		buf_printf(&b, "%s/workspace-%s", c->state_dir, agent);
	else
		buf_printf(&b, "%s/%s-%s", c->home, d->workspace, agent);
	return b.data ? path_canonical(b.data) : NULL;
}

char *product_workspace(const struct config *c, const struct dialect *d, const char *agent)
{
	const struct agent_settings *own = config_find_agent(c, agent);

	if (own && own->workspace.key)
		return product_path(c, c->home, own->workspace.text);
	if (strcmp(agent, agent_default_id(c)) != 0)
		return other_workspace(c, d, agent);
	if (c->workspace.key)
		return product_path(c, c->home, c->workspace.text);
	return product_path(c, c->home, d->workspace);
}

/* The agent's own, else everybody's, else NULL. */
static const char *either(const struct setting *own, const struct setting *all)
{
	if (own && own->key)
		return own->text;
	return all->key ? all->text : NULL;
}

void sandbox_names_clear(struct sandbox_names *n)
{
	free(n->scope_key);
	free(n->folder);
	free(n->container);
	*n = (struct sandbox_names){0};
}

static char *sandbox_root(const struct config *c, const struct agent_settings *own)
{
	const char *root = either(own ? &own->sandbox.root : NULL, &c->sandbox.root);

	return root ? product_path(c, c->home, root) : product_path(c, c->state_dir, "sandboxes");
}

int sandbox_names_make(const struct config *c, enum sandbox_scope scope, const char *session_key,
		       const char *agent, const char *workspace, struct sandbox_names *ret)
{
	const struct dialect *d = dialect_of(c);
	const struct agent_settings *own = config_find_agent(c, agent);
	bool docker = own && scope != SCOPE_SHARED;
	const char *prefix = either(docker ? &own->sandbox.docker.container_prefix : NULL,
				    &c->sandbox.docker.container_prefix);
	struct sandbox_names n autodestroy(sandbox_names_clear) = {
		.scope_key = scope_key_make(c, scope, session_key, agent, workspace),
		.folder = sandbox_root(c, own),
	};
	autofree char *slug = NULL, *root = NULL;

	if (!n.scope_key || !n.folder)
		return -ENOMEM;
	slug = scope == SCOPE_SHARED ? strdup("shared") : scope_key_slug(d, n.scope_key);
	if (!slug)
		return -ENOMEM;
	if (scope != SCOPE_SHARED) {
		root = TAKE_PTR(n.folder);
		if (asprintf(&n.folder, "%s/%s", root, slug) < 0) {
			n.folder = NULL;
			return -ENOMEM;
		}
	}
	n.container = container_name_make(d, prefix ? prefix : d->container_prefix, slug);
	if (!n.container)
		return -ENOMEM;
	*ret = n;
	n = (struct sandbox_names){0};
	return 0;
}
