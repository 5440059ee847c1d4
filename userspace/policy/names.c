// SPDX-License-Identifier: GPL-2.0-only
/* What does a product call the sandbox of a session? */
#include "policy/names.h"

#include <ctype.h>
#include <errno.h>
#include <sha1.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/cleanup.h"
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

char *scope_key_make(const struct dialect *d, enum sandbox_scope scope, const char *session_key,
		     const char *agent, const char *workspace)
{
	autofree char *key = NULL;

	if (scope == SCOPE_SHARED)
		return strdup("shared");
	if (scope == SCOPE_SESSION) {
		key = strdup(*session_key ? session_key : "main");
	} else {
		if (!agent && (d->flags & DIALECT_SCOPE_HAS_WORKSPACE))
			return NULL;
		if (asprintf(&key, "agent:%s", agent ? agent : "main") < 0)
			key = NULL;
	}
	if (!key || !(d->flags & DIALECT_SCOPE_HAS_WORKSPACE))
		return TAKE_PTR(key);
	return with_workspace(key, workspace);
}

/* Does it end in :workspace: and the digits of a hash? */
static bool has_workspace(const char *key)
{
	const char *at = strstr(key, WORKSPACE), *hex = at ? at + strlen(WORKSPACE) : NULL;

	return hex && strlen(hex) == HASH_DIGITS && strspn(hex, "0123456789abcdef") == HASH_DIGITS;
}

char *scope_key_slug(const struct dialect *d, const char *scope_key)
{
	bool sha256 = d->flags & DIALECT_SCOPE_HAS_WORKSPACE;
	char hex[SHA256_DIGEST_STRING_LENGTH], slug[SLUG_MAX + 1];
	const char *text = *scope_key ? scope_key : "session";
	autobuf struct buf b = {0};
	size_t first = 0, len;
	char *made = NULL;

	digest(sha256, text, hex);
	if (sha256 && has_workspace(scope_key))
		return asprintf(&made, "workspace-%.*s", HASH_DIGITS, hex) < 0 ? NULL : made;
	for (const char *p = text; *p; p++) {
		unsigned char c = (unsigned char)tolower((unsigned char)*p);

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c && strchr("._-", c)))
			buf_putc(&b, (char)c);
		else if (p == text || !b.len || b.data[b.len - 1] != '-' ||
			 p[-1] == '-') /* one for a run of others */
			buf_putc(&b, '-');
	}
	if (!b.data)
		return NULL;
	while (b.data[first] == '-')
		first++;
	len = b.len - first;
	while (len && b.data[first + len - 1] == '-')
		len--;
	snprintf(slug, sizeof(slug), "%.*s", len > SLUG_MAX ? SLUG_MAX : (int)len, b.data + first);
	return asprintf(&made, "%s-%.8s", *slug ? slug : "session", hex) < 0 ? NULL : made;
}

char *container_name_make(const struct dialect *d, const char *prefix, const char *slug)
{
	char hex[SHA256_DIGEST_STRING_LENGTH];
	autofree char *name = NULL;
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
	return asprintf(&cut, "%.*s-%.12s", CONTAINER_MAX - 13, name, hex) < 0 ? NULL : cut;
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
		.scope_key = scope_key_make(d, scope, session_key, agent, workspace),
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
