// SPDX-License-Identifier: GPL-2.0-only
/* What was a generation made from? Written into, and read from, the maps of `sources`. */
#include "kernel/loaded.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "kernel/maps.h"
#include "util/buf.h"
#include "util/cleanup.h"

#define SOURCE_CHUNK 4096
#define SOURCE_MAGIC 0x3143525357414c43ull /* "CLAWSRC1" */

/* Every number is 8 bytes in the machine's own order: it never leaves this machine. */
static void put_number(struct buf *b, u64 n)
{
	buf_add(b, &n, sizeof(n));
}

static void put_bytes(struct buf *b, const void *bytes, size_t len)
{
	put_number(b, len);
	buf_add(b, bytes, len);
}

static void put_text(struct buf *b, const char *text)
{
	put_bytes(b, text ? text : "", text ? strlen(text) : 0);
}

static void loaded_encode(struct buf *b, const struct loaded *s)
{
	put_number(b, SOURCE_MAGIC);
	put_number(b, 0); /* the length of all, filled in below */
	put_number(b, s->loaded_at);
	put_number(b, s->fingerprint);
	put_text(b, s->dialect);
	put_bytes(b, s->snapshot, s->snapshot_len);
	put_number(b, s->origin_count);
	for (size_t i = 0; i < s->origin_count; i++) {
		const struct origin *o = &s->origins[i];

		put_text(b, o->key);
		put_text(b, o->pos.file);
		put_number(b, o->pos.line);
		put_number(b, o->pos.column);
		put_number(b, o->text != NULL);
		put_text(b, o->text);
	}
	if (!b->failed)
		memcpy(b->data + sizeof(u64), &(u64){b->len}, sizeof(u64));
}

int loaded_write(const struct loaded *s, int *ret_fd, struct err *err)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_INNER_MAP);
	struct buf b autobuf = {0};
	char chunk[SOURCE_CHUNK];
	autoclose int fd = -1;
	u32 count;

	loaded_encode(&b, s);
	if (b.failed)
		return err_set(err, ENOMEM, "out of memory");
	count = (u32)((b.len + SOURCE_CHUNK - 1) / SOURCE_CHUNK);
	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "claw_source", sizeof(u32), SOURCE_CHUNK, count,
			    &opts);
	if (fd < 0)
		return err_errno(err, errno, "no map can be made for the config's text");
	for (u32 i = 0; i < count; i++) {
		size_t at = (size_t)i * SOURCE_CHUNK;
		size_t len = b.len - at < SOURCE_CHUNK ? b.len - at : SOURCE_CHUNK;

		memset(chunk, 0, sizeof(chunk));
		memcpy(chunk, b.data + at, len);
		if (bpf_map_update_elem(fd, &i, chunk, BPF_ANY))
			return err_errno(err, errno, "the config's text cannot be stored");
	}
	*ret_fd = TAKE_FD(fd);
	return 0;
}

/* --- and back ----------------------------------------------------------------------------------
 */

/* Reads from `bytes`; a read beyond the end fails this and all that follow. */
struct reader {
	const char *bytes;
	size_t len, at;
	bool failed;
};

static u64 get_number(struct reader *r)
{
	u64 n = 0;

	if (r->failed || r->len - r->at < sizeof(n)) {
		r->failed = true;
		return 0;
	}
	memcpy(&n, r->bytes + r->at, sizeof(n));
	r->at += sizeof(n);
	return n;
}

static char *get_bytes(struct reader *r, size_t *ret_len)
{
	u64 len = get_number(r);
	char *copy;

	if (r->failed || r->len - r->at < len) {
		r->failed = true;
		return NULL;
	}
	copy = malloc(len + 1);
	if (!copy) {
		r->failed = true;
		return NULL;
	}
	memcpy(copy, r->bytes + r->at, len);
	copy[len] = '\0';
	r->at += len;
	if (ret_len)
		*ret_len = len;
	return copy;
}

static int loaded_keep_file(struct loaded *s, char *name, const char **ret)
{
	char **files;

	for (size_t i = 0; i < s->file_count; i++) {
		if (!strcmp(s->files[i], name)) {
			*ret = s->files[i];
			free(name);
			return 0;
		}
	}
	files = realloc(s->files, (s->file_count + 1) * sizeof(*files));
	if (!files) {
		free(name);
		return -ENOMEM;
	}
	s->files = files;
	*ret = files[s->file_count++] = name;
	return 0;
}

static void loaded_decode_origin(struct loaded *s, struct reader *r, struct origin *o)
{
	char *file;
	bool has_text;

	o->key = get_bytes(r, NULL);
	file = get_bytes(r, NULL);
	if (file && !*file)
		free(file); /* a built-in default stands in no file */
	else if (file && loaded_keep_file(s, file, &o->pos.file))
		r->failed = true;
	o->pos.line = (unsigned int)get_number(r);
	o->pos.column = (unsigned int)get_number(r);
	has_text = get_number(r);
	o->text = get_bytes(r, NULL);
	if (!has_text) {
		free(o->text);
		o->text = NULL;
	}
}

static int loaded_decode(struct loaded *s, struct reader *r, struct err *err)
{
	u64 count;

	if (get_number(r) != SOURCE_MAGIC || get_number(r) > r->len)
		r->failed = true;
	s->loaded_at = get_number(r);
	s->fingerprint = get_number(r);
	s->dialect = get_bytes(r, NULL);
	s->snapshot = get_bytes(r, &s->snapshot_len);
	count = get_number(r);
	if (!r->failed && count <= r->len)
		s->origins = calloc(count ? count : 1, sizeof(*s->origins));
	for (u64 i = 0; s->origins && !r->failed && i < count; i++) {
		s->origin_count = i + 1;
		loaded_decode_origin(s, r, &s->origins[i]);
	}
	if (!r->failed && s->origins)
		return 0;
	return err_set(err, EBADMSG, "the config's text in the kernel cannot be understood");
}

/* The inner map in the generation's slot. */
static int loaded_open(const struct kernel *k, u64 generation, int *ret_fd, struct err *err)
{
	u32 slot = (u32)(generation % IMAGE_SLOTS), id;
	int fd;

	if (bpf_map_lookup_elem(k->map[MAP_SOURCES], &slot, &id))
		return err_errno(err, errno, "the config's text is not in the kernel");
	fd = bpf_map_get_fd_by_id(id);
	if (fd < 0)
		return err_errno(err, errno, "the config's text in the kernel cannot be opened");
	*ret_fd = fd;
	return 0;
}

int loaded_read(const struct kernel *k, u64 generation, struct loaded **ret, struct err *err)
{
	struct loaded *s autoloaded = calloc(1, sizeof(*s));
	struct bpf_map_info info = {0};
	u32 info_len = sizeof(info);
	struct buf b autobuf = {0};
	struct reader reader = {0};
	char chunk[SOURCE_CHUNK];
	autoclose int fd = -1;
	struct state state;
	int r;

	if (!s)
		return err_set(err, ENOMEM, "out of memory");
	r = state_read(k, &state, err);
	if (r)
		return r;
	if (generation > state.generation || generation + IMAGE_SLOTS <= state.generation)
		return err_set(err, ENOENT, "the policy of generation %llu is not kept any more",
			       (unsigned long long)generation);
	r = loaded_open(k, generation, &fd, err);
	if (r)
		return r;
	if (bpf_obj_get_info_by_fd(fd, &info, &info_len))
		return err_errno(err, errno, "the config's text in the kernel cannot be opened");
	for (u32 i = 0; i < info.max_entries; i++) {
		if (bpf_map_lookup_elem(fd, &i, chunk))
			return err_errno(err, errno, "the config's text cannot be read");
		buf_add(&b, chunk, sizeof(chunk));
	}
	if (b.failed)
		return err_set(err, ENOMEM, "out of memory");
	reader.bytes = b.data;
	reader.len = b.len;
	r = loaded_decode(s, &reader, err);
	if (r)
		return r;
	*ret = TAKE_PTR(s);
	return 0;
}

void loaded_free(struct loaded **p)
{
	struct loaded *s = *p;

	if (!s)
		return;
	for (size_t i = 0; i < s->origin_count; i++)
		origin_clear(&s->origins[i]);
	for (size_t i = 0; i < s->file_count; i++)
		free(s->files[i]);
	free(s->origins);
	free(s->files);
	free(s->dialect);
	free(s->snapshot);
	free(s);
	*p = NULL;
}
