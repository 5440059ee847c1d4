// SPDX-License-Identifier: GPL-2.0-only
/* What do the maps hold for a policy? struct policy -> struct image, without looking at the
 * machine. */
#include "policy/image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"

/*
 * Below /dev, yet harmless: every container gets them, and some runtimes bind the host's. The list
 * is that of the OCI runtime specification (config-linux.md, "Default Devices").
 */
static const char *const bind_exempt[] = {
	"/dev/null",
	"/dev/zero",
	"/dev/full",
	"/dev/random",
	"/dev/urandom",
	"/dev/tty",
	/* What engines put into a container as its first process (--init), often by a link. */
	"/usr/bin/docker-init",
	"/usr/sbin/docker-init",
	"/usr/local/bin/docker-init",
	"/usr/libexec/docker/docker-init",
	"/usr/bin/catatonit",
	"/usr/libexec/podman/catatonit",
};

static void *grow(void *items, size_t count, size_t size)
{
	/* By doubling: `count` is a power of two whenever there is no room left. */
	if (count & (count - 1))
		return items;
	return realloc(items, (count ? 2 * count : 1) * size);
}

#define FINGERPRINT_START 0xcbf29ce484222325ull

static u64 fingerprint(u64 hash, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	while (len--)
		hash = (hash ^ *p++) * 0x100000001b3ull;
	return hash;
}

static u64 fingerprint_text(u64 hash, const char *text)
{
	return fingerprint(hash, text ? text : "", text ? strlen(text) + 1 : 1);
}

static int origin_equal(const struct origin *a, const struct origin *b)
{
	return !strcmp(a->key, b->key) && a->pos.line == b->pos.line &&
	       a->pos.column == b->pos.column &&
	       !strcmp(a->pos.file ? a->pos.file : "", b->pos.file ? b->pos.file : "") &&
	       !strcmp(a->text ? a->text : "", b->text ? b->text : "");
}

static int origin_copy(struct origin *to, const struct origin *from)
{
	*to = (struct origin){.pos = from->pos};
	to->key = strdup(from->key ? from->key : "");
	to->text = from->text ? strdup(from->text) : NULL;
	return to->key && (to->text || !from->text) ? 0 : -ENOMEM;
}

/* What it says, whatever it is the how-manieth of. */
static u64 origin_id(const struct origin *o)
{
	u64 hash = fingerprint_text(FINGERPRINT_START, o->key);

	hash = fingerprint_text(hash, o->pos.file);
	return fingerprint(hash, &o->pos.line, sizeof(o->pos.line));
}

static unsigned long long origin_hash(const struct origin *o)
{
	unsigned long long hash = seen_hash(SEEN_START, o->key);

	hash = seen_hash(hash, o->text ? o->text : "");
	return hash ^ ((unsigned long long)o->pos.line << 20) ^ o->pos.column;
}

/* The index of an origin, which is added when it is new. */
static int image_add_origin(struct image *image, const struct origin *o, u32 *ret)
{
	unsigned long long hash = o->key ? origin_hash(o) : 0;
	struct origin copy, *items;
	size_t cursor = 0, place;
	u64 *ids;

	while (o->key && seen_next(&image->seen_origins, hash, &cursor, &place)) {
		if (origin_equal(&image->origins[place], o)) {
			*ret = (u32)place;
			return 0;
		}
	}
	if (o->key && seen_add(&image->seen_origins, hash, image->origin_count))
		return -ENOMEM;
	ids = grow(image->origin_ids, image->origin_count, sizeof(*ids));
	if (ids)
		image->origin_ids = ids;
	items = ids ? grow(image->origins, image->origin_count, sizeof(*items)) : NULL;
	if (items)
		image->origins = items;
	if (!items || origin_copy(&copy, o)) {
		if (items)
			origin_clear(&copy);
		return -ENOMEM;
	}
	*ret = (u32)image->origin_count;
	ids[image->origin_count] = origin_id(&copy);
	items[image->origin_count++] = copy;
	return 0;
}

static int rule_add(struct image_policy *p, enum rule_kind kind, const char *text, size_t len,
		    u32 origin)
{
	struct image_rule *items = grow(p->rules, p->rule_count, sizeof(*items));
	char *copy;

	if (!items)
		return -ENOMEM;
	p->rules = items;
	copy = strndup(text, len);
	if (!copy)
		return -ENOMEM;
	items[p->rule_count++] = (struct image_rule){.kind = kind, .origin = origin, .text = copy};
	return 0;
}

static int rule_add_text(struct image_policy *p, enum rule_kind kind, const char *text, u32 origin)
{
	return rule_add(p, kind, text, strlen(text), origin);
}

static int compile_binary(struct image_policy *p, const struct denied_binary *b, u32 origin)
{
	int r = 0;

	switch (b->kind) {
	case BINARY_SHA256:
		p->flags |= POLICY_CONTENTS;
		return rule_add_text(p, RULE_CONTENT, b->value, origin);
	case BINARY_PATH:
		p->flags |= POLICY_PATHS;
		r = rule_add_text(p, RULE_PATH, b->value, origin);
		if (!r)
			r = rule_add_text(p, RULE_PATH_NAME, strrchr(b->value, '/') + 1, origin);
		break;
	case BINARY_NAME:
		p->flags |= POLICY_NAMES;
		r = rule_add_text(p, RULE_NAME, b->value, origin);
		break;
	}
	/* Whatever file that is on this machine, it is denied under any name, and so are copies. */
	return r ? r : rule_add_text(p, RULE_FILE, b->value, origin);
}

static int compile_blocked(struct image_policy *p, const struct blocked_source *b, u32 origin)
{
	int r = rule_add_text(p, RULE_BIND, b->path, origin);

	for (size_t len = strlen(b->path); !r && len > 0;) {
		while (len > 0 && b->path[len - 1] != '/')
			len--;
		/* "/" itself is the empty text: a path's hash has no slash at its end. */
		if (len > 0)
			r = rule_add(p, RULE_BIND_ABOVE, b->path, --len, origin);
	}
	if (!r)
		r = rule_add_text(p, RULE_BIND_FILE, b->path, origin);
	return r ? r : rule_add_text(p, RULE_BIND_ENTRY, b->path, origin);
}

static int compile_lists(struct image *image, struct image_policy *p, const struct policy *from)
{
	u32 origin = RULE_NONE;
	int r = 0;

	for (size_t i = 0; !r && i < from->binary_count; i++) {
		r = image_add_origin(image, &from->binaries[i].origin, &origin);
		if (!r)
			r = compile_binary(p, &from->binaries[i], origin);
		if (!r && p->origin_binary == RULE_NONE)
			p->origin_binary = origin;
	}
	for (size_t i = 0; !r && i < from->blocked_count; i++) {
		r = image_add_origin(image, &from->blocked[i].origin, &origin);
		if (!r)
			r = compile_blocked(p, &from->blocked[i], origin);
	}
	for (size_t i = 0; !r && from->sandboxed && i < ARRAY_SIZE(bind_exempt); i++)
		r = rule_add_text(p, RULE_BIND_EXEMPT, bind_exempt[i], origin);
	return r;
}

static int compile_heads(struct image *image, struct image_policy *p, const struct policy *from)
{
	int r = 0;

	p->flags = from->enforce ? POLICY_ENFORCE : 0;
	if (from->sandboxed) {
		p->flags |= POLICY_SANDBOXED;
		r = image_add_origin(image, &from->sandbox_origin, &p->origin_sandbox);
	}
	if (!r && from->network_none) {
		p->flags |= POLICY_NO_NETWORK;
		r = image_add_origin(image, &from->network_origin, &p->origin_network);
	}
	if (!r && from->exec_denied) {
		p->flags |= POLICY_NO_EXEC;
		r = image_add_origin(image, &from->exec_origin, &p->origin_exec);
	}
	return r;
}

/* By what it says: its place in the table is another one in the next image. */
static u64 fingerprint_origin(u64 hash, const struct image *image, u32 index)
{
	u64 id = index == RULE_NONE ? 0 : image->origin_ids[index];

	return fingerprint(hash, &id, sizeof(id));
}

static u64 policy_fingerprint(const struct image *image, const struct image_policy *p)
{
	u32 heads[] = {p->origin_exec, p->origin_network, p->origin_sandbox, p->origin_binary};
	u64 hash = fingerprint(FINGERPRINT_START, &p->flags, sizeof(p->flags));

	for (size_t i = 0; i < ARRAY_SIZE(heads); i++)
		hash = fingerprint_origin(hash, image, heads[i]);
	for (size_t i = 0; i < p->rule_count; i++) {
		const struct image_rule *rule = &p->rules[i];

		hash = fingerprint(hash, &rule->kind, sizeof(rule->kind));
		hash = fingerprint_text(hash, rule->text);
		hash = fingerprint_origin(hash, image, rule->origin);
	}
	return hash ? hash : 1; /* 0 is the key of the sessions' heads */
}

static void image_policy_clear(struct image_policy *p)
{
	for (size_t i = 0; i < p->rule_count; i++)
		free(p->rules[i].text);
	free(p->rules);
	*p = (struct image_policy){0};
}

#define POLICY_EMPTY                                                                               \
	((struct image_policy){.origin_exec = RULE_NONE,                                           \
			       .origin_network = RULE_NONE,                                        \
			       .origin_sandbox = RULE_NONE,                                        \
			       .origin_binary = RULE_NONE})

/* The key is that of the policy's last rule: what came before had room. */
static int too_many_rules(const struct image *image, const struct image_policy *p, struct err *err)
{
	const struct image_rule *last = &p->rules[p->rule_count - 1];
	const struct origin *o = last->origin == RULE_NONE ? NULL : &image->origins[last->origin];

	err_set(err, E2BIG,
		"the policies of all sessions have more than %u rules together: this one would add "
		"%zu to %zu",
		RULES_MAX, p->rule_count, image->rule_count);
	if (o) {
		err_key(err, "%s", o->key);
		err_at(err, o->pos);
	}
	return err_fix(err, "a denied path takes 3 rules in each policy that differs");
}

/* Takes the policy over; r: how compiling it went. */
static int image_take(struct image *image, struct image_policy *p, int r, size_t *ret_index,
		      struct err *err)
{
	struct image_policy *items = NULL;
	size_t cursor = 0;

	p->id = policy_fingerprint(image, p);
	if (!r && seen_next(&image->seen_policies, p->id, &cursor, ret_index)) {
		image_policy_clear(p);
		return 0;
	}
	if (!r && p->rule_count > RULES_MAX - image->rule_count) {
		r = too_many_rules(image, p, err);
		image_policy_clear(p);
		return r;
	}
	if (!r)
		items = grow(image->policies, image->policy_count, sizeof(*items));
	if (items)
		image->policies = items;
	if (!items || seen_add(&image->seen_policies, p->id, image->policy_count)) {
		image_policy_clear(p);
		return err_set(err, ENOMEM, "out of memory while the policy was compiled");
	}
	*ret_index = image->policy_count;
	image->rule_count += p->rule_count;
	items[image->policy_count++] = *p;
	return 0;
}

int image_add_policy(struct image *image, const struct policy *from, size_t *ret_index,
		     struct err *err)
{
	struct image_policy p = POLICY_EMPTY;
	int r = compile_heads(image, &p, from);

	if (!r)
		r = compile_lists(image, &p, from);
	return image_take(image, &p, r, ret_index, err);
}

int image_add_gateway(struct image *image, const struct gateway *g, size_t *ret_index,
		      struct err *err)
{
	struct image_policy p = POLICY_EMPTY;
	int r = image_add_origin(image, &g->promise, &p.origin_sandbox);

	p.flags = g->mode == GATEWAY_REPORT ? 0 : POLICY_ENFORCE;
	if (g->mode != GATEWAY_OFF)
		p.flags |= POLICY_GATEWAY;
	for (const char *const *need = gateway_needs; !r && *need; need++)
		r = rule_add_text(&p, RULE_PROGRAM, *need, p.origin_sandbox);
	for (size_t i = 0; !r && i < g->program_count; i++)
		r = rule_add_text(&p, RULE_PROGRAM, g->programs[i].text, p.origin_sandbox);
	return image_take(image, &p, r, ret_index, err);
}

int image_add_session(struct image *image, u32 id, size_t policy, struct err *err)
{
	struct image_session *items = grow(image->sessions, image->session_count, sizeof(*items));

	if (!items)
		return err_set(err, ENOMEM, "out of memory while the policy was compiled");
	image->sessions = items;
	items[image->session_count++] = (struct image_session){.id = id, .policy = policy};
	return 0;
}

int image_new(struct image **ret, struct err *err)
{
	struct image *image __attribute__((cleanup(image_free))) = calloc(1, sizeof(*image));
	struct origin self_test = {.key = "clawbpf.selfTest"};
	struct policy policy = {.enforce = true,
				.sandboxed = true,
				.network_none = true,
				.exec_denied = true,
				.sandbox_origin = self_test,
				.network_origin = self_test,
				.exec_origin = self_test};
	struct blocked_source etc = {.path = "/etc", .origin = self_test};
	size_t index;
	int r;

	if (!image)
		return err_set(err, ENOMEM, "out of memory while the policy was compiled");
	policy.blocked = &etc;
	policy.blocked_count = 1;
	r = image_add_policy(image, &policy, &index, err);
	if (!r)
		r = image_add_session(image, SESSION_SELF_TEST, index, err);
	if (r)
		return r;
	*ret = TAKE_PTR(image);
	return 0;
}

void image_free(struct image **p)
{
	struct image *image = *p;

	if (!image)
		return;
	for (size_t i = 0; i < image->origin_count; i++)
		origin_clear(&image->origins[i]);
	for (size_t i = 0; i < image->policy_count; i++)
		image_policy_clear(&image->policies[i]);
	seen_clear(&image->seen_origins);
	seen_clear(&image->seen_policies);
	free(image->origins);
	free(image->origin_ids);
	free(image->policies);
	free(image->sessions);
	free(image);
	*p = NULL;
}
