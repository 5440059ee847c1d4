// SPDX-License-Identifier: GPL-2.0-only
/* ${NAME} in a config's strings: what stands there in truth? */
#include "config/env.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/json5.h"
#include "config/path.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/utf8.h"

struct substitution {
	struct sources *s;
	struct node *own; /* the config's `env` as it was written; NULL: it has none */
	enum env_missing missing;
	struct warnings *w;
	struct err *err;
	size_t written; /* bytes of all changed strings: a short text must not become a huge one */
};

static bool is_blank(const char *text)
{
	return !text[strspn(text, " \t\r\n\v\f")];
}

/* NULL: unset or empty. */
static const char *lookup(struct substitution *sub, const char *name)
{
	const char *value = sources_env(sub->s, name);
	const struct node *own;

	if (value && !is_blank(value))
		return value;
	own = node_get(sub->own, name);
	if (!own || own->type != NODE_STRING || is_blank(own->string.bytes))
		own = node_get(node_get(sub->own, "vars"), name);
	if (own && own->type == NODE_STRING && own->string.len)
		return own->string.bytes;
	return value && *value ? value : NULL;
}

/* The length of the NAME that `text` begins with, when a brace closes it; else 0. */
static size_t name_length(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && ((text[n] >= 'A' && text[n] <= 'Z') || text[n] == '_' ||
			   (n && text[n] >= '0' && text[n] <= '9')))
		n++;
	return n < len && text[n] == '}' ? n : 0;
}

/* Is this one of the keys at the root whose values become policy? */
static bool makes_policy(const struct key_path *path)
{
	static const char *const keys[] = {"agents", "tools", "session", "clawbpf"};

	while (path && path->up)
		path = path->up;
	for (size_t i = 0; path && path->name && i < ARRAY_SIZE(keys); i++) {
		if (!strcmp(path->name, keys[i]))
			return true;
	}
	return false;
}

static int missing(struct substitution *sub, const struct node *n, const struct key_path *path,
		   const char *name)
{
	autofree char *key = key_path_text(path);

	if (!key)
		return err_set(sub->err, ENOMEM, "out of memory");
	if (sub->missing == ENV_MISSING_KEEP ||
	    (sub->missing == ENV_MISSING_POLICY && !makes_policy(path))) {
		warnings_add(sub->w, n->pos,
			     "%s: the environment variable %s is unset or empty: \"${%s}\" stays "
			     "as it is",
			     key, name, name);
		return 0;
	}
	err_set(sub->err, EINVAL, "the environment variable %s is unset or empty", name);
	err_at(sub->err, n->pos);
	err_key(sub->err, "%s", key);
	return err_fix(
		sub->err,
		"set it (under sudo: --preserve-env=%s), or write $${%s} for the text itself", name,
		name);
}

/* The environment may hold any bytes; a config holds characters. */
static void add_value(struct buf *b, const char *value)
{
	size_t left = strlen(value);

	while (left) {
		unsigned int c = UTF8_REPLACEMENT;
		int size = utf8_decode(value, left, &c);

		utf8_add(b, c);
		value += size ? size : 1;
		left -= size ? (size_t)size : 1;
	}
}

/* At "${NAME}" of the text, which is `len` bytes of a name long. */
static int add_variable(struct substitution *sub, const struct node *n, const struct key_path *path,
			const char *name_bytes, size_t len, struct buf *b)
{
	autofree char *name = strndup(name_bytes, len);
	const char *value;

	if (!name)
		return err_set(sub->err, ENOMEM, "out of memory");
	value = lookup(sub, name);
	if (value) {
		add_value(b, value);
	} else {
		int r = missing(sub, n, path, name);

		if (r)
			return r;
		buf_printf(b, "${%s}", name);
	}
	if (sub->written + b->len <= JSON5_MAX_SIZE)
		return 0;
	err_set(sub->err, E2BIG, "environment variables make the config larger than %u MB",
		JSON5_MAX_SIZE >> 20);
	return err_at(sub->err, n->pos);
}

static int expand(struct substitution *sub, const struct node *n, const struct key_path *path,
		  struct buf *b)
{
	const char *p = n->string.bytes, *end = p + n->string.len;

	while (p < end) {
		size_t escaped = end - p > 3 && !memcmp(p, "$${", 3), len = 0;

		if (escaped)
			len = name_length(p + 3, (size_t)(end - p) - 3);
		else if (end - p > 2 && !memcmp(p, "${", 2))
			len = name_length(p + 2, (size_t)(end - p) - 2);
		if (!len) {
			buf_putc(b, *p++);
		} else if (escaped) {
			buf_add(b, p + 1, len + 3);
			p += len + 4;
		} else {
			int r = add_variable(sub, n, path, p + 2, len, b);

			if (r)
				return r;
			p += len + 3;
		}
	}
	return 0;
}

static int substitute_string(struct substitution *sub, struct node *n, const struct key_path *path)
{
	autobuf struct buf b = {0};
	size_t len;
	char *text;
	int r;

	if (!memchr(n->string.bytes, '$', n->string.len))
		return 0;
	r = expand(sub, n, path, &b);
	if (r)
		return r;
	len = b.len;
	text = buf_take(&b);
	if (!text)
		return err_set(sub->err, ENOMEM, "out of memory");
	free(n->string.bytes);
	n->string.bytes = text;
	n->string.len = len;
	sub->written += len;
	return 0;
}

static int substitute(struct substitution *sub, struct node *n, const struct key_path *path)
{
	struct key_path below = {.up = path};
	int r = 0;

	if (n->type == NODE_STRING)
		return substitute_string(sub, n, path);
	if (n->type == NODE_ARRAY) {
		for (; !r && below.index < n->array.count; below.index++)
			r = substitute(sub, n->array.items[below.index], &below);
	} else if (n->type == NODE_OBJECT) {
		for (size_t i = 0; !r && i < n->object.count; i++) {
			below.name = n->object.members[i].key;
			r = substitute(sub, n->object.members[i].value, &below);
		}
	}
	return r;
}

int env_substitute(struct node *root, struct sources *s, enum env_missing missing_means,
		   struct warnings *w, struct err *err)
{
	const struct node *own = node_get(root, "env");
	autonode struct node *written = own ? node_copy(own) : NULL;
	struct substitution sub = {
		.s = s, .own = written, .missing = missing_means, .w = w, .err = err};

	if (own && !written)
		return err_set(err, ENOMEM, "out of memory");
	return substitute(&sub, root, NULL);
}
