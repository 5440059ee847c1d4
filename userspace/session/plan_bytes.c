// SPDX-License-Identifier: GPL-2.0-only
/* A plan as it is kept in a file: this machine's own numbers, one behind the other. */
#include "session/plan_bytes.h"

#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"

/* --- written -----------------------------------------------------------------------------------
 */

static void put_number(struct buf *b, u64 n)
{
	buf_add(b, &n, sizeof(n));
}

static void put_text(struct buf *b, const char *text)
{
	put_number(b, text ? strlen(text) + 1 : 0);
	if (text)
		buf_add(b, text, strlen(text) + 1);
}

static void put_box(struct buf *b, const struct box *box)
{
	size_t env = 0;

	put_text(b, box->folder);
	put_text(b, box->workspace);
	put_text(b, box->workdir);
	put_number(b, box->access);
	put_number(b, box->mount_count);
	for (size_t i = 0; i < box->mount_count; i++) {
		put_text(b, box->mounts[i].host);
		put_text(b, box->mounts[i].container);
		put_number(b, box->mounts[i].writable);
		put_number(b, !strcmp(box->mounts[i].source, "bind"));
	}
	put_number(b, box->tmpfs_count);
	for (size_t i = 0; i < box->tmpfs_count; i++) {
		put_text(b, box->tmpfs[i].path);
		put_number(b, box->tmpfs[i].size);
	}
	while (box->env && box->env[env])
		env++;
	put_number(b, env);
	for (size_t i = 0; i < env; i++)
		put_text(b, box->env[i]);
	put_number(b, box->limit_count);
	buf_add(b, box->limits, box->limit_count * sizeof(*box->limits));
	put_number(b, box->read_only_root);
	put_text(b, box->user);
	put_number(b, box->memory);
	put_number(b, box->swap);
	put_number(b, box->swap_unlimited);
	buf_add(b, &box->cpus, sizeof(box->cpus));
	put_number(b, box->pids);
	put_number(b, box->timeout);
}

void plan_encode(struct buf *b, const struct plan_stamp *stamp, const char *session,
		 const struct plan *p)
{
	buf_add(b, stamp, sizeof(*stamp));
	put_text(b, session);
	put_text(b, p->key);
	put_text(b, p->agent);
	put_number(b, p->session);
	put_number(b, p->policy);
	put_number(b, p->box != NULL);
	if (p->box)
		put_box(b, p->box);
}

/* --- and read ----------------------------------------------------------------------------------
 */

/* What is taken beyond the end fails this, and all that follows. */
struct reader {
	const char *bytes;
	size_t len, at;
	bool failed;
};

static const void *get_bytes(struct reader *r, size_t len)
{
	const char *at = r->bytes + r->at;

	if (r->failed || r->len - r->at < len) {
		r->failed = true;
		return NULL;
	}
	r->at += len;
	return at;
}

static u64 get_number(struct reader *r)
{
	const void *at = get_bytes(r, sizeof(u64));
	u64 n = 0;

	if (at)
		memcpy(&n, at, sizeof(n));
	return n;
}

/* Borrowed from the file's text, or NULL. */
static const char *get_string(struct reader *r)
{
	u64 len = get_number(r);
	const char *text = len ? get_bytes(r, len) : NULL;

	if (text && text[len - 1])
		r->failed = true;
	return r->failed ? NULL : text;
}

static char *get_text(struct reader *r)
{
	const char *text = get_string(r);
	char *copy = text ? strdup(text) : NULL;

	r->failed |= text && !copy;
	return copy;
}

static void *get_array(struct reader *r, size_t *ret_count, size_t size)
{
	u64 count = get_number(r);
	void *array = count > PLAN_MAX ? NULL : calloc(count + 1, size);

	r->failed |= !array;
	*ret_count = array ? count : 0;
	return array;
}

static void get_mounts(struct reader *r, struct box *box)
{
	box->mounts = get_array(r, &box->mount_count, sizeof(*box->mounts));
	for (size_t i = 0; i < box->mount_count; i++) {
		struct box_mount *m = &box->mounts[i];

		m->host = get_text(r);
		m->container = get_text(r);
		m->writable = get_number(r);
		m->source = get_number(r) ? "bind" : "sandbox";
		r->failed |= !m->host || !m->container;
	}
}

static void get_box(struct reader *r, struct plan *p, struct box *box)
{
	const void *at;
	size_t env = 0;

	box->folder = get_text(r);
	box->workspace = get_text(r);
	box->workdir = get_text(r);
	box->access = (enum workspace_access)get_number(r);
	get_mounts(r, box);
	box->tmpfs = get_array(r, &box->tmpfs_count, sizeof(*box->tmpfs));
	for (size_t i = 0; i < box->tmpfs_count; i++) {
		box->tmpfs[i].path = get_text(r);
		box->tmpfs[i].size = get_number(r);
		r->failed |= !box->tmpfs[i].path;
	}
	box->env = get_array(r, &env, sizeof(*box->env));
	for (size_t i = 0; i < env; i++) {
		box->env[i] = get_text(r);
		r->failed |= !box->env[i];
	}
	box->limits = get_array(r, &box->limit_count, sizeof(*box->limits));
	at = get_bytes(r, box->limit_count * sizeof(*box->limits));
	if (at && box->limit_count)
		memcpy(box->limits, at, box->limit_count * sizeof(*box->limits));
	box->read_only_root = get_number(r);
	box->user = p->box_user = get_text(r);
	box->memory = get_number(r);
	box->swap = get_number(r);
	box->swap_unlimited = get_number(r);
	at = get_bytes(r, sizeof(box->cpus));
	if (at)
		memcpy(&box->cpus, at, sizeof(box->cpus));
	box->pids = get_number(r);
	box->timeout = (unsigned int)get_number(r);
	r->failed |= !box->folder || !box->workspace || !box->workdir;
}

static bool decode(struct plan *p, struct reader *r, const struct plan_stamp *stamp,
		   const char *session)
{
	const void *made_for = get_bytes(r, sizeof(*stamp));
	const char *of;

	if (!made_for || memcmp(made_for, stamp, sizeof(*stamp)) != 0)
		return false;
	of = get_string(r);
	if (!of || strcmp(of, session) != 0)
		return false;
	p->key = get_text(r);
	p->agent = get_text(r);
	p->session = (u32)get_number(r);
	p->policy = get_number(r);
	if (get_number(r)) {
		p->box = calloc(1, sizeof(*p->box));
		if (!p->box)
			return false;
		get_box(r, p, p->box);
	}
	return !r->failed && p->key && p->agent && r->at == r->len;
}

struct plan *plan_decode(const char *bytes, size_t len, const struct plan_stamp *stamp,
			 const char *session)
{
	struct plan *p autoplan = calloc(1, sizeof(*p));
	struct reader r = {.bytes = bytes, .len = len};

	return p && decode(p, &r, stamp, session) ? TAKE_PTR(p) : NULL;
}

void plan_free(struct plan **at)
{
	struct plan *p = *at;

	if (!p)
		return;
	free(p->key);
	free(p->agent);
	box_free(&p->box);
	free(p->box_user);
	free(p);
	*at = NULL;
}
