// SPDX-License-Identifier: GPL-2.0-only
/* From the text of a rule to what the hooks compare: names, hashes of paths, identities of files.
 */
#include "kernel/ruleset.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/files.h"
#include "kernel/iterate.h"
#include "util/cleanup.h"

/* Descriptors that are open at a time: far below the usual limit of 1024. */
#define FILES_AT_A_TIME 256

static int ruleset_add(struct ruleset *set, const struct rule_key *key,
		       const union rule_value *value, struct err *err)
{
	if (set->count == set->cap) {
		size_t cap = set->cap ? 2 * set->cap : 64;
		struct ruleset_item *items = realloc(set->items, cap * sizeof(*items));

		if (!items)
			return err_set(err, ENOMEM, "out of memory");
		set->items = items;
		set->cap = cap;
	}
	set->items[set->count++] = (struct ruleset_item){.key = *key, .value = *value};
	return 0;
}

static int add_rule(struct ruleset *set, struct rule_key key, u32 origin, struct err *err)
{
	union rule_value value = {.rule = origin};

	return ruleset_add(set, &key, &value, err);
}

static int add_hash(struct ruleset *set, u64 policy, u32 kind, const struct path_hash *hash,
		    u32 origin, struct err *err)
{
	struct rule_key key = {.policy = policy, .kind = kind, .number = {hash->a, hash->b}};

	return add_rule(set, key, origin, err);
}

static int add_path(struct ruleset *set, u64 policy, u32 kind, const char *path, size_t len,
		    u32 origin, struct err *err)
{
	struct path_hash hash = PATH_HASH_INIT;

	for (size_t i = 0; i < len; i++)
		path_hash_add(&hash, (u8)path[i]);
	return add_hash(set, policy, kind, &hash, origin, err);
}

/* A longer name is cut here as the kernel side cuts it. */
static void hash_name(struct path_hash *hash, const char *name)
{
	u64 words[NAME_LEN / 8] = {0};

	strncpy((char *)words, name, sizeof(words) - 1);
	name_hash(hash, words);
}

static int add_name(struct ruleset *set, u64 policy, u32 kind, const char *name, u32 origin,
		    struct err *err)
{
	struct path_hash hash = PATH_HASH_INIT;

	hash_name(&hash, name);
	return add_hash(set, policy, kind, &hash, origin, err);
}

static int add_file(struct ruleset *set, u64 policy, u32 kind, const struct file_identity *id,
		    u32 origin, struct err *err)
{
	struct rule_key key = {.policy = policy, .kind = kind};

	key.number[0] = id->dev;
	key.number[1] = id->ino;
	return add_rule(set, key, origin, err);
}

/* `dir` is where the path's last name is looked up. */
static int add_entry(struct ruleset *set, u64 policy, const struct file_identity *dir,
		     const char *path, u32 origin, struct err *err)
{
	struct path_hash hash = PATH_HASH_INIT;

	path_hash_add_word(&hash, dir->dev);
	path_hash_add_word(&hash, dir->ino);
	hash_name(&hash, strrchr(path, '/') + 1);
	return add_hash(set, policy, RULE_BIND_ENTRY, &hash, origin, err);
}

static int add_content(struct ruleset *set, u64 policy, const u8 sha256[32], u32 origin,
		       struct err *err)
{
	struct rule_key key = {.policy = policy, .kind = RULE_CONTENT};

	memcpy(key.number, sha256, sizeof(key.number));
	return add_rule(set, key, origin, err);
}

static int add_content_text(struct ruleset *set, u64 policy, const char *hex, u32 origin,
			    struct err *err)
{
	u8 sha256[32] = {0};

	for (size_t i = 0; i < sizeof(sha256); i++)
		sscanf(hex + 2 * i, "%2hhx", &sha256[i]);
	return add_content(set, policy, sha256, origin, err);
}

/* A blocked source's real name beside the one it was given: /run/x for /var/run/x. */
static int add_real_bind(struct ruleset *set, u64 policy, const char *real, u32 origin,
			 struct err *err)
{
	int r = add_path(set, policy, RULE_BIND, real, strlen(real), origin, err);

	for (size_t len = strlen(real); !r && len > 0;) {
		while (len > 0 && real[len - 1] != '/')
			len--;
		if (len > 0)
			r = add_path(set, policy, RULE_BIND_ABOVE, real, --len, origin, err);
	}
	return r;
}

/* --- rules that mean files -------------------------------------------------------------------- */

static int add_found_binary(struct ruleset *set, struct image_policy *p, u32 origin, int fd,
			    const char *path, const struct file_identity *id, struct err *err)
{
	u8 sha256[32];
	int r = add_file(set, p->id, RULE_FILE, id, origin, err);

	p->flags |= POLICY_FILES;
	if (r)
		return r;
	r = file_hash(fd, path, sha256, err);
	if (r)
		return r;
	p->flags |= POLICY_CONTENTS;
	return add_content(set, p->id, sha256, origin, err);
}

static int add_found(struct ruleset *set, struct image_policy *p, const struct file_set *files,
		     const struct file_identity *ids, struct err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < files->count; i++) {
		const struct image_rule *rule = &p->rules[files->tags[i]];

		switch (rule->kind) {
		case RULE_FILE:
			r = add_found_binary(set, p, rule->origin, files->fds[i], files->paths[i],
					     &ids[i], err);
			break;
		case RULE_PROGRAM:
			r = add_path(set, p->id, RULE_PROGRAM, files->paths[i],
				     strlen(files->paths[i]), rule->origin, err);
			break;
		case RULE_BIND_ABOVE:
			r = add_file(set, p->id, RULE_BIND_ABOVE_FILE, &ids[i], rule->origin, err);
			break;
		case RULE_BIND_ENTRY:
			r = add_entry(set, p->id, &ids[i], rule->text, rule->origin, err);
			break;
		default:
			r = add_file(set, p->id, RULE_BIND_FILE, &ids[i], rule->origin, err);
			if (!r)
				r = add_real_bind(set, p->id, files->paths[i], rule->origin, err);
			break;
		}
	}
	return r;
}

static int add_files(const struct kernel *k, struct ruleset *set, struct image_policy *p,
		     struct err *err)
{
	size_t at = 0;
	int r = 0;

	while (!r && at < p->rule_count) {
		autofree struct file_identity *ids = NULL;
		struct file_set files autofiles = {0};

		for (; !r && at < p->rule_count && files.count < FILES_AT_A_TIME; at++) {
			const struct image_rule *rule = &p->rules[at];

			if (rule->kind == RULE_FILE || rule->kind == RULE_PROGRAM)
				r = files_of_binary(&files, rule->text, at, err);
			else if (rule->kind == RULE_BIND_FILE || rule->kind == RULE_BIND_ABOVE)
				r = files_of_path(&files, *rule->text ? rule->text : "/", at, err);
			else if (rule->kind == RULE_BIND_ENTRY)
				r = files_of_folder(&files, rule->text, at, err);
		}
		if (r || !files.count)
			continue;
		ids = calloc(files.count, sizeof(*ids));
		if (!ids)
			return err_set(err, ENOMEM, "out of memory");
		r = iterate_files(k, files.fds, files.count, ids, err);
		if (!r)
			r = add_found(set, p, &files, ids, err);
	}
	return r;
}

static int add_texts(struct ruleset *set, const struct image_policy *p, struct err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < p->rule_count; i++) {
		const struct image_rule *rule = &p->rules[i];

		switch (rule->kind) {
		case RULE_NAME:
		case RULE_PATH_NAME:
			r = add_name(set, p->id, rule->kind, rule->text, rule->origin, err);
			break;
		case RULE_CONTENT:
			r = add_content_text(set, p->id, rule->text, rule->origin, err);
			break;
		case RULE_PATH:
		case RULE_BIND:
		case RULE_BIND_ABOVE:
		case RULE_BIND_EXEMPT:
			r = add_path(set, p->id, rule->kind, rule->text, strlen(rule->text),
				     rule->origin, err);
			break;
		default:
			break; /* means files */
		}
	}
	return r;
}

static unsigned int policy_needs(u32 flags)
{
	unsigned int needs = NEED_ALWAYS;

	if (flags & (POLICY_FILES | POLICY_CONTENTS))
		needs |= NEED_FILES;
	if (flags & POLICY_NO_NETWORK)
		needs |= NEED_NETWORK;
	if (flags & POLICY_SANDBOXED)
		needs |= NEED_SANDBOX;
	if (flags & POLICY_GATEWAY)
		needs |= NEED_GATEWAY;
	return needs;
}

static void head_fill(union rule_value *value, const struct image_policy *p, u32 flags)
{
	*value = (union rule_value){.head = {.policy = p->id,
					     .flags = flags,
					     .rule_exec = p->origin_exec,
					     .rule_network = p->origin_network,
					     .rule_sandbox = p->origin_sandbox,
					     .rule_binary = p->origin_binary}};
}

static int add_policy(const struct kernel *k, struct ruleset *set, const struct image_policy *from,
		      union rule_value *ret_head, struct err *err)
{
	struct rule_key key = {.policy = from->id, .kind = RULE_POLICY};
	struct image_policy p = *from; /* flags grow with the files that are found */
	int r = add_texts(set, &p, err);

	if (!r)
		r = add_files(k, set, &p, err);
	if (r)
		return r;
	set->needs |= policy_needs(p.flags);
	head_fill(ret_head, &p, p.flags);
	return ruleset_add(set, &key, ret_head, err);
}

int ruleset_build(const struct kernel *k, const struct image *image, struct ruleset *ret,
		  struct err *err)
{
	autofree union rule_value *heads = calloc(image->policy_count, sizeof(*heads));
	int r = 0;

	if (!heads)
		return err_set(err, ENOMEM, "out of memory");
	/* The self-test's policy comes first, and asks for nothing by itself. */
	for (size_t i = 0; !r && i < image->policy_count; i++) {
		r = add_policy(k, ret, &image->policies[i], &heads[i], err);
		if (i == 0)
			ret->needs = NEED_ALWAYS;
	}
	for (size_t i = 0; !r && i < image->session_count; i++) {
		struct rule_key key = {.kind = RULE_SESSION};

		key.number[0] = image->sessions[i].id;
		r = ruleset_add(ret, &key, &heads[image->sessions[i].policy], err);
	}
	return r;
}

void ruleset_free(struct ruleset *set)
{
	free(set->items);
	*set = (struct ruleset){0};
}
