// SPDX-License-Identifier: GPL-2.0-only
/* A config file, with all that it includes and takes from the environment, as one tree. */
#include "config/include.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/json5.h"
#include "config/location.h"
#include "config/merge.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/utf8.h"

#define INCLUDE_KEY "$include"
/* Characters of what stands behind $include that a message shows. */
#define PATH_SHOWN 200

struct includer {
	struct sources *s;
	struct warnings *w;
	struct err *err;
	size_t bytes;       /* read so far, a file that is included twice counted twice */
	unsigned int files; /* included so far */
};

/* The files that we are inside of, from the innermost out. */
struct frame {
	const struct frame *up; /* NULL: the root */
	const char *name;
	unsigned int depth;
};

static int expand(struct includer *inc, struct node **n, const struct frame *in,
		  unsigned int depth);

static int no_memory(struct includer *inc)
{
	return err_set(inc->err, ENOMEM, "out of memory");
}

static void chain_add(struct buf *b, const struct frame *in)
{
	if (!in)
		return;
	chain_add(b, in->up);
	buf_printf(b, "%s -> ", in->name);
}

/* Fails at the path behind `$include`: "<what>: <the files that lead there>". */
static int chain_error(struct includer *inc, int code, const struct node *at,
		       const struct frame *in, const char *name, const char *what)
{
	autobuf struct buf chain = {0};

	chain_add(&chain, in);
	buf_puts(&chain, name);
	err_set(inc->err, code, "%s: %s", what, chain.failed ? name : chain.data);
	return err_at(inc->err, at->pos);
}

/* The reason why a file cannot be had is in the error already, but the place is here. */
static int unreadable(struct includer *inc, const struct node *at, const struct frame *in,
		      const char *name)
{
	autobuf struct buf what = {0};
	struct err reason = *inc->err;

	buf_puts(&what, "$include ");
	utf8_quote(&what, at->string.bytes, at->string.len, PATH_SHOWN);
	buf_printf(&what, " %s", reason.message);
	chain_error(inc, reason.code, at, in, name, what.failed ? reason.message : what.data);
	if (reason.fix[0])
		return err_fix(inc->err, "%s", reason.fix);
	if (reason.code == ENOENT && at->string.bytes[0] == '~')
		return err_fix(inc->err, "\"~\" is HOME, which sudo changes: write the whole path");
	return -reason.code;
}

static int load(struct includer *inc, const char *name, const char **ret_text, size_t *ret_len)
{
	int r = sources_read(inc->s, name, ret_text, ret_len, inc->err);

	if (r)
		return r;
	inc->bytes += *ret_len;
	if (inc->bytes > JSON5_MAX_SIZE)
		return err_set(inc->err, E2BIG, "makes the config larger than %u MB",
			       JSON5_MAX_SIZE >> 20);
	return 0;
}

/* `depth` levels of arrays and objects are around what this file gives. */
static int parse(struct includer *inc, const char *text, size_t len, const struct frame *in,
		 unsigned int depth, struct node **ret)
{
	autonode struct node *root = NULL;
	int r;

	r = json5_read(sources_name(inc->s, in->name), text, len, &root, inc->w, inc->err);
	if (r)
		return r;
	r = expand(inc, &root, in, depth);
	if (!r)
		*ret = TAKE_PTR(root);
	return r;
}

static int check_frame(struct includer *inc, const struct node *at, const struct frame *in)
{
	char what[64];

	for (const struct frame *f = in->up; f; f = f->up)
		if (!strcmp(f->name, in->name))
			return chain_error(inc, ELOOP, at, in->up, in->name,
					   "files include each other in a cycle");
	if (in->depth > INCLUDE_MAX_DEPTH) {
		snprintf(what, sizeof(what), "more than %d files inside each other",
			 INCLUDE_MAX_DEPTH);
		return chain_error(inc, E2BIG, at, in->up, in->name, what);
	}
	if (++inc->files > INCLUDE_MAX_FILES) {
		err_set(inc->err, E2BIG, "more than %d files are included", INCLUDE_MAX_FILES);
		return err_at(inc->err, at->pos);
	}
	return 0;
}

/* One file, named by the string `at`, merged over what is there already. */
static int include_file(struct includer *inc, const struct node *at, const struct frame *in,
			unsigned int depth, struct node **merged)
{
	autonode struct node *given = NULL;
	autofree char *name = NULL;
	struct frame inside = {.up = in, .depth = in->depth + 1};
	const char *text;
	size_t len;
	int r;

	if (at->type != NODE_STRING || !at->string.len ||
	    memchr(at->string.bytes, '\0', at->string.len)) {
		err_set(inc->err, EINVAL, "%s expects a path or a list of paths, found %s",
			INCLUDE_KEY, at->type == NODE_STRING ? "none" : node_type_name(at->type));
		return err_at(inc->err, at->pos);
	}
	r = location_beside(inc->s, in->name, at->string.bytes, &name, inc->err);
	if (r)
		return err_at(inc->err, at->pos);
	inside.name = name;
	r = check_frame(inc, at, &inside);
	if (r)
		return r;
	if (load(inc, name, &text, &len))
		return unreadable(inc, at, in, name);
	r = parse(inc, text, len, &inside, depth, &given);
	if (r)
		return r;
	if (*merged)
		return merge_later(merged, &given) ? no_memory(inc) : 0;
	*merged = TAKE_PTR(given);
	return 0;
}

/* What `$include: paths` stands for. */
static int include_all(struct includer *inc, const struct node *paths, const struct frame *in,
		       unsigned int depth, struct node **ret)
{
	autonode struct node *merged = NULL;
	int r = 0;

	if (paths->type != NODE_ARRAY) {
		r = include_file(inc, paths, in, depth, &merged);
	} else {
		for (size_t i = 0; !r && i < paths->array.count; i++)
			r = include_file(inc, paths->array.items[i], in, depth, &merged);
		if (!r && !merged) {
			merged = node_new(NODE_OBJECT, paths->pos);
			r = merged ? 0 : no_memory(inc);
		}
	}
	if (!r)
		*ret = TAKE_PTR(merged);
	return r;
}

/* `*n` has `$include` as its member `index`: becomes what it stands for, own keys over it. */
static int include_here(struct includer *inc, struct node **n, size_t index, const struct frame *in,
			unsigned int depth)
{
	struct member *m = &(*n)->object.members[index];
	autonode struct node *paths = TAKE_PTR(m->value), *given = NULL;
	struct pos pos = m->pos;
	int r;

	node_object_remove(*n, index);
	r = include_all(inc, paths, in, depth, &given);
	if (r)
		return r;
	if ((*n)->object.count && given->type != NODE_OBJECT) {
		err_set(inc->err, EINVAL,
			"%s beside other keys must give an object to merge them with, but gives %s",
			INCLUDE_KEY, node_type_name(given->type));
		return err_at(inc->err, pos);
	}
	if ((*n)->object.count && merge_later(&given, n))
		return no_memory(inc);
	node_free(n);
	*n = TAKE_PTR(given);
	return 0;
}

static int expand_members(struct includer *inc, struct node **n, const struct frame *in,
			  unsigned int depth)
{
	size_t include = (*n)->object.count;

	for (size_t i = 0; i < (*n)->object.count; i++) {
		struct member *m = &(*n)->object.members[i];
		int r;

		if (m->key_len == strlen(INCLUDE_KEY) && !strcmp(m->key, INCLUDE_KEY)) {
			include = i;
			continue;
		}
		r = expand(inc, &m->value, in, depth + 1);
		if (r)
			return r;
	}
	return include < (*n)->object.count ? include_here(inc, n, include, in, depth) : 0;
}

static int expand(struct includer *inc, struct node **n, const struct frame *in, unsigned int depth)
{
	int r = 0;

	if ((*n)->type != NODE_ARRAY && (*n)->type != NODE_OBJECT)
		return 0;
	if (depth == NODE_MAX_DEPTH) {
		err_set(inc->err, E2BIG, "nested deeper than %d levels, includes counted in",
			NODE_MAX_DEPTH);
		return err_at(inc->err, (*n)->pos);
	}
	if ((*n)->type == NODE_OBJECT)
		return expand_members(inc, n, in, depth);
	for (size_t i = 0; !r && i < (*n)->array.count; i++)
		r = expand(inc, &(*n)->array.items[i], in, depth + 1);
	return r;
}

int config_read(struct sources *s, const char *path, enum env_missing missing,
		struct node **ret_root, struct warnings *w, struct err *err)
{
	struct includer inc = {.s = s, .w = w, .err = err};
	autonode struct node *root = NULL;
	autofree char *name = NULL;
	struct frame in = {0};
	const char *text;
	size_t len;
	int r;

	r = location_absolute(s, path, &name, err);
	if (r)
		return err_at(err, (struct pos){.file = path});
	in.name = name;
	r = load(&inc, name, &text, &len);
	if (r)
		return r;
	r = parse(&inc, text, len, &in, 0, &root);
	if (r)
		return r;
	if (root->type != NODE_OBJECT) {
		err_set(err, EINVAL, "a config is an object, but this is %s",
			node_type_name(root->type));
		err_at(err, root->pos);
		return err_fix(err, "begin it with { and end it with }");
	}
	r = env_substitute(root, s, missing, w, err);
	if (!r)
		*ret_root = TAKE_PTR(root);
	return r;
}
