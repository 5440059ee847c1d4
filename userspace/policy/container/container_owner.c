// SPDX-License-Identifier: GPL-2.0-only
/* Whose is a container? By the labels that the products set, and by the names that they give. */
#include "policy/container/container_owner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/dialect/dialect.h"
#include "policy/image.h"
#include "policy/container/names.h"
#include "policy/resolve.h"
#include "policy/key/session_key.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/fold.h"

#define SCOPE_OF_ALL "shared"

/* The product by all the names that it has had. */
static const char *const products[] = {"openclaw.", "clawdbot.", "moltbot.", "moldbot."};
static const char *const prefixes[] = {"openclaw-sbx-", "clawdbot-sbx-", "moltbot-sbx-"};
static const char *const browser_prefixes[] = {"openclaw-sbx-browser-", "clawdbot-sbx-browser-",
					       "moltbot-sbx-browser-"};

void container_facts_clear(struct container_facts *f)
{
	free(f->id);
	free(f->name);
	free(f->scope);
	*f = (struct container_facts){0};
}

int container_facts_copy(struct container_facts *ret, const struct container_facts *f)
{
	struct container_facts copy autodestroy(container_facts_clear) = *f;

	copy.id = f->id ? strdup(f->id) : NULL;
	copy.name = f->name ? strdup(f->name) : NULL;
	copy.scope = f->scope ? strdup(f->scope) : NULL;
	if ((f->id && !copy.id) || (f->name && !copy.name) || (f->scope && !copy.scope))
		return -ENOMEM;
	*ret = copy;
	copy = (struct container_facts){0};
	return 0;
}

int container_facts_label(struct container_facts *f, const char *name, const char *value)
{
	const char *word = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(products); i++) {
		if (!strncmp(name, products[i], strlen(products[i])))
			word = name + strlen(products[i]);
	}
	if (!word)
		return 0;
	if (!strcmp(word, "sandbox")) {
		f->marked = true;
	} else if (!strcmp(word, "sandboxBrowser")) {
		f->marked = f->browser = true;
	} else if (!strcmp(word, "sessionKey")) {
		f->marked = true;
		/* The product sets its own. Another's comes with the image, whose labels its
		 * container has as well: which is which cannot be told here. */
		f->torn |= f->scope && strcmp(f->scope, value) != 0;
		free(f->scope);
		f->scope = strdup(value);
		return f->scope ? 0 : -ENOMEM;
	}
	return 0;
}

static bool starts_with(const char *text, const char *prefix)
{
	return prefix && *prefix && !strncmp(text, prefix, strlen(prefix));
}

static bool name_of_sandbox(const struct sandbox_settings *s, const char *name)
{
	return starts_with(name, s->docker.container_prefix.text) ||
	       starts_with(name, s->browser.container_prefix.text);
}

static bool named_by_product(const struct config *c, const char *name)
{
	const struct agent_settings *agents = c->agents.items;

	if (!name)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if (starts_with(name, prefixes[i]))
			return true;
	}
	for (size_t i = 0; i < c->agents.count; i++) {
		if (name_of_sandbox(&agents[i].sandbox, name))
			return true;
	}
	return name_of_sandbox(&c->sandbox, name);
}

/*
 * An image can have the label, too, and so be let onto the network by whoever made it. The name is
 * the product's to give.
 */
static bool named_as_browser(const struct config *c, const char *name)
{
	const struct agent_settings *agents = c->agents.items;

	if (!name)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(browser_prefixes); i++) {
		if (starts_with(name, browser_prefixes[i]))
			return true;
	}
	for (size_t i = 0; i < c->agents.count; i++) {
		if (starts_with(name, agents[i].sandbox.browser.container_prefix.text))
			return true;
	}
	return starts_with(name, c->sandbox.browser.container_prefix.text);
}

/* False: the config has no policy for that session. */
static bool key_resolves(const struct config *c, const char *key, struct image *image,
			 size_t *ret_policy)
{
	struct policy *policy autodestroy(policy_free) = NULL;
	struct err ignored;

	return !policy_resolve(c, key, &policy, &ignored) &&
	       (!image || !image_add_policy(image, policy, ret_policy, &ignored));
}

static char *key_of_agent(const char *agent, size_t len)
{
	char *key = NULL;

	return asprintf(&key, "agent:%.*s:sandbox", (int)len, agent) < 0 ? NULL : key;
}

/* One container for everybody: when all agents have the same policy there, that is it. */
static int key_of_all(const struct config *c, char **ret, struct err *err)
{
	const struct agent_settings *agents = c->agents.items;
	const char *first = agent_default_id(c);
	struct image *image autodestroy(image_free) = NULL;
	autofree char *key = key_of_agent(first, strlen(first));
	size_t policy, other;
	int r = image_new(&image, err);

	if (r || !key)
		return r ? r : err_set(err, ENOMEM, "out of memory");
	if (!key_resolves(c, key, image, &policy))
		return 0;
	for (size_t i = 0; i < c->agents.count; i++) {
		const char *name = agents[i].entry.name;
		autofree char *its = key_of_agent(name, strlen(name));

		if (!its)
			return err_set(err, ENOMEM, "out of memory");
		if (!key_resolves(c, its, image, &other) || other != policy)
			return 0;
	}
	*ret = TAKE_PTR(key);
	return 0;
}

char *container_scope_agent(const struct config *c, const char *scope)
{
	autofree char *key = text_trimmed(scope), *agent = NULL, *rest = NULL;
	const char *p = key;
	struct err ignored;
	size_t len;

	if (!key || !*key || !strcmp(key, SCOPE_OF_ALL))
		return NULL;
	p += strspn(p, ":");
	len = strcspn(p, ":");
	if (len == strlen("agent") && !strncmp(p, "agent", len)) {
		p += len + strspn(p + len, ":");
		len = strcspn(p, ":");
		if (len)
			return agent_id_normalize(p, len);
	}
	if (session_key_split(c, key, strlen(key), &agent, &rest, &ignored))
		return NULL;
	if (agent)
		return agent_id_normalize(agent, strlen(agent));
	return dialect_of(c)->flags & DIALECT_LOOSE_KEYS ? strdup("main") : NULL;
}

/* Sandboxes that somebody's role asks for are made for a person or a session by its hash. */
static bool names_no_session(const char *behind_agent)
{
	static const char *const words[] = {"principal:", "required-session:"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (starts_with(behind_agent, words[i]) &&
		    !strchr(behind_agent + strlen(words[i]), ':'))
			return true;
	return !*behind_agent;
}

/* *ret NULL: the scope names no session that the config knows. */
static int key_of_scope(const struct config *c, const char *scope, char **ret, struct err *err)
{
	static const char head[] = "agent:", all[] = SCOPE_OF_ALL;
	size_t len = strlen(all), agent;
	autofree char *bare = strndup(scope, scope_key_workspace(scope)), *key = NULL;

	if (!bare)
		return err_set(err, ENOMEM, "out of memory");
	if (!strncmp(bare, all, len) && (!bare[len] || bare[len] == ':'))
		return key_of_all(c, ret, err);
	agent = starts_with(bare, head) ? strcspn(bare + strlen(head), ":") : 0;
	if (agent &&
	    names_no_session(bare + strlen(head) + agent + (bare[strlen(head) + agent] == ':')))
		key = key_of_agent(bare + strlen(head), agent);
	else
		key = strdup(bare);
	if (!key)
		return err_set(err, ENOMEM, "out of memory");
	if (*bare && key_resolves(c, key, NULL, NULL))
		*ret = TAKE_PTR(key);
	return 0;
}

int container_owner_find(const struct config *c, const struct container_facts *f,
			 enum container_owner *ret, char **ret_key, struct err *err)
{
	autofree char *key = NULL;
	int r = 0;

	*ret_key = NULL;
	*ret = OWNER_NOBODY;
	if (!f->marked && !named_by_product(c, f->name))
		return 0;
	*ret = OWNER_UNKNOWN;
	if (f->scope && !f->torn)
		r = key_of_scope(c, f->scope, &key, err);
	if (r || !key)
		return r;
	if (f->browser && named_as_browser(c, f->name)) {
		struct buf b autobuf = {0};

		buf_printf(&b, SESSION_BROWSER "%s", key);
		free(key);
		key = buf_take(&b);
		if (!key)
			return err_set(err, ENOMEM, "out of memory");
	}
	if (strlen(key) > SESSION_KEY_MAX)
		return 0;
	*ret = OWNER_SESSION;
	*ret_key = TAKE_PTR(key);
	return 0;
}
